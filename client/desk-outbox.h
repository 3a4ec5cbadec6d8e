/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * What was written here and is not on the server yet. A message is in the local database before it
 * is sent and leaves it when the server acknowledged it, so that neither a crash nor a dead line
 * loses one; its client id keeps a repeated one from counting twice.
 */

#pragma once

#include "desk-live.h"
#include "desk-store.h"

G_BEGIN_DECLS

#define DESK_TYPE_OUTBOX (desk_outbox_get_type ())

G_DECLARE_FINAL_TYPE (DeskOutbox, desk_outbox, DESK, OUTBOX, GObject)

/**
 * desk_outbox_new:
 *
 * Signals: `changed`, another number of messages waits; `refused (DeskMessage)`; `delivered
 * (DeskMessage, int then)`, the server has it, and what desk_outbox_follow_up() said, or -1.
 *
 * Returns: (transfer full): the outbox of @store's cache, with what the last run left.
 */
DeskOutbox *desk_outbox_new (DeskStore *store, DeskLive *live);

/**
 * desk_outbox_send:
 * @seen_seq: the newest number that the writer had on the screen
 * @hold_s: seconds in which it can be taken back by desk_outbox_discard()
 *
 * Returns: (transfer none): the message, already shown in its thread.
 */
DeskMessage *desk_outbox_send (DeskOutbox *self, gint64 ticket_id, const char *body,
                               gboolean is_internal, gint64 seen_seq, guint hold_s);

/** desk_outbox_follow_up: once the server has @message, and only then, its ticket gets @status. */
void desk_outbox_follow_up (DeskOutbox *self, DeskMessage *message, DeskStatus status);

/** desk_outbox_find_held: Returns: (transfer none) (nullable): the last that can be taken back. */
DeskMessage *desk_outbox_find_held (DeskOutbox *self, gint64 ticket_id);

/** desk_outbox_release: sends what is held now. */
void desk_outbox_release (DeskOutbox *self);

/** desk_outbox_retry: sends a refused @message again, as written after @seen_seq. */
void desk_outbox_retry (DeskOutbox *self, DeskMessage *message, gint64 seen_seq);

/** desk_outbox_discard: forgets a @message that was never sent. */
void desk_outbox_discard (DeskOutbox *self, DeskMessage *message);

/** desk_outbox_show: puts what waits for ticket @ticket_id at the end of its thread. */
void desk_outbox_show (DeskOutbox *self, gint64 ticket_id);

/** desk_outbox_get_n_waiting: Returns: how many messages go out by themselves when they can. */
guint desk_outbox_get_n_waiting (DeskOutbox *self);

G_END_DECLS
