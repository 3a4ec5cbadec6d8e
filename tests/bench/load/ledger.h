/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The books of a talk: every message from its sending to its last reader. */
#pragma once

#include "histogram.h"

#define LEDGER_READERS_MAX 32

typedef struct _Ledger Ledger;

/**
 * LedgerFigures:
 * @finished: messages that were both acknowledged and seen by their own reader since the begin
 * @delivery: from the moment a message was due until its own reader held it
 * @ack: from the same moment until its writer held the acknowledgement
 */
typedef struct
{
  guint64 finished;
  Histogram delivery;
  Histogram ack;
} LedgerFigures;

/**
 * ledger_new:
 * @n_writers: who write
 * @n_readers: who read every message, at most %LEDGER_READERS_MAX; the own reader of a message is
 *   its writer modulo @n_readers
 */
Ledger *ledger_new (guint n_writers, guint n_readers);
void ledger_free (Ledger *ledger);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Ledger, ledger_free)

/**
 * ledger_measure:
 * @figures: (nullable): set to zero and filled from here on; %NULL ends it
 * @from: messages due before this time of loop_now() count for no latency
 */
void ledger_measure (Ledger *ledger, LedgerFigures *figures, gint64 from);

/**
 * ledger_has_room:
 *
 * Returns: whether @writer may send another message; not while one that it sent long ago is still
 *   under way
 */
gboolean ledger_has_room (const Ledger *ledger, guint writer);

/**
 * ledger_send:
 * @due: when the message is sent, or should have been
 *
 * Returns: (transfer full): the message's client id
 */
char *ledger_send (Ledger *ledger, guint writer, gint64 due);

/**
 * ledger_unacked:
 *
 * Returns: how many messages of @writer are not acknowledged
 */
guint ledger_unacked (const Ledger *ledger, guint writer);

/**
 * ledger_under_way:
 *
 * Returns: how many messages are not acknowledged or not seen by every reader
 */
guint ledger_under_way (const Ledger *ledger);

/**
 * ledger_take_ack:
 * @text: a frame that acknowledges
 *
 * Returns: whether it names a message of @writer that was not acknowledged before
 */
gboolean ledger_take_ack (Ledger *ledger, guint writer, const char *text, gsize length);

/**
 * ledger_take_delivery:
 * @text: a frame that delivers a message, of this ledger or not
 * @writer: (out): who wrote it, when it is of this ledger
 *
 * Returns: the number of times that @reader has now got it; 0 when it is not of this ledger
 */
guint ledger_take_delivery (Ledger *ledger, guint reader, const char *text, gsize length,
                            guint *writer);
