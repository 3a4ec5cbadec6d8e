/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Reconnecting waits longer each time, never too long, and never for all clients the same.
 */

#include "desk-backoff.h"

static void
delays_double_up_to_thirty_seconds (void)
{
  g_assert_cmpuint (desk_backoff_delay (0, 0.0), ==, 250);
  g_assert_cmpuint (desk_backoff_delay (1, 0.0), ==, 500);
  g_assert_cmpuint (desk_backoff_delay (3, 0.0), ==, 2000);
  g_assert_cmpuint (desk_backoff_delay (10, 0.0), ==, 15000);
  g_assert_cmpuint (desk_backoff_delay (G_MAXUINT, 0.999999), <, 30000);
}

static void
half_of_a_delay_is_chance (void)
{
  for (guint attempt = 0; attempt < 12; attempt++)
    {
      guint shortest = desk_backoff_delay (attempt, 0.0);
      guint longest = desk_backoff_delay (attempt, 1.0);

      g_assert_cmpuint (longest, ==, 2 * shortest);
      g_assert_cmpuint (desk_backoff_delay (attempt, 0.5), ==, shortest + shortest / 2);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/backoff/doubles", delays_double_up_to_thirty_seconds);
  g_test_add_func ("/backoff/chance", half_of_a_delay_is_chance);

  return g_test_run ();
}
