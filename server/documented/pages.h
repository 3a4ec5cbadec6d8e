/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Inside the room: the documented paths as pages, and the steps that these and the JSON share. */
#pragma once

#include "documented/shape.h"

/* The pages; see handlers.h for their addresses.
 * Returns: (transfer full): NULL with a problem. */
Reply *page_tickets (Db *db, const Request *request, GError **error);
Reply *page_ticket (Db *db, const Request *request, GError **error);
Reply *page_chat (Db *db, const Request *request, GError **error);
Reply *page_stats (Db *db, const Request *request, GError **error);
Reply *page_conversations (Db *db, const Request *request, GError **error);
Reply *page_conversation (Db *db, const Request *request, GError **error);

/* What a browser sees instead of @problem: for somebody who is not signed in the way to that, for
 * anything else what happened. Returns: (transfer full). */
Reply *page_of_problem (const Request *request, const GError *problem);

/* Lists as /api/v1 says them, narrowed as @request says.
 * Returns: (transfer full): NULL with a problem. */
JsonObject *list_tickets (Db *db, const Request *request, GError **error);
JsonObject *list_chats (Db *db, const Request *request, GError **error);
JsonObject *list_conversations (Db *db, const Request *request, GError **error);

/* The fields that a form of a page sent, as texts.
 * Returns: (transfer full): NULL with `bad_request`. */
Arguments *form_read (const Request *request, GError **error);

/* Moves the ticket `{id}` to the `status` of @arguments; marks it read; closes it. FALSE with a
 * problem. */
gboolean step_status (Db *db, const Request *request, Arguments *arguments, GError **error);
gboolean step_read (Db *db, const Request *request, GError **error);
gboolean step_close (Db *db, const Request *request, GError **error);
