/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * How long to wait before trying again: doubling, bounded, with jitter, so that ten thousand
 * clients that lost the same server do not come back in the same second.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * desk_backoff_delay:
 * @attempt: how many tries failed so far, from 0
 * @chance: a random number, 0 inclusive to 1 exclusive
 *
 * Returns: milliseconds: half of 500 · 2^@attempt for sure and the other half by @chance, the whole
 * never above 30 seconds.
 */
guint desk_backoff_delay (guint attempt, double chance);

G_END_DECLS
