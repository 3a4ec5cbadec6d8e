/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The timing wheel: everything comes once, in its second, whatever was set, moved and dropped
 * before. */
#include "live/wheel.h"

#define TIMERS 200
#define SECONDS 1000
#define FARTHEST 400

typedef struct
{
  WheelTimer timer;
  gint64 due; /* -1 while not set */
  guint calls;
} Alarm;

static void
count_cb (gpointer owner, gpointer data G_GNUC_UNUSED)
{
  Alarm *alarm = owner;

  alarm->calls++;
}

static void
test_a_timer_comes_once_in_its_second (void)
{
  Wheel *wheel = wheel_new (100);
  Alarm alarm = { 0 };

  wheel_set (wheel, &alarm.timer, 105, &alarm);
  wheel_turn (wheel, 104, count_cb, NULL);
  g_assert_cmpuint (alarm.calls, ==, 0);
  wheel_turn (wheel, 105, count_cb, NULL);
  wheel_turn (wheel, 600, count_cb, NULL);
  g_assert_cmpuint (alarm.calls, ==, 1);
  wheel_free (wheel);
}

static void
test_setting_again_replaces_and_dropping_ends (void)
{
  Wheel *wheel = wheel_new (0);
  Alarm moved = { 0 };
  Alarm dropped = { 0 };

  wheel_set (wheel, &moved.timer, 5, &moved);
  wheel_set (wheel, &moved.timer, 9, &moved);
  wheel_set (wheel, &dropped.timer, 9, &dropped);
  wheel_turn (wheel, 8, count_cb, NULL);
  g_assert_cmpuint (moved.calls, ==, 0);
  wheel_drop (&dropped.timer);
  wheel_drop (&dropped.timer);
  wheel_turn (wheel, 9, count_cb, NULL);
  g_assert_cmpuint (moved.calls, ==, 1);
  g_assert_cmpuint (dropped.calls, ==, 0);
  wheel_free (wheel);
}

static void
test_what_is_late_already_comes_next (void)
{
  Wheel *wheel = wheel_new (50);
  Alarm alarm = { 0 };

  wheel_set (wheel, &alarm.timer, 7, &alarm);
  wheel_turn (wheel, 51, count_cb, NULL);
  g_assert_cmpuint (alarm.calls, ==, 1);
  wheel_free (wheel);
}

static void
test_a_long_sleep_skips_nobody (void)
{
  Wheel *wheel = wheel_new (0);
  Alarm soon = { 0 };
  Alarm late = { 0 };
  Alarm later = { 0 };

  wheel_set (wheel, &soon.timer, 3, &soon);
  wheel_set (wheel, &late.timer, 1000, &late);
  wheel_set (wheel, &later.timer, 100001, &later);
  wheel_turn (wheel, 100000, count_cb, NULL);
  g_assert_cmpuint (soon.calls, ==, 1);
  g_assert_cmpuint (late.calls, ==, 1);
  g_assert_cmpuint (later.calls, ==, 0);
  wheel_turn (wheel, 100001, count_cb, NULL);
  g_assert_cmpuint (later.calls, ==, 1);
  wheel_free (wheel);
}

typedef struct
{
  gint64 now;
  Wheel *wheel;
  Alarm *victim; /* dropped by whoever comes first */
} Turn;

static void
check_due_cb (gpointer owner, gpointer data)
{
  Alarm *alarm = owner;
  const Turn *turn = data;

  g_assert_cmpint (alarm->due, ==, turn->now);
  alarm->due = -1;
  if (turn->victim != alarm)
    {
      wheel_drop (&turn->victim->timer);
      turn->victim->due = -1;
    }
  if (g_test_rand_bit ())
    {
      alarm->due = turn->now + g_test_rand_int_range (1, FARTHEST);
      wheel_set (turn->wheel, &alarm->timer, alarm->due, alarm);
    }
}

static void
test_any_order_of_changes_keeps_every_second (void)
{
  g_autofree Alarm *alarms = g_new0 (Alarm, TIMERS);
  Turn turn = { .wheel = wheel_new (0) };

  for (guint i = 0; i < TIMERS; i++)
    alarms[i].due = -1;
  for (turn.now = 1; turn.now < SECONDS; turn.now++)
    {
      Alarm *changed = &alarms[g_test_rand_int_range (0, TIMERS)];

      changed->due = turn.now + g_test_rand_int_range (0, FARTHEST);
      wheel_set (turn.wheel, &changed->timer, changed->due, changed);
      turn.victim = &alarms[g_test_rand_int_range (0, TIMERS)];
      wheel_turn (turn.wheel, turn.now, check_due_cb, &turn);
      for (guint i = 0; i < TIMERS; i++)
        g_assert_true (alarms[i].due == -1 || alarms[i].due > turn.now);
    }
  wheel_free (turn.wheel);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/wheel/once", test_a_timer_comes_once_in_its_second);
  g_test_add_func ("/wheel/replace-and-drop", test_setting_again_replaces_and_dropping_ends);
  g_test_add_func ("/wheel/late", test_what_is_late_already_comes_next);
  g_test_add_func ("/wheel/long-sleep", test_a_long_sleep_skips_nobody);
  g_test_add_func ("/wheel/any-order", test_any_order_of_changes_keeps_every_second);
  return g_test_run ();
}
