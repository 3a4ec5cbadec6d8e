/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Tickets that could not be handed out just now, because somebody held them or an agent was
 * faster. Each is left out for a moment that doubles with every further refusal, so that a held
 * head costs nothing and keeps nobody behind it. Times are monotonic, in microseconds. */
#pragma once

#include <glib.h>

typedef struct Refusals Refusals;

Refusals *refusals_new (void);

/* @ticket_id was refused at @now. */
void refusals_note (Refusals *refusals, gint64 ticket_id, gint64 now);

/* The tickets to be left out at @now; those that were not refused again for a while are forgotten.
 * Returns: (transfer full): a PostgreSQL array being built; see db_array_close(). */
GString *refusals_collect (Refusals *refusals, gint64 now);

/* Those that were refused a while ago and are left out no longer at @now.
 * Returns: (transfer full) (element-type gint64) */
GArray *refusals_returned (const Refusals *refusals, gint64 now);

/* When the first of those that were left out at @since may be tried again; G_MAXINT64 for none. */
gint64 refusals_next (const Refusals *refusals, gint64 since);
void refusals_free (Refusals *refusals);
