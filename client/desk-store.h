/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Everything the app knows of the desk: one #DeskTicket for each id, one #DeskThread for each
 * ticket that was opened. Snapshots and events enter here and nowhere else; each change is written
 * to the cache, so that the next start shows the last state before any answer.
 */

#pragma once

#include "desk-cache.h"
#include "desk-thread.h"
#include "desk-ticket.h"

G_BEGIN_DECLS

#define DESK_TYPE_STORE (desk_store_get_type ())

G_DECLARE_FINAL_TYPE (DeskStore, desk_store, DESK, STORE, GObject)

/**
 * desk_store_new:
 * @cache: where to keep copies
 *
 * Signals: `ticket-added (DeskTicket)`, `ticket-changed (DeskTicket)`, `ticket-removed
 * (DeskTicket)`; from events only: `message-arrived (DeskTicket, DeskMessage)`, `ticket-assigned
 * (DeskTicket)` when the account of desk_store_set_me() got it; `ticket-missing (gint64 id)` when
 * an event spoke of a ticket that is not known.
 *
 * Returns: (transfer full): a store that holds what the cache held.
 */
DeskStore *desk_store_new (DeskCache *cache);

DeskCache *desk_store_get_cache (DeskStore *self);

/** desk_store_set_me: says whose desk this is. */
void desk_store_set_me (DeskStore *self, gint64 user_id);
gint64 desk_store_get_me (DeskStore *self);

/** desk_store_load: fills the store from the cache, at most @limit tickets, newest first. */
void desk_store_load (DeskStore *self, guint limit);

/** desk_store_take_ticket: Returns: (transfer none): the ticket of a snapshot's @json. */
DeskTicket *desk_store_take_ticket (DeskStore *self, JsonObject *json);

/** desk_store_take_messages: a page of messages for ticket @ticket_id. */
void desk_store_take_messages (DeskStore *self, gint64 ticket_id, JsonArray *messages);

/** desk_store_forget_ticket: the server has no ticket @id any more, and so has nobody here. */
void desk_store_forget_ticket (DeskStore *self, gint64 id);

/** desk_store_apply_event: an `event` frame of the live socket. */
void desk_store_apply_event (DeskStore *self, JsonObject *frame);

/**
 * desk_store_begin_snapshot:
 *
 * From here on desk_store_take_ticket() notes what the server still has;
 * desk_store_end_snapshot() forgets every ticket that it did not name and nobody has open.
 */
void desk_store_begin_snapshot (DeskStore *self);
void desk_store_end_snapshot (DeskStore *self);

/** desk_store_find_ticket: Returns: (transfer none) (nullable): the ticket, if known. */
DeskTicket *desk_store_find_ticket (DeskStore *self, gint64 id);

/** desk_store_list_tickets: Returns: (transfer container) (element-type DeskTicket): all. */
GPtrArray *desk_store_list_tickets (DeskStore *self);

/** desk_store_open_thread: Returns: (transfer none): the thread, with what the cache held. */
DeskThread *desk_store_open_thread (DeskStore *self, gint64 ticket_id);

/** desk_store_find_thread: Returns: (transfer none) (nullable): the thread, if it was opened. */
DeskThread *desk_store_find_thread (DeskStore *self, gint64 ticket_id);

/** desk_store_list_threads: Returns: (transfer container) (element-type DeskThread): the opened. */
GPtrArray *desk_store_list_threads (DeskStore *self);

/** desk_store_keep_draft: keeps what was begun for the ticket; an empty @body forgets it. */
void desk_store_keep_draft (DeskStore *self, gint64 ticket_id, const char *body, gboolean is_note);

/**
 * desk_store_recall_draft:
 * @is_note: (out): whether it is a note
 *
 * Returns: (transfer full): what was begun, "" when nothing was.
 */
char *desk_store_recall_draft (DeskStore *self, gint64 ticket_id, gboolean *is_note);

/** desk_store_flush: writes what is new to the cache now instead of when the app is idle. */
void desk_store_flush (DeskStore *self);

/** desk_store_keep_position: the cursor and event ids that belong to the state as it is now. */
void desk_store_keep_position (DeskStore *self, const char *cursor, const char *ids);

G_END_DECLS
