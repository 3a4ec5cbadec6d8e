/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Events as shared, unchanging values. */
#include "event/event.h"

Event *
event_ref (Event *event)
{
  g_atomic_ref_count_inc (&event->references);
  return event;
}

void
event_unref (Event *event)
{
  if (!g_atomic_ref_count_dec (&event->references))
    return;
  g_free (event->kind);
  g_free (event->data);
  g_free (event->staff);
  g_free (event->at);
  g_free (event->cursor);
  g_free (event);
}
