/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The origin of a thread's changes. */
#include "base/origin.h"

static _Thread_local Origin current;
static _Thread_local gboolean is_set;

void
origin_set (const Origin *origin)
{
  is_set = origin != NULL;
  if (is_set)
    current = *origin;
}

const Origin *
origin_get (void)
{
  return is_set ? &current : NULL;
}
