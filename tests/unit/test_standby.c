/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Calling in and releasing: never both for the same wait, and never again while nothing changes. */
#include "queue/standby.h"

#define ROUNDS 2000

static StandbyLoad
usual (gboolean is_called, gint64 waited, gint64 predicted)
{
  return (StandbyLoad){ .is_on = TRUE,
                        .call_at = 300,
                        .release_at = 60,
                        .is_called = is_called,
                        .waited = waited,
                        .predicted = predicted };
}

static void
test_either_wait_calls (void)
{
  g_assert_cmpint (standby_judge (&(StandbyLoad){ .is_on = TRUE, .call_at = 10, .waited = 10 }), ==,
                   STANDBY_CALL);
  for (gint64 wait = 0; wait < 300; wait += 23)
    {
      StandbyLoad calm = usual (FALSE, wait, 299 - wait);
      StandbyLoad waited = usual (FALSE, 300, wait);
      StandbyLoad predicted = usual (FALSE, wait, 301);

      g_assert_cmpint (standby_judge (&calm), ==, STANDBY_NOTHING);
      g_assert_cmpint (standby_judge (&waited), ==, STANDBY_CALL);
      g_assert_cmpint (standby_judge (&predicted), ==, STANDBY_CALL);
    }
}

static void
test_between_the_limits_all_stays_as_it_is (void)
{
  for (gint64 wait = 61; wait < 300; wait++)
    {
      StandbyLoad before = usual (FALSE, wait, 0);
      StandbyLoad after = usual (TRUE, 0, wait);

      g_assert_cmpint (standby_judge (&before), ==, STANDBY_NOTHING);
      g_assert_cmpint (standby_judge (&after), ==, STANDBY_NOTHING);
    }
}

/* A wait that wanders calls and releases in turn, and each time it went all the way between. */
static void
test_a_wandering_wait_never_flaps (void)
{
  StandbyLoad load = usual (FALSE, 0, 0);
  gint64 lowest = 0;
  gint64 highest = 0;
  guint calls = 0;

  for (guint round = 0; round < ROUNDS; round++)
    {
      StandbyStep step;

      load.waited = MAX (load.waited + g_test_rand_int_range (-60, 61), 0);
      lowest = MIN (lowest, load.waited);
      highest = MAX (highest, load.waited);
      step = standby_judge (&load);
      if (step == STANDBY_CALL && !load.is_called)
        {
          g_assert_cmpint (lowest, <=, load.release_at);
          highest = load.waited;
          load.is_called = TRUE;
          calls++;
        }
      else if (step == STANDBY_RELEASE)
        {
          g_assert_true (load.is_called);
          g_assert_cmpint (highest, >=, load.call_at);
          lowest = load.waited;
          load.is_called = FALSE;
        }
    }
  g_assert_cmpuint (calls, >, 0);
}

static void
test_a_call_by_hand_ends_by_hand (void)
{
  StandbyLoad load = usual (TRUE, 0, 0);

  g_assert_cmpint (standby_judge (&load), ==, STANDBY_RELEASE);
  load.by_hand = TRUE;
  g_assert_cmpint (standby_judge (&load), ==, STANDBY_NOTHING);
}

static void
test_switched_off_it_calls_nobody_and_releases_all (void)
{
  StandbyLoad load = usual (FALSE, 9999, 9999);

  load.is_on = FALSE;
  g_assert_cmpint (standby_judge (&load), ==, STANDBY_NOTHING);
  load.is_called = TRUE;
  g_assert_cmpint (standby_judge (&load), ==, STANDBY_RELEASE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/standby/either", test_either_wait_calls);
  g_test_add_func ("/standby/between", test_between_the_limits_all_stays_as_it_is);
  g_test_add_func ("/standby/wandering", test_a_wandering_wait_never_flaps);
  g_test_add_func ("/standby/by-hand", test_a_call_by_hand_ends_by_hand);
  g_test_add_func ("/standby/off", test_switched_off_it_calls_nobody_and_releases_all);
  return g_test_run ();
}
