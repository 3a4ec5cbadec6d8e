/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * From every failure and success to the few that are news. */
#include "db/outage.h"

#define TELL_EVERY (60 * G_USEC_PER_SEC)

gboolean
outage_fail (Outage *outage, gint64 opened, gint64 now)
{
  if (!outage->lasts && opened < outage->over)
    return FALSE;
  if (outage->lasts && now - outage->told < TELL_EVERY)
    return FALSE;
  if (!outage->lasts)
    outage->since = now;
  outage->lasts = TRUE;
  outage->told = now;
  return TRUE;
}

gboolean
outage_end (Outage *outage, gint64 now)
{
  if (!outage->lasts)
    return FALSE;
  outage->lasts = FALSE;
  outage->over = now;
  return TRUE;
}
