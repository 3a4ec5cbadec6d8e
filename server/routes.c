/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * THE table: every path with its permission and handler, and every live command. */
#include "routes.h"

#include "account/handlers.h"
#include "documented/handlers.h"
#include "health.h"
#include "http/assets.h"
#include "notify/handlers.h"
#include "queue/handlers.h"
#include "queue/presence.h"
#include "site/handlers.h"
#include "ticket/handlers.h"

#define API "/api/v1"
#define DESK "/customerservices"
#define SHOP "/support"

#define CUSTOMERS_READ (PERMISSION_STAFF | PERMISSION_VIEW_TICKETS)
#define CUSTOMERS_WRITE (PERMISSION_STAFF | PERMISSION_EDIT_TICKETS)

const Route routes[] = {
  { "POST", API "/auth/login", PERMISSION_NONE, account_login,
    ROUTE_NO_DATABASE | ROUTE_CREDENTIALS },
  { "POST", API "/auth/refresh", PERMISSION_NONE, account_refresh, ROUTE_DEFAULT },
  { "POST", API "/auth/logout", PERMISSION_SIGNED_IN, account_logout, ROUTE_DEFAULT },
  { "POST", API "/auth/setup", PERMISSION_NONE, account_setup,
    ROUTE_NO_DATABASE | ROUTE_CREDENTIALS },
  { "POST", API "/visitors", PERMISSION_NONE, visitor_create, ROUTE_DEFAULT },
  { "GET", API "/me", PERMISSION_SIGNED_IN, me_get, ROUTE_DEFAULT },
  { "PUT", API "/me/presence", PERMISSION_STAFF, presence_put, ROUTE_DEFAULT },
  { "GET", API "/agents", PERMISSION_STAFF, agents_list, ROUTE_DEFAULT },
  { "GET", API "/departments", PERMISSION_SIGNED_IN, departments_list, ROUTE_DEFAULT },

  { "GET", API "/tickets", PERMISSION_VIEW_TICKETS, ticket_list, ROUTE_DEFAULT },
  { "POST", API "/tickets", PERMISSION_CREATE_TICKETS, ticket_create, ROUTE_DEFAULT },
  { "GET", API "/tickets/{id}", PERMISSION_VIEW_TICKETS, ticket_get, ROUTE_DEFAULT },
  { "PATCH", API "/tickets/{id}", PERMISSION_EDIT_TICKETS, ticket_patch, ROUTE_DEFAULT },
  { "GET", API "/tickets/{id}/messages", PERMISSION_VIEW_TICKETS, message_list, ROUTE_DEFAULT },
  { "POST", API "/tickets/{id}/messages", PERMISSION_SEND_MESSAGES, message_post, ROUTE_DEFAULT },
  { "PATCH", API "/messages/{id}", PERMISSION_SEND_MESSAGES, message_patch, ROUTE_DEFAULT },
  { "DELETE", API "/messages/{id}", PERMISSION_SEND_MESSAGES, message_delete, ROUTE_DEFAULT },
  { "GET", API "/messages/{id}/history", PERMISSION_STAFF | PERMISSION_VIEW_TICKETS,
    message_history, ROUTE_DEFAULT },
  { "POST", API "/tickets/{id}/read", PERMISSION_VIEW_TICKETS, ticket_post_read, ROUTE_DEFAULT },
  { "POST", API "/tickets/{id}/delivered", PERMISSION_VIEW_TICKETS, ticket_post_delivered,
    ROUTE_DEFAULT },
  { "PUT", API "/tickets/{id}/status", PERMISSION_VIEW_TICKETS, ticket_put_status, ROUTE_DEFAULT },
  { "PUT", API "/tickets/{id}/assign", PERMISSION_ASSIGN_TICKETS, ticket_put_assign,
    ROUTE_DEFAULT },
  { "POST", API "/tickets/{id}/merge", PERMISSION_STAFF | PERMISSION_EDIT_TICKETS,
    ticket_post_merge, ROUTE_DEFAULT },
  { "POST", API "/tickets/{id}/unmerge", PERMISSION_STAFF | PERMISSION_EDIT_TICKETS,
    ticket_post_unmerge, ROUTE_DEFAULT },
  { "GET", API "/tickets/{id}/position", PERMISSION_VIEW_TICKETS, position_get, ROUTE_DEFAULT },

  { "GET", API "/search", PERMISSION_VIEW_TICKETS, search_get, ROUTE_DEFAULT },
  { "GET", API "/stats", PERMISSION_STAFF | PERMISSION_VIEW_TICKETS, stats_get, ROUTE_DEFAULT },
  { "GET", API "/statuses", PERMISSION_SIGNED_IN, status_list, ROUTE_DEFAULT },
  { "GET", API "/categories", PERMISSION_SIGNED_IN, category_list, ROUTE_DEFAULT },
  { "POST", API "/categories", PERMISSION_ADMIN, category_post, ROUTE_DEFAULT },
  { "PATCH", API "/categories/{id}", PERMISSION_ADMIN, category_patch, ROUTE_DEFAULT },
  { "DELETE", API "/categories/{id}", PERMISSION_ADMIN, category_delete, ROUTE_DEFAULT },
  { "GET", API "/priorities", PERMISSION_SIGNED_IN, priority_list, ROUTE_DEFAULT },
  { "POST", API "/priorities", PERMISSION_ADMIN, priority_post, ROUTE_DEFAULT },
  { "PATCH", API "/priorities/{id}", PERMISSION_ADMIN, priority_patch, ROUTE_DEFAULT },
  { "DELETE", API "/priorities/{id}", PERMISSION_ADMIN, priority_delete, ROUTE_DEFAULT },
  { "GET", API "/settings/tickets", PERMISSION_ADMIN, ticket_settings_get, ROUTE_DEFAULT },
  { "PATCH", API "/settings/tickets", PERMISSION_ADMIN, ticket_settings_patch, ROUTE_DEFAULT },

  { "GET", API "/tags", PERMISSION_STAFF | PERMISSION_VIEW_TICKETS, tag_list, ROUTE_DEFAULT },
  { "PUT", API "/tickets/{id}/tags", PERMISSION_STAFF | PERMISSION_EDIT_TICKETS, ticket_put_tags,
    ROUTE_DEFAULT },
  { "POST", API "/tickets/{id}/tags", PERMISSION_STAFF | PERMISSION_EDIT_TICKETS, ticket_post_tags,
    ROUTE_DEFAULT },
  { "POST", API "/tickets/{id}/links", PERMISSION_STAFF | PERMISSION_EDIT_TICKETS, ticket_post_link,
    ROUTE_DEFAULT },
  { "DELETE", API "/tickets/{id}/links/{other}", PERMISSION_STAFF | PERMISSION_EDIT_TICKETS,
    ticket_delete_link, ROUTE_DEFAULT },
  { "POST", API "/tickets/{id}/snooze", PERMISSION_STAFF | PERMISSION_EDIT_TICKETS,
    ticket_post_snooze, ROUTE_DEFAULT },
  { "DELETE", API "/tickets/{id}/snooze", PERMISSION_STAFF | PERMISSION_EDIT_TICKETS,
    ticket_delete_snooze, ROUTE_DEFAULT },
  { "PUT", API "/tickets/{id}/follow", PERMISSION_STAFF | PERMISSION_VIEW_TICKETS,
    ticket_put_follow, ROUTE_DEFAULT },
  { "DELETE", API "/tickets/{id}/follow", PERMISSION_STAFF | PERMISSION_VIEW_TICKETS,
    ticket_delete_follow, ROUTE_DEFAULT },
  { "GET", API "/views", PERMISSION_STAFF | PERMISSION_VIEW_TICKETS, view_list, ROUTE_DEFAULT },
  { "POST", API "/views", PERMISSION_STAFF | PERMISSION_VIEW_TICKETS, view_post, ROUTE_DEFAULT },
  { "GET", API "/views/{id}", PERMISSION_STAFF | PERMISSION_VIEW_TICKETS, view_get, ROUTE_DEFAULT },
  { "PATCH", API "/views/{id}", PERMISSION_STAFF | PERMISSION_VIEW_TICKETS, view_patch,
    ROUTE_DEFAULT },
  { "DELETE", API "/views/{id}", PERMISSION_STAFF | PERMISSION_VIEW_TICKETS, view_delete,
    ROUTE_DEFAULT },
  { "GET", API "/views/{id}/tickets", PERMISSION_STAFF | PERMISSION_VIEW_TICKETS, view_tickets,
    ROUTE_DEFAULT },
  { "POST", API "/tickets/bulk", PERMISSION_STAFF | PERMISSION_VIEW_TICKETS, tickets_post_bulk,
    ROUTE_DEFAULT },
  { "DELETE", API "/tickets/{id}", PERMISSION_STAFF | PERMISSION_DELETE_TICKETS, ticket_delete,
    ROUTE_DEFAULT },
  { "POST", API "/tickets/{id}/restore", PERMISSION_STAFF | PERMISSION_DELETE_TICKETS,
    ticket_restore, ROUTE_DEFAULT },
  { "GET", API "/customers", CUSTOMERS_READ, customer_list, ROUTE_DEFAULT },
  { "POST", API "/customers", CUSTOMERS_WRITE, customer_post, ROUTE_DEFAULT },
  { "GET", API "/customers/{id}", CUSTOMERS_READ, customer_get, ROUTE_DEFAULT },
  { "PATCH", API "/customers/{id}", CUSTOMERS_WRITE, customer_patch, ROUTE_DEFAULT },
  { "GET", API "/customers/{id}/tickets", CUSTOMERS_READ, customer_tickets, ROUTE_DEFAULT },
  { "GET", API "/customers/{id}/notes", CUSTOMERS_READ, customer_notes, ROUTE_DEFAULT },
  { "POST", API "/customers/{id}/notes", CUSTOMERS_WRITE, customer_note_post, ROUTE_DEFAULT },
  { "DELETE", API "/customers/{id}/notes/{note}", CUSTOMERS_WRITE, customer_note_delete,
    ROUTE_DEFAULT },

  { "GET", API "/quick-replies", PERMISSION_STAFF, quick_reply_list, ROUTE_DEFAULT },
  { "POST", API "/quick-replies", PERMISSION_ADMIN, quick_reply_post, ROUTE_DEFAULT },
  { "PATCH", API "/quick-replies/{id}", PERMISSION_ADMIN, quick_reply_patch, ROUTE_DEFAULT },
  { "DELETE", API "/quick-replies/{id}", PERMISSION_ADMIN, quick_reply_delete, ROUTE_DEFAULT },
  { "POST", API "/quick-replies/{id}/render", PERMISSION_STAFF | PERMISSION_VIEW_TICKETS,
    quick_reply_render, ROUTE_DEFAULT },

  { "GET", API "/notices", PERMISSION_SIGNED_IN, notice_list, ROUTE_DEFAULT },
  { "POST", API "/notices/read", PERMISSION_SIGNED_IN, notice_post_read_upto, ROUTE_DEFAULT },
  { "POST", API "/notices/{id}/read", PERMISSION_SIGNED_IN, notice_post_read, ROUTE_DEFAULT },
  { "GET", API "/notices/preferences", PERMISSION_SIGNED_IN, notice_preferences_get,
    ROUTE_DEFAULT },
  { "PUT", API "/notices/preferences", PERMISSION_SIGNED_IN, notice_preferences_put,
    ROUTE_DEFAULT },

  { "GET", API "/widget/config", PERMISSION_NONE, widget_config, ROUTE_DEFAULT },
  { "GET", DESK "/tickets", PERMISSION_VIEW_TICKETS, documented_tickets, ROUTE_SLASH },
  { "POST", DESK "/tickets", PERMISSION_CREATE_TICKETS, documented_ticket_create, ROUTE_SLASH },
  { "GET", DESK "/tickets/{id}", PERMISSION_VIEW_TICKETS, documented_ticket, ROUTE_SLASH },
  { "PUT", DESK "/tickets/{id}/status", PERMISSION_VIEW_TICKETS, documented_ticket_status,
    ROUTE_SLASH },
  { "PUT", DESK "/tickets/{id}/assign", PERMISSION_ASSIGN_TICKETS, documented_ticket_assign,
    ROUTE_SLASH },
  { "POST", DESK "/tickets/{id}/message", PERMISSION_SEND_MESSAGES, documented_ticket_message,
    ROUTE_SLASH },
  { "GET", DESK "/chat", PERMISSION_VIEW_CHAT, documented_chats, ROUTE_SLASH },
  { "POST", DESK "/chat/create", PERMISSION_STAFF | PERMISSION_CREATE_TICKETS,
    documented_chat_create, ROUTE_SLASH },
  { "GET", DESK "/chat/{id}/messages", PERMISSION_VIEW_CHAT | PERMISSION_VIEW_CHAT_HISTORY,
    documented_chat_messages, ROUTE_SLASH },
  { "POST", DESK "/chat/{id}/send", PERMISSION_VIEW_CHAT | PERMISSION_SEND_MESSAGES,
    documented_chat_send, ROUTE_SLASH },
  { "POST", DESK "/chat/{id}/mark-read", PERMISSION_VIEW_CHAT, documented_chat_read, ROUTE_SLASH },

  { "GET", SHOP "/api/config/", PERMISSION_NONE, documented_config, ROUTE_SLASH },
  { "GET", SHOP "/api/conversation/create/", PERMISSION_CREATE_TICKETS,
    documented_conversation_create, ROUTE_SLASH },
  { "GET", SHOP "/api/conversation/{id:code}/messages/", PERMISSION_VIEW_CHAT,
    documented_conversation_messages, ROUTE_SLASH },
  { "POST", SHOP "/api/conversation/{id:code}/send/", PERMISSION_SEND_MESSAGES,
    documented_conversation_send, ROUTE_SLASH },
  { "POST", SHOP "/api/conversation/{id:code}/close/", PERMISSION_CLOSE_TICKETS,
    documented_conversation_close, ROUTE_SLASH },

  { "GET", API "/openapi.json", PERMISSION_NONE, asset_get, ROUTE_NO_DATABASE },
  { "GET", "/api/docs", PERMISSION_NONE, asset_get, ROUTE_NO_DATABASE },
  { "GET", "/api/docs/{path*}", PERMISSION_NONE, asset_get, ROUTE_NO_DATABASE },
  { "GET", "/", PERMISSION_NONE, asset_home, ROUTE_NO_DATABASE },
  { "GET", "/widget.js", PERMISSION_NONE, asset_get, ROUTE_NO_DATABASE },
  { "GET", "/widget/{path*}", PERMISSION_NONE, asset_get, ROUTE_NO_DATABASE },
  { "GET", "/demo", PERMISSION_NONE, asset_get, ROUTE_NO_DATABASE },
  { "GET", "/demo/{path*}", PERMISSION_NONE, asset_get, ROUTE_NO_DATABASE },
  { "GET", "/setup", PERMISSION_NONE, asset_get, ROUTE_NO_DATABASE },
  { "GET", "/setup/{path*}", PERMISSION_NONE, asset_get, ROUTE_NO_DATABASE },

  { "GET", "/healthz", PERMISSION_NONE, health_live, ROUTE_NO_DATABASE },
  { "GET", "/readyz", PERMISSION_NONE, health_ready, ROUTE_DEFAULT },
  { "GET", "/metrics", PERMISSION_NONE, health_metrics, ROUTE_NO_DATABASE },
  { NULL },
};

const LiveCommand live_commands[] = {
  { "read", PERMISSION_VIEW_TICKETS, ticket_read_command },
  { "delivered", PERMISSION_VIEW_TICKETS, ticket_delivered_command },
  { "presence", PERMISSION_STAFF, presence_command },
  { NULL },
};
