/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The ring of recent events: exact from every cursor it still reaches, honest about older ones. */
#include "event/ring.h"

#include <glib.h>

#define BATCHES 200
#define EVENTS_MAX 300

static Event *
make_event (gint64 id)
{
  Event *event = g_new0 (Event, 1);

  g_atomic_ref_count_init (&event->references);
  event->id = id;
  return event;
}

/* Adds batch @n of 1 to 5 events, from cursor c<n> to c<n+1>. Returns the last id. */
static gint64
add_batch (Ring *ring, guint n, gint64 last_id)
{
  g_autoptr (GPtrArray) events = g_ptr_array_new_with_free_func ((GDestroyNotify) event_unref);
  g_autofree char *before = g_strdup_printf ("c%u", n);
  g_autofree char *after = g_strdup_printf ("c%u", n + 1);
  guint count = 1 + n % 5;

  for (guint i = 0; i < count; i++)
    g_ptr_array_add (events, make_event (++last_id));
  ring_add (ring, before, after, events);
  return last_id;
}

static void
test_since (void)
{
  Ring *ring = ring_new (EVENTS_MAX);
  gint64 ids[BATCHES + 1] = { 0 };
  guint reached = 0;

  for (guint n = 0; n < BATCHES; n++)
    ids[n + 1] = add_batch (ring, n, ids[n]);

  for (guint n = 0; n <= BATCHES; n++)
    {
      g_autofree char *cursor = g_strdup_printf ("c%u", n);
      g_autoptr (GPtrArray) events = g_ptr_array_new_with_free_func ((GDestroyNotify) event_unref);

      if (!ring_since (ring, cursor, events))
        {
          g_assert_cmpuint (reached, ==, 0);
          continue;
        }
      reached++;
      g_assert_cmpint (events->len, ==, ids[BATCHES] - ids[n]);
      for (guint i = 0; i < events->len; i++)
        g_assert_cmpint (((Event *) g_ptr_array_index (events, i))->id, ==, ids[n] + 1 + i);
    }
  /* Batches of 3 on average: about a hundred of them are kept, and the newest cursor itself. */
  g_assert_cmpuint (reached, >=, 95);
  g_assert_cmpuint (reached, <=, 105);
  ring_free (ring);
}

static void
test_unknown (void)
{
  Ring *ring = ring_new (EVENTS_MAX);
  g_autoptr (GPtrArray) events = g_ptr_array_new_with_free_func ((GDestroyNotify) event_unref);

  g_assert_false (ring_since (ring, "c0", events));
  add_batch (ring, 0, 0);
  g_assert_false (ring_since (ring, "elsewhere", events));
  g_assert_cmpuint (events->len, ==, 0);
  ring_free (ring);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ring/since", test_since);
  g_test_add_func ("/ring/unknown", test_unknown);
  return g_test_run ();
}
