/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The RouteHandlers of the documented paths, for the table in routes.c. */
#pragma once

#include "http/route.h"

/* /customerservices/tickets: GET and POST; below `/{id}`: GET, PUT status and assign, POST
 * message. */
Reply *documented_tickets (Db *db, const Request *request, GError **error);
Reply *documented_ticket_create (Db *db, const Request *request, GError **error);
Reply *documented_ticket (Db *db, const Request *request, GError **error);
Reply *documented_ticket_status (Db *db, const Request *request, GError **error);
Reply *documented_ticket_assign (Db *db, const Request *request, GError **error);
Reply *documented_ticket_message (Db *db, const Request *request, GError **error);

/* /customerservices/chat: GET; POST create; below `/{id}`: GET messages, POST send and
 * mark-read. */
Reply *documented_chats (Db *db, const Request *request, GError **error);
Reply *documented_chat_create (Db *db, const Request *request, GError **error);
Reply *documented_chat_messages (Db *db, const Request *request, GError **error);
Reply *documented_chat_send (Db *db, const Request *request, GError **error);
Reply *documented_chat_read (Db *db, const Request *request, GError **error);

/* /support/api: GET config, GET conversation/create; below `conversation/{id:code}`: GET messages,
 * POST send, upload (which gets @db NULL, and has a limit of its own) and close. */
Reply *documented_config (Db *db, const Request *request, GError **error);
Reply *documented_conversation_create (Db *db, const Request *request, GError **error);
Reply *documented_conversation_messages (Db *db, const Request *request, GError **error);
Reply *documented_conversation_send (Db *db, const Request *request, GError **error);
Reply *documented_conversation_upload (Db *db, const Request *request, GError **error);
gboolean documented_upload_limit (Db *db, const Request *request, guint64 *most, GError **error);
Reply *documented_conversation_close (Db *db, const Request *request, GError **error);

/* /support/conversations and /support/conversation/{id:code}. */
Reply *documented_conversations (Db *db, const Request *request, GError **error);
Reply *documented_conversation (Db *db, const Request *request, GError **error);

/* /customerservices/stats. */
Reply *documented_stats (Db *db, const Request *request, GError **error);

/* What the forms in pages send: below a ticket and a conversation; signing in (also GET, the form
 * itself) and out. */
Reply *documented_ticket_form (Db *db, const Request *request, GError **error);
Reply *documented_conversation_form (Db *db, const Request *request, GError **error);
Reply *documented_sign_in_form (Db *db, const Request *request, GError **error);
Reply *documented_sign_in (Db *db, const Request *request, GError **error);
Reply *documented_sign_out (Db *db, const Request *request, GError **error);

/* Signing in with other services: POST /{root}/sign-in/with/{id} leads there, GET
 * /sign-in/callback/{id} is where it leads back to; GET /sign-in/app is for apps. */
Reply *documented_provider_begin (Db *db, const Request *request, GError **error);
Reply *documented_provider_return (Db *db, const Request *request, GError **error);
Reply *documented_app_sign_in (Db *db, const Request *request, GError **error);

/* GET /{root}/ways-in; POST below `/{id}`: connect (a provider) and remove (an identity). */
Reply *documented_ways_in (Db *db, const Request *request, GError **error);
Reply *documented_way_connect (Db *db, const Request *request, GError **error);
Reply *documented_way_remove (Db *db, const Request *request, GError **error);
