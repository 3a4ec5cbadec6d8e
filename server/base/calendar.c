/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Days are counted by GLib's Julian number, and a day's hours become stretches of real seconds. A
 * walk hands them out in order, without overlaps. */
#include "base/calendar.h"

#include <string.h>

#define MINUTE_S 60
#define DAY_S (24 * 60 * 60)
#define DAY_MINUTES (24 * 60)

/* The Julian number of 1970-01-01. */
#define EPOCH_DAY 719163

/* No clock on a wall differs by more from UTC, even one that leaves a whole day out. */
#define CLOCKS_APART_S (2 * DAY_S)

typedef struct
{
  gint begins; /* minutes of the day */
  gint ends; /* up to two days later */
} Span;

typedef struct
{
  gint64 from;
  gint64 until;
} Stretch;

struct Calendar
{
  GTimeZone *zone;
  gboolean is_always; /* unless a holiday says something else */
  GArray *week[7]; /* of Span, in order; Monday first */
  GHashTable *holidays; /* `2026-12-24` or `12-24` → GArray of Span */
};

static void
holiday_free (gpointer spans)
{
  g_array_unref (spans);
}

gboolean
calendar_zone_is_known (const char *name)
{
  g_autoptr (GTimeZone) zone = NULL;

  /* GLib reads any file that is named, and rules that are written out. */
  if (strlen (name) > CALENDAR_TEXT_MAX
      || !g_regex_match_simple ("\\A[A-Z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+){0,2}\\z", name, 0, 0))
    return FALSE;
  if (strcmp (name, "UTC") == 0)
    return TRUE;
  if (!g_regex_match_simple ("/|\\A[A-Za-z_]+\\z", name, 0, 0))
    return FALSE;
  zone = g_time_zone_new_identifier (name);
  return zone != NULL;
}

/* The number of two digits at @text. */
static guint
two_digits (const char *text)
{
  return (guint) (g_ascii_digit_value (text[0]) * 10 + g_ascii_digit_value (text[1]));
}

gboolean
calendar_date_is_valid (const char *date)
{
  gboolean is_yearly = g_regex_match_simple ("\\A[0-9]{2}-[0-9]{2}\\z", date, 0, 0);
  /* Of every year: the 29th of February counts when there is one. */
  guint year = is_yearly ? 2000 : 0;
  const char *day = date;

  if (!is_yearly)
    {
      if (!g_regex_match_simple ("\\A20[0-9]{2}-[0-9]{2}-[0-9]{2}\\z", date, 0, 0))
        return FALSE;
      year = two_digits (date) * 100 + two_digits (date + 2);
      day = date + strlen ("2000-");
    }
  return g_date_valid_dmy ((GDateDay) two_digits (day + 3), (GDateMonth) two_digits (day),
                           (GDateYear) year);
}

static gint
clock_minutes (const char *text)
{
  return (gint) (two_digits (text) * 60 + two_digits (text + 3));
}

/* Reads @text, `09:00-17:00`. */
static Span
read_span (const char *text)
{
  Span span = { clock_minutes (text), clock_minutes (text + strlen ("09:00-")) };

  if (span.ends <= span.begins)
    span.ends += DAY_MINUTES;
  return span;
}

static gint
compare_spans (gconstpointer one, gconstpointer other)
{
  return ((const Span *) one)->begins - ((const Span *) other)->begins;
}

static void
add_span (GArray *spans, Span span)
{
  g_array_append_val (spans, span);
  g_array_sort (spans, compare_spans);
}

Calendar *
calendar_new (const char *zone, const char *const *week)
{
  Calendar *calendar = g_new0 (Calendar, 1);

  calendar->zone = g_time_zone_new_identifier (zone);
  if (calendar->zone == NULL)
    calendar->zone = g_time_zone_new_utc ();
  calendar->holidays = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, holiday_free);
  for (guint day = 0; day < G_N_ELEMENTS (calendar->week); day++)
    calendar->week[day] = g_array_new (FALSE, FALSE, sizeof (Span));

  calendar->is_always = week[0] == NULL;
  for (guint i = 0; week[i] != NULL; i++)
    add_span (calendar->week[week[i][0] - '1'], read_span (week[i] + strlen ("1 ")));
  for (guint day = 0; calendar->is_always && day < G_N_ELEMENTS (calendar->week); day++)
    add_span (calendar->week[day], (Span){ 0, DAY_MINUTES });
  return calendar;
}

void
calendar_add_holiday (Calendar *calendar, const char *date, const char *const *spans)
{
  GArray *day = g_array_new (FALSE, FALSE, sizeof (Span));

  for (guint i = 0; spans[i] != NULL; i++)
    add_span (day, read_span (spans[i]));
  g_hash_table_insert (calendar->holidays, g_strdup (date), day);
  calendar->is_always = FALSE;
}

void
calendar_free (Calendar *calendar)
{
  if (calendar == NULL)
    return;
  for (guint day = 0; day < G_N_ELEMENTS (calendar->week); day++)
    g_array_unref (calendar->week[day]);
  g_hash_table_unref (calendar->holidays);
  g_time_zone_unref (calendar->zone);
  g_free (calendar);
}

/* Seconds by which the wall's clock is ahead of UTC at @moment. */
static gint64
offset_at (const Calendar *calendar, gint64 moment)
{
  gint interval = g_time_zone_find_interval (calendar->zone, G_TIME_TYPE_UNIVERSAL, moment);

  return g_time_zone_get_offset (calendar->zone, MAX (interval, 0));
}

/* The moment after @before, and at the latest @after, at which the clock is put. */
static gint64
find_change (const Calendar *calendar, gint64 before, gint64 after)
{
  gint64 old = offset_at (calendar, before);

  while (after - before > 1)
    {
      gint64 middle = before + (after - before) / 2;

      if (offset_at (calendar, middle) == old)
        before = middle;
      else
        after = middle;
    }
  return after;
}

/* When the wall's clock shows @wall (seconds as if it were UTC), first or last; when it skips that,
 * the moment of the skip. */
static gint64
moment_of (const Calendar *calendar, gint64 wall, gboolean is_last)
{
  gint64 old = offset_at (calendar, wall - CLOCKS_APART_S);
  gint64 new = offset_at (calendar, wall + CLOCKS_APART_S);
  gboolean shown_before = offset_at (calendar, wall - old) == old;
  gboolean shown_after = offset_at (calendar, wall - new) == new;

  if (shown_before && shown_after)
    return is_last ? MAX (wall - old, wall - new) : MIN (wall - old, wall - new);
  if (shown_before)
    return wall - old;
  if (shown_after)
    return wall - new;
  return find_change (calendar, wall - CLOCKS_APART_S, wall + CLOCKS_APART_S);
}

/* The hours that begin on @day. */
static const GArray *
spans_of (const Calendar *calendar, guint32 day)
{
  char name[32];
  const GArray *spans;
  GDate date;

  g_date_clear (&date, 1);
  g_date_set_julian (&date, day);
  if (g_hash_table_size (calendar->holidays) > 0)
    {
      g_snprintf (name, sizeof name, "%04u-%02u-%02u", g_date_get_year (&date),
                  (guint) g_date_get_month (&date), g_date_get_day (&date));
      spans = g_hash_table_lookup (calendar->holidays, name);
      if (spans == NULL)
        spans = g_hash_table_lookup (calendar->holidays, name + strlen ("2026-"));
      if (spans != NULL)
        return spans;
    }
  return calendar->week[g_date_get_weekday (&date) - G_DATE_MONDAY];
}

typedef struct
{
  const Calendar *calendar;
  guint32 day; /* Julian */
  guint32 last_day;
  guint next; /* span of the day */
  gint64 covered; /* what comes before was handed out */
} Walk;

/* A walk that hands out everything that is open after @moment, and maybe something before. */
static Walk
walk_from (const Calendar *calendar, gint64 moment)
{
  gint64 wall = moment + offset_at (calendar, moment);
  gint64 day = EPOCH_DAY + (wall >= 0 ? wall / DAY_S : -((DAY_S - 1 - wall) / DAY_S));
  /* Hours of the day before may go on, and the clock may have been put since. */
  guint32 first = (guint32) MAX (day - 3, 1);

  return (Walk){ calendar, first, first + CALENDAR_HORIZON_DAYS, 0, G_MININT64 };
}

/* The next stretch in which it is open, which may begin where the last one ended. FALSE when none
 * comes any more. */
static gboolean
walk_next (Walk *walk, Stretch *stretch)
{
  for (; walk->day <= walk->last_day; walk->day++, walk->next = 0)
    {
      const GArray *spans = spans_of (walk->calendar, walk->day);
      gint64 midnight = ((gint64) walk->day - EPOCH_DAY) * DAY_S;

      while (walk->next < spans->len)
        {
          const Span *span = &g_array_index (spans, Span, walk->next++);
          gint64 from
              = moment_of (walk->calendar, midnight + (gint64) span->begins * MINUTE_S, FALSE);

          stretch->from = MAX (from, walk->covered);
          stretch->until
              = moment_of (walk->calendar, midnight + (gint64) span->ends * MINUTE_S, TRUE);
          if (stretch->until <= stretch->from)
            continue;
          walk->covered = stretch->until;
          return TRUE;
        }
    }
  return FALSE;
}

gint64
calendar_next_opening (const Calendar *calendar, gint64 moment)
{
  Walk walk = walk_from (calendar, moment);
  Stretch stretch;

  if (calendar->is_always)
    return moment;
  while (walk_next (&walk, &stretch))
    {
      if (stretch.until > moment)
        return MAX (stretch.from, moment);
    }
  return CALENDAR_NEVER;
}

gboolean
calendar_is_open (const Calendar *calendar, gint64 moment)
{
  return calendar_next_opening (calendar, moment) == moment;
}

gint64
calendar_next_closing (const Calendar *calendar, gint64 moment)
{
  Walk walk = walk_from (calendar, moment);
  gint64 closing = moment;
  Stretch stretch;

  if (calendar->is_always)
    return CALENDAR_NEVER;
  while (walk_next (&walk, &stretch))
    {
      if (stretch.from > closing)
        return closing;
      closing = MAX (closing, stretch.until);
    }
  /* Nothing closed it until the horizon, or nothing was open at all. */
  return closing > moment ? CALENDAR_NEVER : moment;
}

gint64
calendar_open_seconds (const Calendar *calendar, gint64 from, gint64 until)
{
  Walk walk = walk_from (calendar, from);
  gint64 seconds = 0;
  Stretch stretch;

  if (until <= from)
    return 0;
  if (calendar->is_always)
    return until - from;
  while (walk_next (&walk, &stretch) && stretch.from < until)
    seconds += MAX (MIN (stretch.until, until) - MAX (stretch.from, from), 0);
  return seconds;
}

gint64
calendar_add_open_seconds (const Calendar *calendar, gint64 from, gint64 seconds)
{
  Walk walk = walk_from (calendar, from);
  Stretch stretch;

  if (seconds <= 0)
    return from;
  if (calendar->is_always)
    return from + seconds;
  while (walk_next (&walk, &stretch))
    {
      gint64 begins = MAX (stretch.from, from);

      if (stretch.until - begins >= seconds)
        return begins + seconds;
      seconds -= MAX (stretch.until - begins, 0);
    }
  return CALENDAR_NEVER;
}
