/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Where a ticket stands in the queue, for whoever asks; and the board, which tells waiting
 * customers whenever that changes. A board belongs to one thread. */
#pragma once

#include "base/actor.h"
#include "base/services.h"
#include "db/db.h"

typedef struct PositionBoard PositionBoard;

/* The place of @ticket_id as the protocol's `position`, for somebody who may see it.
 * Returns: (transfer full): JSON text, `null` when it does not wait; NULL with `not_found`. */
char *position_to_json (Db *db, const Actor *actor, gint64 ticket_id, GError **error);

PositionBoard *position_board_new (const Services *services);

/* Something in the queue may have moved. */
void position_board_stir (PositionBoard *board);

/* @customer_id has a new socket, which knows no place yet. */
void position_board_forget (PositionBoard *board, gint64 customer_id);

/* When position_board_push() has something to do, in monotonic microseconds. */
gint64 position_board_due (const PositionBoard *board);

/* Tells every connected waiting customer whose place or wait is another than last time. One
 * statement, whatever their number. FALSE with a problem when the database did not answer. */
gboolean position_board_push (PositionBoard *board, Db *db, GError **error);
void position_board_free (PositionBoard *board);
