/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * What of an outage is worth a line in the log. Every thread meets it, and tries again several
 * times a second; a person wants to know when it began, once a minute that it lasts, and when it is
 * over. Times are monotonic microseconds. */
#pragma once

#include <glib.h>

typedef struct
{
  gboolean lasts;
  gint64 since; /* when it began; the last one, when none lasts */
  gint64 told; /* when it was last told of */
  gint64 over; /* when the last one ended; 0 before the first */
} Outage;

/* Notes at @now that a connection failed which was open since @opened; a new one that could not be
 * opened is open since @now. What was opened before the last outage ended broke in that one.
 * Returns: whether to tell of it. */
gboolean outage_fail (Outage *outage, gint64 opened, gint64 now);

/* Notes at @now that a connection was opened.
 * Returns: whether to tell that an outage is over. */
gboolean outage_end (Outage *outage, gint64 now);
