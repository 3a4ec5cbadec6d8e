/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The messages of one ticket as a GListModel of #DeskMessage: what the server numbered, by number
 * and without doubles, then what still waits here to be sent, in the order it was written.
 */

#pragma once

#include "desk-message.h"

G_BEGIN_DECLS

#define DESK_TYPE_THREAD (desk_thread_get_type ())

G_DECLARE_FINAL_TYPE (DeskThread, desk_thread, DESK, THREAD, GObject)

/** desk_thread_new: Returns: (transfer full): an empty thread of ticket @ticket_id. */
DeskThread *desk_thread_new (gint64 ticket_id);

/**
 * desk_thread_take:
 * @json: a message from the server
 *
 * A message that is there already, by its number or as ours by its client id, becomes confirmed in
 * place.
 *
 * Returns: (transfer none): the message in the thread.
 */
DeskMessage *desk_thread_take (DeskThread *self, JsonObject *json);

/** desk_thread_add_pending: shows @message, which waits to be sent, at the end. */
void desk_thread_add_pending (DeskThread *self, DeskMessage *message);

/** desk_thread_remove_pending: forgets @message, which was never sent. */
void desk_thread_remove_pending (DeskThread *self, DeskMessage *message);

/** desk_thread_acknowledge: moves the pending message @client_id, now @id, to its place @seq. */
void desk_thread_acknowledge (DeskThread *self, const char *client_id, gint64 id, gint64 seq,
                              gint64 created_at);

/** desk_thread_find_pending: Returns: (transfer none) (nullable): the message that still waits. */
DeskMessage *desk_thread_find_pending (DeskThread *self, const char *client_id);

/**
 * desk_thread_amend:
 * @json: a message from the server that was changed after it was sent
 *
 * Changes nothing when the message is not in the thread: it comes as it is then, once it is
 * fetched.
 */
void desk_thread_amend (DeskThread *self, JsonObject *json);

/** desk_thread_rename: the person @author_id is called @name now. */
void desk_thread_rename (DeskThread *self, gint64 author_id, const char *name);

/**
 * desk_thread_cut:
 * @seq: a number of this thread
 *
 * Forgets the messages from @seq on, since others have their numbers now. What waits to be sent
 * stays.
 */
void desk_thread_cut (DeskThread *self, gint64 seq);

/** desk_thread_set_marks: the customer's devices have got, and the customer has read, so far. */
void desk_thread_set_marks (DeskThread *self, gint64 delivered_seq, gint64 read_seq);

/**
 * desk_thread_find_gap:
 * @last_seq: the newest number that the ticket is known to have
 *
 * Returns: the number after which messages are missing, or -1 when the thread is whole from its
 *   first message here to @last_seq.
 */
gint64 desk_thread_find_gap (DeskThread *self, gint64 last_seq);

/** desk_thread_get_first_seq: Returns: the oldest number here, 0 when there is none. */
gint64 desk_thread_get_first_seq (DeskThread *self);

/** desk_thread_get_last_seq: Returns: the newest number here, 0 when there is none. */
gint64 desk_thread_get_last_seq (DeskThread *self);

gint64 desk_thread_get_ticket_id (DeskThread *self);

G_END_DECLS
