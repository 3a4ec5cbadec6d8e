/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Events as shared, unchanging values. */
#include "event/event.h"

gboolean
event_concerns (const Event *event, gint64 user_id)
{
  if (event->customer_id == user_id)
    return TRUE;
  for (guint i = 0; event->participants != NULL && i < event->participants->len; i++)
    {
      if (g_array_index (event->participants, gint64, i) == user_id)
        return TRUE;
    }
  return FALSE;
}

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
  g_clear_pointer (&event->participants, g_array_unref);
  g_free (event->kind);
  g_free (event->data);
  g_free (event->staff);
  g_free (event->at);
  g_free (event->cursor);
  g_free (event);
}
