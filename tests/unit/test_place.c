/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The wait estimate: right where a formula is known, sensible everywhere, and honest: eight of
 * ten simulated customers wait as long as they were told. */
#include "queue/place.h"

#include <math.h>

#define ROUNDS 300

/* For the head of the queue the distribution has a closed form: P(W <= w) = 1 - (1 + w /
 * seconds)^-(n + 1/2). */
static void
test_head_follows_the_closed_form (void)
{
  static const double shares[] = { 0.01, 0.1, 0.5, 0.9, 0.99 };

  for (guint handovers = 0; handovers < 60; handovers += 7)
    {
      for (guint i = 0; i < G_N_ELEMENTS (shares); i++)
        {
          double expected = 600 * (pow (1 - shares[i], -1 / (handovers + 0.5)) - 1);
          double found = place_quantile (1, handovers, 600, shares[i]);

          g_assert_cmpfloat_with_epsilon (found / expected, 1, 1e-6);
        }
    }
}

/* With many observations the rate is as good as known: the median of the gamma distribution is
 * about place - 1/3. */
static void
test_many_observations_give_the_gamma_distribution (void)
{
  for (guint place = 1; place < 2000; place = place * 3)
    {
      double median = place_quantile (place, 1000000, 1000000, 0.5);

      g_assert_cmpfloat_with_epsilon (median / (place - 1 / 3.0 + 0.02 / place), 1, 0.01);
    }
}

static void
test_waits_grow_with_the_place_and_shrink_with_the_pace (void)
{
  for (guint round = 0; round < ROUNDS; round++)
    {
      guint place = (guint) g_test_rand_int_range (1, 3000);
      guint handovers = (guint) g_test_rand_int_range (PLACE_HANDOVERS_MIN, 31);
      double seconds = g_test_rand_double_range (0.001, 3600);
      double wait = place_quantile (place, handovers, seconds, 0.5);

      g_assert_true (isfinite (wait) && wait > 0);
      g_assert_cmpfloat (place_quantile (place, handovers, seconds, 0.1), <, wait);
      g_assert_cmpfloat (place_quantile (place, handovers, seconds, 0.9), >, wait);
      g_assert_cmpfloat (place_quantile (place + 1, handovers, seconds, 0.5), >, wait);
      g_assert_cmpfloat (place_quantile (place, handovers + 1, seconds, 0.5), <, wait);
      g_assert_cmpfloat (place_quantile (place, handovers, seconds * 1.01, 0.5), >, wait);
    }
}

static void
test_ranges_are_ordered_and_end (void)
{
  for (guint round = 0; round < ROUNDS; round++)
    {
      PlaceWait wait;

      g_assert_true (place_wait ((guint) g_test_rand_int_range (1, 1000000),
                                 (guint) g_test_rand_int_range (PLACE_HANDOVERS_MIN, 31),
                                 g_test_rand_double_range (0.001, 3600), 1, &wait));
      g_assert_cmpuint (wait.low, <=, wait.high);
      g_assert_cmpuint (wait.high, >, 0);
      g_assert_cmpuint (wait.high, <=, PLACE_WAIT_MAX);
    }
}

static void
test_nothing_is_estimated_from_nothing (void)
{
  PlaceWait wait;

  g_assert_false (place_wait (1, PLACE_HANDOVERS_MIN - 1, 600, 3, &wait));
  g_assert_false (place_wait (1, PLACE_HANDOVERS_MIN, 600, 0, &wait));
  g_assert_false (place_wait (1, PLACE_HANDOVERS_MIN, 0, 3, &wait));
  g_assert_true (place_wait (1, PLACE_HANDOVERS_MIN, 600, 3, &wait));
}

/* The time until the next event of a Poisson process. */
static double
pause_of (double rate)
{
  return -log (1 - g_test_rand_double ()) / rate;
}

static guint
count_handovers (double rate, double seconds)
{
  double at = pause_of (rate);
  guint handovers = 0;

  while (at < seconds)
    {
      at += pause_of (rate);
      handovers++;
    }
  return handovers;
}

/* Simulated lanes with a rate that the estimate does not know. */
static void
test_eight_of_ten_wait_as_told (void)
{
  const guint people = 4000;
  guint inside = 0;

  for (guint person = 0; person < people; person++)
    {
      double rate = g_test_rand_double_range (0.005, 0.05);
      guint place = (guint) g_test_rand_int_range (1, 12);
      guint handovers = count_handovers (rate, 1800);
      double waited = 0;

      for (guint i = 0; i < place; i++)
        waited += pause_of (rate);
      inside += waited >= place_quantile (place, handovers, 1800, 0.1)
                && waited <= place_quantile (place, handovers, 1800, 0.9);
    }
  g_assert_cmpfloat_with_epsilon (inside / (double) people, 0.8, 0.03);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/place/head-follows-the-closed-form", test_head_follows_the_closed_form);
  g_test_add_func ("/place/many-observations-give-the-gamma-distribution",
                   test_many_observations_give_the_gamma_distribution);
  g_test_add_func ("/place/waits-grow-with-the-place-and-shrink-with-the-pace",
                   test_waits_grow_with_the_place_and_shrink_with_the_pace);
  g_test_add_func ("/place/ranges-are-ordered-and-end", test_ranges_are_ordered_and_end);
  g_test_add_func ("/place/nothing-is-estimated-from-nothing",
                   test_nothing_is_estimated_from_nothing);
  g_test_add_func ("/place/eight-of-ten-wait-as-told", test_eight_of_ten_wait_as_told);
  return g_test_run ();
}
