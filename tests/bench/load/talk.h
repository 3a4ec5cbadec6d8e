/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The conversation that is measured: customers write, agents read. */
#pragma once

#include "ledger.h"
#include "loop.h"
#include "options.h"

typedef struct _Talk Talk;

/**
 * talk_new:
 * @options: its customers and agents; must outlive the talk
 *
 * Opens a live socket for each customer and each agent and says hello on them.
 */
Talk *talk_new (Loop *loop, const Options *options, GError **error);
void talk_free (Talk *talk);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Talk, talk_free)

/**
 * talk_at_rate:
 *
 * Sends messages at a fixed rate, each at its own moment whether or not those before it have
 * arrived, so that a stall counts against every message that it holds up.
 */
gboolean talk_at_rate (Talk *talk, LedgerFigures *figures, GError **error);

/**
 * talk_at_full_speed:
 * @per_second: (out): finished messages a second
 *
 * Lets each customer send as soon as an acknowledgement opens its window.
 */
gboolean talk_at_full_speed (Talk *talk, LedgerFigures *figures, double *per_second,
                             GError **error);
