/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Opening hours: right on the days on which clocks are put, and, for any hours at all, the answers
 * fit each other and what one reads off the clock minute by minute. */
#include "base/calendar.h"

#define MINUTE ((gint64) 60)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)
#define ROUNDS 200

static const char *const office[]
    = { "1 09:00-17:00", "2 09:00-17:00", "3 09:00-17:00", "4 09:00-17:00", "5 09:00-17:00", NULL };
static const char *const no_spans[] = { NULL };

/* The moment of @text, which names its offset. */
static gint64
at (const char *text)
{
  g_autoptr (GDateTime) moment = g_date_time_new_from_iso8601 (text, NULL);

  g_assert_nonnull (moment);
  return g_date_time_to_unix (moment);
}

static void
assert_hours (const Calendar *calendar, const char *opens, const char *closes)
{
  gint64 opening = at (opens);
  gint64 closing = at (closes);

  g_assert_false (calendar_is_open (calendar, opening - 1));
  g_assert_true (calendar_is_open (calendar, opening));
  g_assert_true (calendar_is_open (calendar, closing - 1));
  g_assert_false (calendar_is_open (calendar, closing));
  g_assert_cmpint (calendar_next_opening (calendar, opening - 1), ==, opening);
  g_assert_cmpint (calendar_next_opening (calendar, opening + 1), ==, opening + 1);
  g_assert_cmpint (calendar_next_closing (calendar, opening), ==, closing);
  g_assert_cmpint (calendar_open_seconds (calendar, opening, closing), ==, closing - opening);
}

static void
test_a_week (void)
{
  g_autoptr (Calendar) calendar = calendar_new ("Europe/Berlin", office);

  assert_hours (calendar, "2026-01-05T09:00:00+01", "2026-01-05T17:00:00+01");
  assert_hours (calendar, "2026-07-10T09:00:00+02", "2026-07-10T17:00:00+02");
  g_assert_cmpint (calendar_next_opening (calendar, at ("2026-01-09T17:00:00+01")), ==,
                   at ("2026-01-12T09:00:00+01"));
  g_assert_cmpint (calendar_open_seconds (calendar, at ("2026-01-05T00:00:00+01"),
                                          at ("2026-01-12T00:00:00+01")),
                   ==, 40 * HOUR);
  /* Friday ten to five and an hour: Monday ten to ten. */
  g_assert_cmpint (calendar_add_open_seconds (calendar, at ("2026-01-09T16:50:00+01"), HOUR), ==,
                   at ("2026-01-12T09:50:00+01"));
  g_assert_cmpint (calendar_add_open_seconds (calendar, at ("2026-01-09T16:00:00+01"), HOUR), ==,
                   at ("2026-01-09T17:00:00+01"));
}

static void
test_several_hours_a_day_and_over_midnight (void)
{
  static const char *const week[] = { "1 14:00-18:00", "1 08:00-12:00", "5 22:00-06:00", NULL };
  g_autoptr (Calendar) calendar = calendar_new ("Asia/Dhaka", week);

  assert_hours (calendar, "2026-03-02T08:00:00+06", "2026-03-02T12:00:00+06");
  assert_hours (calendar, "2026-03-02T14:00:00+06", "2026-03-02T18:00:00+06");
  assert_hours (calendar, "2026-03-06T22:00:00+06", "2026-03-07T06:00:00+06");
}

static void
test_days_that_meet_are_one_stretch (void)
{
  static const char *const week[]
      = { "6 00:00-24:00", "7 00:00-24:00", "7 12:00-13:00", "1 00:00-03:00", NULL };
  g_autoptr (Calendar) calendar = calendar_new ("Asia/Kathmandu", week);

  assert_hours (calendar, "2026-03-07T00:00:00+05:45", "2026-03-09T03:00:00+05:45");
}

static void
test_without_hours_it_is_always_open (void)
{
  g_autoptr (Calendar) calendar = calendar_new ("Asia/Dhaka", no_spans);

  g_assert_true (calendar_is_open (calendar, 0));
  g_assert_cmpint (calendar_next_closing (calendar, 0), ==, CALENDAR_NEVER);
  g_assert_cmpint (calendar_open_seconds (calendar, 5, 12), ==, 7);
  calendar_add_holiday (calendar, "2026-12-25", no_spans);
  g_assert_cmpint (calendar_next_closing (calendar, at ("2026-12-01T00:00:00+06")), ==,
                   at ("2026-12-25T00:00:00+06"));
  g_assert_cmpint (calendar_next_opening (calendar, at ("2026-12-25T00:00:00+06")), ==,
                   at ("2026-12-26T00:00:00+06"));
  g_assert_cmpint (calendar_next_closing (calendar, at ("2026-12-26T00:00:00+06")), ==,
                   CALENDAR_NEVER);
}

static void
test_holidays (void)
{
  static const char *const morning[] = { "10:00-14:00", NULL };
  g_autoptr (Calendar) calendar = calendar_new ("Europe/Berlin", office);

  calendar_add_holiday (calendar, "12-24", morning);
  calendar_add_holiday (calendar, "12-25", no_spans);
  calendar_add_holiday (calendar, "2028-12-25", morning);
  assert_hours (calendar, "2026-12-24T10:00:00+01", "2026-12-24T14:00:00+01");
  g_assert_cmpint (calendar_next_opening (calendar, at ("2026-12-24T14:00:00+01")), ==,
                   at ("2026-12-28T09:00:00+01"));
  /* A holiday of one year counts before the same of every year; hours may lie on a Sunday. */
  assert_hours (calendar, "2028-12-25T10:00:00+01", "2028-12-25T14:00:00+01");
  assert_hours (calendar, "2034-12-24T10:00:00+01", "2034-12-24T14:00:00+01");
}

static void
test_a_night_goes_on_into_a_holiday (void)
{
  static const char *const nights[] = { "5 22:00-06:00", "6 22:00-06:00", NULL };
  g_autoptr (Calendar) calendar = calendar_new ("UTC", nights);

  calendar_add_holiday (calendar, "2026-03-07", no_spans);
  assert_hours (calendar, "2026-03-06T22:00:00Z", "2026-03-07T06:00:00Z");
  g_assert_cmpint (calendar_next_opening (calendar, at ("2026-03-07T06:00:00Z")), ==,
                   at ("2026-03-13T22:00:00Z"));
}

/* In Berlin three follows two at 01:00 UTC on 2026-03-29. */
static void
test_the_clock_is_put_forward (void)
{
  static const char *const week[]
      = { "7 01:00-02:30", "7 02:40-02:50", "7 02:55-04:00", "6 20:00-24:00", NULL };
  g_autoptr (Calendar) calendar = calendar_new ("Europe/Berlin", week);

  assert_hours (calendar, "2026-03-28T20:00:00+01", "2026-03-29T00:00:00+01");
  /* 02:30 is the moment of the skip, and so is 02:55; what lies between has no length. */
  assert_hours (calendar, "2026-03-29T01:00:00+01", "2026-03-29T04:00:00+02");
  g_assert_cmpint (calendar_open_seconds (calendar, at ("2026-03-29T00:00:00+01"),
                                          at ("2026-03-30T00:00:00+02")),
                   ==, 2 * HOUR);
}

/* In Berlin two follows three at 01:00 UTC on 2026-10-25: 02:30 comes twice. */
static void
test_the_clock_is_put_back (void)
{
  static const char *const until[] = { "7 01:00-02:30", NULL };
  static const char *const from[] = { "7 02:30-04:00", NULL };
  static const char *const day[] = { "7 00:00-24:00", NULL };
  g_autoptr (Calendar) closing = calendar_new ("Europe/Berlin", until);
  g_autoptr (Calendar) opening = calendar_new ("Europe/Berlin", from);
  g_autoptr (Calendar) whole = calendar_new ("Europe/Berlin", day);

  assert_hours (closing, "2026-10-25T01:00:00+02", "2026-10-25T02:30:00+01");
  assert_hours (opening, "2026-10-25T02:30:00+02", "2026-10-25T04:00:00+01");
  assert_hours (whole, "2026-10-25T00:00:00+02", "2026-10-26T00:00:00+01");
  g_assert_cmpint (calendar_open_seconds (whole, at ("2026-10-25T00:00:00+02"),
                                          at ("2026-10-26T00:00:00+01")),
                   ==, 25 * HOUR);
}

/* Lord Howe puts its clock by half an hour, on 2026-04-05 at 02:00 back to 01:30. */
static void
test_half_an_hour_is_put_back (void)
{
  static const char *const week[] = { "7 01:45-03:00", NULL };
  g_autoptr (Calendar) calendar = calendar_new ("Australia/Lord_Howe", week);

  assert_hours (calendar, "2026-04-05T01:45:00+11:00", "2026-04-05T03:00:00+10:30");
}

/* Samoa had no 30 December in 2011, a Friday. */
static void
test_a_day_that_never_was (void)
{
  static const char *const week[] = { "4 09:00-17:00", "5 09:00-17:00", "6 09:00-17:00", NULL };
  g_autoptr (Calendar) calendar = calendar_new ("Pacific/Apia", week);

  assert_hours (calendar, "2011-12-29T09:00:00-10", "2011-12-29T17:00:00-10");
  g_assert_cmpint (calendar_next_opening (calendar, at ("2011-12-29T17:00:00-10")), ==,
                   at ("2011-12-31T09:00:00+14"));
}

static void
test_what_never_opens_says_so (void)
{
  static const char *const week[] = { "1 09:00-17:00", NULL };
  g_autoptr (Calendar) calendar = calendar_new ("UTC", week);

  for (guint month = 1; month <= 12; month++)
    {
      for (guint day = 1; day <= g_date_get_days_in_month (month, 2000); day++)
        {
          g_autofree char *date = g_strdup_printf ("%02u-%02u", month, day);

          calendar_add_holiday (calendar, date, no_spans);
        }
    }
  g_assert_cmpint (calendar_next_opening (calendar, 0), ==, CALENDAR_NEVER);
  g_assert_cmpint (calendar_next_closing (calendar, 0), ==, 0);
  g_assert_cmpint (calendar_add_open_seconds (calendar, 0, 1), ==, CALENDAR_NEVER);
  g_assert_cmpint (calendar_open_seconds (calendar, 0, 100 * DAY), ==, 0);
}

static const char *const zones[] = {
  "UTC",           "Asia/Dhaka",          "Asia/Kathmandu", "Europe/Berlin",   "America/New_York",
  "Europe/Dublin", "Australia/Lord_Howe", "Pacific/Apia",   "America/Santiago"
};

typedef struct
{
  GPtrArray *week;
  GTimeZone *zone;
  Calendar *calendar;
} Sample;

static Sample
make_sample (void)
{
  const char *zone = zones[g_test_rand_int_range (0, G_N_ELEMENTS (zones))];
  Sample sample = { g_ptr_array_new_with_free_func (g_free), NULL, NULL };
  gint count = g_test_rand_int_range (1, 9);

  for (gint i = 0; i < count; i++)
    g_ptr_array_add (sample.week,
                     g_strdup_printf ("%d %02d:%02d-%02d:%02d", g_test_rand_int_range (1, 8),
                                      g_test_rand_int_range (0, 24), g_test_rand_int_range (0, 60),
                                      g_test_rand_int_range (0, 24),
                                      g_test_rand_int_range (0, 60)));
  g_ptr_array_add (sample.week, NULL);
  sample.zone = g_time_zone_new_identifier (zone);
  sample.calendar = calendar_new (zone, (const char *const *) sample.week->pdata);
  return sample;
}

static void
clear_sample (Sample *sample)
{
  calendar_free (sample->calendar);
  g_time_zone_unref (sample->zone);
  g_ptr_array_unref (sample->week);
}

static gint64
random_moment (void)
{
  return at ("2026-01-01T00:00:00Z") + g_test_rand_int_range (0, 3 * 365 * 1440) * MINUTE;
}

static void
test_answers_fit_each_other (void)
{
  for (guint round = 0; round < ROUNDS; round++)
    {
      Sample sample = make_sample ();
      const Calendar *calendar = sample.calendar;
      gint64 one = random_moment ();
      gint64 two = one + g_test_rand_int_range (0, 20 * 1440) * MINUTE;
      gint64 three = two + g_test_rand_int_range (0, 20 * 1440) * MINUTE;
      gint64 seconds = g_test_rand_int_range (1, 30 * 3600);
      gint64 opening = calendar_next_opening (calendar, one);
      gint64 closing = calendar_next_closing (calendar, opening);
      gint64 due = calendar_add_open_seconds (calendar, one, seconds);

      g_assert_cmpint (calendar_open_seconds (calendar, one, three), ==,
                       calendar_open_seconds (calendar, one, two)
                           + calendar_open_seconds (calendar, two, three));
      g_assert_cmpint (opening, >=, one);
      g_assert_true (calendar_is_open (calendar, opening));
      g_assert_cmpint (calendar_open_seconds (calendar, one, opening), ==, 0);
      if (closing != CALENDAR_NEVER)
        {
          g_assert_false (calendar_is_open (calendar, closing));
          g_assert_cmpint (calendar_open_seconds (calendar, opening, closing), ==,
                           closing - opening);
        }
      g_assert_cmpint (calendar_open_seconds (calendar, one, due), ==, seconds);
      g_assert_cmpint (calendar_open_seconds (calendar, one, due - 1), ==, seconds - 1);
      clear_sample (&sample);
    }
}

/* The minutes of the day that @text begins with. */
static gint
read_clock (const char *text)
{
  return (gint) (60 * g_ascii_strtoll (text, NULL, 10) + g_ascii_strtoll (text + 3, NULL, 10));
}

/* Whether the hours @entry hold the minute @clock of the weekday @day. */
static gboolean
entry_holds (const char *entry, gint day, gint clock)
{
  gint weekday = g_ascii_digit_value (*entry);
  gint from = read_clock (entry + 2);
  gint until = read_clock (entry + 8);

  if (from < until)
    return day == weekday && clock >= from && clock < until;
  return (day == weekday && clock >= from) || (day == weekday % 7 + 1 && clock < until);
}

/* On a day on which the clock is not put, nor the day before, it is open when the clock says so. */
static void
test_the_clock_on_the_wall_decides (void)
{
  for (guint round = 0; round < ROUNDS; round++)
    {
      Sample sample = make_sample ();

      for (guint i = 0; i < 100; i++)
        {
          gint64 moment = random_moment ();
          g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (moment);
          g_autoptr (GDateTime) wall = g_date_time_to_timezone (utc, sample.zone);
          g_autoptr (GDateTime) before = g_date_time_add_hours (wall, -48);
          g_autoptr (GDateTime) after = g_date_time_add_hours (wall, 48);
          gint clock = 60 * g_date_time_get_hour (wall) + g_date_time_get_minute (wall);
          gboolean open = FALSE;

          if (g_date_time_get_utc_offset (before) != g_date_time_get_utc_offset (after))
            continue;
          for (guint n = 0; n < sample.week->len - 1; n++)
            open = open
                   || entry_holds (g_ptr_array_index (sample.week, n),
                                   g_date_time_get_day_of_week (wall), clock);
          g_assert_cmpint (calendar_is_open (sample.calendar, moment), ==, open);
        }
      clear_sample (&sample);
    }
}

static void
test_only_zones_and_dates_that_exist (void)
{
  static const char *const good[]
      = { "UTC", "Asia/Dhaka", "America/Argentina/Buenos_Aires", "Etc/GMT+5", "Japan" };
  static const char *const bad[]
      = { "",     "Mars/Olympus",       "EST5EDT",        "+05:00", "../etc/passwd",
          "Asia", "Asia/../Asia/Dhaka", "/etc/localtime", "ABC5" };

  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    g_assert_true (calendar_zone_is_known (good[i]));
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (calendar_zone_is_known (bad[i]));

  g_assert_true (calendar_date_is_valid ("2028-02-29"));
  g_assert_true (calendar_date_is_valid ("02-29"));
  g_assert_false (calendar_date_is_valid ("2026-02-29"));
  g_assert_false (calendar_date_is_valid ("02-30"));
  g_assert_false (calendar_date_is_valid ("2026-13-01"));
  g_assert_false (calendar_date_is_valid ("2026-1-1"));
  g_assert_false (calendar_date_is_valid (""));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/calendar/week", test_a_week);
  g_test_add_func ("/calendar/several", test_several_hours_a_day_and_over_midnight);
  g_test_add_func ("/calendar/meet", test_days_that_meet_are_one_stretch);
  g_test_add_func ("/calendar/always", test_without_hours_it_is_always_open);
  g_test_add_func ("/calendar/holidays", test_holidays);
  g_test_add_func ("/calendar/night", test_a_night_goes_on_into_a_holiday);
  g_test_add_func ("/calendar/forward", test_the_clock_is_put_forward);
  g_test_add_func ("/calendar/back", test_the_clock_is_put_back);
  g_test_add_func ("/calendar/half-hour", test_half_an_hour_is_put_back);
  g_test_add_func ("/calendar/no-day", test_a_day_that_never_was);
  g_test_add_func ("/calendar/never", test_what_never_opens_says_so);
  g_test_add_func ("/calendar/fit", test_answers_fit_each_other);
  g_test_add_func ("/calendar/wall", test_the_clock_on_the_wall_decides);
  g_test_add_func ("/calendar/known", test_only_zones_and_dates_that_exist);
  return g_test_run ();
}
