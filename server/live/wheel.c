/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Deadlines farther away than one round wait in the farthest slot and are set again from there. */
#include "live/wheel.h"

#define SLOTS 128

struct Wheel
{
  gint64 now;
  WheelTimer *slots[SLOTS];
};

Wheel *
wheel_new (gint64 second)
{
  Wheel *wheel = g_new0 (Wheel, 1);

  wheel->now = second;
  return wheel;
}

void
wheel_set (Wheel *wheel, WheelTimer *timer, gint64 second, gpointer owner)
{
  gint64 slot = CLAMP (second, wheel->now + 1, wheel->now + SLOTS - 1) % SLOTS;

  wheel_drop (timer);
  timer->due = second;
  timer->owner = owner;
  timer->link = &wheel->slots[slot];
  timer->next = wheel->slots[slot];
  if (timer->next != NULL)
    timer->next->link = &timer->next;
  wheel->slots[slot] = timer;
}

void
wheel_drop (WheelTimer *timer)
{
  if (timer->link == NULL)
    return;
  *timer->link = timer->next;
  if (timer->next != NULL)
    timer->next->link = timer->link;
  timer->next = NULL;
  timer->link = NULL;
}

void
wheel_turn (Wheel *wheel, gint64 second, WheelDue due, gpointer data)
{
  /* After a long sleep one round meets every timer. */
  wheel->now = MAX (wheel->now, second - SLOTS);
  while (wheel->now < second)
    {
      WheelTimer **slot = &wheel->slots[++wheel->now % SLOTS];

      while (*slot != NULL)
        {
          WheelTimer *timer = *slot;

          wheel_drop (timer);
          if (timer->due > second)
            wheel_set (wheel, timer, timer->due, timer->owner);
          else
            due (timer->owner, data);
        }
    }
}

void
wheel_free (Wheel *wheel)
{
  g_free (wheel);
}
