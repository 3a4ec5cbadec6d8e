/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * When agents on standby are called in, and when they are released: the judgement, which is pure,
 * and the timed job that goes by it. */
#pragma once

#include "db/db.h"

/* What is known of a department, all in seconds. */
typedef struct
{
  gboolean is_on; /* whether the wait calls anybody in */
  gint64 call_at; /* a wait from which on somebody is called */
  gint64 release_at; /* a shorter one, with which the shortage is over */
  gboolean is_called; /* a call is open */
  gboolean by_hand; /* an admin's, which ends by hand */
  gint64 waited; /* by who has waited longest */
  gint64 predicted; /* of who came last, before it ends for them; 0 when nothing is known */
} StandbyLoad;

typedef enum
{
  STANDBY_NOTHING,
  STANDBY_CALL,
  STANDBY_RELEASE,
} StandbyStep;

/* The longer of the two waits decides. Between the two limits all stays as it is. */
StandbyStep standby_judge (const StandbyLoad *load);

/* ClockJob: calls in and releases in every department. @name is not used. */
gboolean standby_watch (Db *db, const char *name, GError **error);
