/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The room's lines in the route table, and its live commands. */
#pragma once

#include "http/request.h"
#include "live/live.h"

/* GET /api/v1/tickets: a page, newest message first. */
Reply *ticket_list (Db *db, const Request *request, GError **error);

/* POST /api/v1/tickets: a ticket with its first message, or a draft. */
Reply *ticket_create (Db *db, const Request *request, GError **error);

/* GET /api/v1/tickets/{id}: the ticket, its last messages, its place in the queue. */
Reply *ticket_get (Db *db, const Request *request, GError **error);

/* PATCH /api/v1/tickets/{id}: subject, category, priority, department, language. */
Reply *ticket_patch (Db *db, const Request *request, GError **error);

/* PUT /api/v1/tickets/{id}/status */
Reply *ticket_put_status (Db *db, const Request *request, GError **error);

/* PUT /api/v1/tickets/{id}/assign */
Reply *ticket_put_assign (Db *db, const Request *request, GError **error);

/* POST /api/v1/tickets/{id}/claim and /transfer */
Reply *ticket_post_claim (Db *db, const Request *request, GError **error);
Reply *ticket_post_transfer (Db *db, const Request *request, GError **error);

/* GET /api/v1/tags, PUT and POST /api/v1/tickets/{id}/tags */
Reply *tag_list (Db *db, const Request *request, GError **error);
Reply *ticket_put_tags (Db *db, const Request *request, GError **error);
Reply *ticket_post_tags (Db *db, const Request *request, GError **error);

/* POST /api/v1/tickets/{id}/links, DELETE /api/v1/tickets/{id}/links/{other} */
Reply *ticket_post_link (Db *db, const Request *request, GError **error);
Reply *ticket_delete_link (Db *db, const Request *request, GError **error);

/* POST and DELETE /api/v1/tickets/{id}/snooze */
Reply *ticket_post_snooze (Db *db, const Request *request, GError **error);
Reply *ticket_delete_snooze (Db *db, const Request *request, GError **error);

/* PUT and DELETE /api/v1/tickets/{id}/follow */
Reply *ticket_put_follow (Db *db, const Request *request, GError **error);
Reply *ticket_delete_follow (Db *db, const Request *request, GError **error);

/* GET and POST /api/v1/views, GET, PATCH and DELETE /api/v1/views/{id}, and its tickets */
Reply *view_list (Db *db, const Request *request, GError **error);
Reply *view_post (Db *db, const Request *request, GError **error);
Reply *view_get (Db *db, const Request *request, GError **error);
Reply *view_patch (Db *db, const Request *request, GError **error);
Reply *view_delete (Db *db, const Request *request, GError **error);
Reply *view_tickets (Db *db, const Request *request, GError **error);

/* POST /api/v1/tickets/bulk */
Reply *tickets_post_bulk (Db *db, const Request *request, GError **error);

/* DELETE /api/v1/tickets/{id}, POST /api/v1/tickets/{id}/restore */
Reply *ticket_delete (Db *db, const Request *request, GError **error);
Reply *ticket_restore (Db *db, const Request *request, GError **error);

/* GET and POST /api/v1/tickets/{id}/messages */
Reply *message_list (Db *db, const Request *request, GError **error);
Reply *message_post (Db *db, const Request *request, GError **error);

/* PATCH and DELETE /api/v1/messages/{id}: other words, and none any more. */
Reply *message_patch (Db *db, const Request *request, GError **error);
Reply *message_delete (Db *db, const Request *request, GError **error);

/* GET /api/v1/messages/{id}/history: what it said before. */
Reply *message_history (Db *db, const Request *request, GError **error);

/* POST /api/v1/tickets/{id}/read and /delivered */
Reply *ticket_post_read (Db *db, const Request *request, GError **error);
Reply *ticket_post_delivered (Db *db, const Request *request, GError **error);

/* LiveCommandHandlers of `read` and `delivered`. */
char *ticket_read_command (Db *db, const Services *services, const Actor *actor, const char *device,
                           const char *frame, gsize length, GError **error);
char *ticket_delivered_command (Db *db, const Services *services, const Actor *actor,
                                const char *device, const char *frame, gsize length,
                                GError **error);

/* GET /api/v1/search: tickets, messages, customers. */
Reply *search_get (Db *db, const Request *request, GError **error);

/* GET /api/v1/statuses: every status with its moves. */
Reply *status_list (Db *db, const Request *request, GError **error);

/* /api/v1/categories and /api/v1/categories/{id}, and the same of priorities: everybody reads,
 * admins change. */
Reply *category_list (Db *db, const Request *request, GError **error);
Reply *category_post (Db *db, const Request *request, GError **error);
Reply *category_patch (Db *db, const Request *request, GError **error);
Reply *category_delete (Db *db, const Request *request, GError **error);
Reply *priority_list (Db *db, const Request *request, GError **error);
Reply *priority_post (Db *db, const Request *request, GError **error);
Reply *priority_patch (Db *db, const Request *request, GError **error);
Reply *priority_delete (Db *db, const Request *request, GError **error);

/* GET and PATCH /api/v1/settings/tickets, for admins. */
Reply *ticket_settings_get (Db *db, const Request *request, GError **error);
Reply *ticket_settings_patch (Db *db, const Request *request, GError **error);
/* POST /api/v1/tickets/{id}/merge and /unmerge: another ticket into this one, and out again. */
Reply *ticket_post_merge (Db *db, const Request *request, GError **error);
Reply *ticket_post_unmerge (Db *db, const Request *request, GError **error);

/* GET, POST /api/v1/quick-replies, PATCH, DELETE /api/v1/quick-replies/{id}, and
 * POST /api/v1/quick-replies/{id}/render: the text with its variables filled for a ticket. */
Reply *quick_reply_list (Db *db, const Request *request, GError **error);
Reply *quick_reply_post (Db *db, const Request *request, GError **error);
Reply *quick_reply_patch (Db *db, const Request *request, GError **error);
Reply *quick_reply_delete (Db *db, const Request *request, GError **error);
Reply *quick_reply_render (Db *db, const Request *request, GError **error);

/* GET /api/v1/stats: how many tickets, how long they took, and who did what. */
Reply *stats_get (Db *db, const Request *request, GError **error);
