/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Exponential backoff with "equal jitter" (M. Brooker, Exponential Backoff And Jitter, 2015): a
 * sure half keeps a client from hammering, a random half spreads the crowd.
 */

#include "desk-backoff.h"

#define FIRST_MS 500
#define LONGEST_MS 30000

guint
desk_backoff_delay (guint attempt, double chance)
{
  guint whole = FIRST_MS;

  for (guint i = 0; i < attempt && whole < LONGEST_MS; i++)
    whole *= 2;

  whole = MIN (whole, LONGEST_MS);

  return whole / 2 + (guint) (chance * whole / 2);
}
