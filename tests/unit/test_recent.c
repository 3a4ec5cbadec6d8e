/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * A bounded memory: the latest is always there, the oldest never for long. */
#include "live/recent.h"

#define SIZE 100

static void
test_the_latest_are_remembered (void)
{
  Recent *recent = recent_new (SIZE);

  for (gint64 key = 1; key <= 10 * SIZE; key++)
    {
      gint64 value = 0;

      recent_put (recent, key, -key);
      for (gint64 kept = MAX (1, key - SIZE + 1); kept <= key; kept++)
        {
          g_assert_true (recent_get (recent, kept, &value));
          g_assert_cmpint (value, ==, -kept);
        }
      g_assert_false (recent_get (recent, key - 2 * SIZE, NULL));
    }
  recent_free (recent);
}

static void
test_a_newer_value_counts (void)
{
  Recent *recent = recent_new (SIZE);
  gint64 value = 0;

  recent_put (recent, 1, 10);
  recent_age (recent);
  recent_put (recent, 1, 11);
  g_assert_true (recent_get (recent, 1, &value));
  g_assert_cmpint (value, ==, 11);
  recent_free (recent);
}

static void
test_two_ages_forget (void)
{
  Recent *recent = recent_new (SIZE);

  recent_put (recent, 1, 10);
  recent_age (recent);
  g_assert_true (recent_get (recent, 1, NULL));
  recent_age (recent);
  g_assert_false (recent_get (recent, 1, NULL));
  recent_free (recent);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/recent/latest", test_the_latest_are_remembered);
  g_test_add_func ("/recent/newer", test_a_newer_value_counts);
  g_test_add_func ("/recent/two-ages", test_two_ages_forget);
  return g_test_run ();
}
