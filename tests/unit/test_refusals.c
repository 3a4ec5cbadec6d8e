/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Refused tickets pause, twice as long each time, and are forgotten once they are no trouble any
 * more. */
#include "queue/refusals.h"

#include "db/db.h"

static void
assert_held (Refusals *refusals, gint64 now, const char *expected)
{
  g_autoptr (GString) held = refusals_collect (refusals, now);

  g_assert_cmpstr (db_array_close (held), ==, expected);
}

static void
test_pauses_double (void)
{
  Refusals *refusals = refusals_new ();
  gint64 now = 1000000;
  gint64 last = 0;

  assert_held (refusals, now, "{}");
  for (guint i = 0; i < 20; i++)
    {
      gint64 pause;

      refusals_note (refusals, 7, now);
      assert_held (refusals, now, "{7}");
      pause = refusals_next (refusals, now) - now;
      g_assert_cmpint (pause, >=, last);
      g_assert_cmpint (pause, <=, 5 * G_USEC_PER_SEC);
      now += pause;
      assert_held (refusals, now, "{}");
      last = pause;
    }
  g_assert_cmpint (last, ==, 5 * G_USEC_PER_SEC);
  refusals_free (refusals);
}

static void
test_old_refusals_are_forgotten (void)
{
  Refusals *refusals = refusals_new ();
  gint64 first;

  refusals_note (refusals, 7, 0);
  first = refusals_next (refusals, 0);
  refusals_note (refusals, 7, first);
  g_assert_cmpint (refusals_next (refusals, first) - first, >, first);
  assert_held (refusals, 60 * G_USEC_PER_SEC, "{}");
  refusals_note (refusals, 7, 60 * G_USEC_PER_SEC);
  g_assert_cmpint (refusals_next (refusals, 60 * G_USEC_PER_SEC), ==, 60 * G_USEC_PER_SEC + first);
  refusals_free (refusals);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/refusals/pauses-double", test_pauses_double);
  g_test_add_func ("/refusals/old-refusals-are-forgotten", test_old_refusals_are_forgotten);
  return g_test_run ();
}
