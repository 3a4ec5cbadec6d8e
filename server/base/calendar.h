/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Opening hours as arithmetic: whether somebody is there at a moment, when next, and how much of a
 * stretch of time counts. Pure: it reads the zone's rules when it is made, and no clock.
 *
 * Hours are read off the clock on the wall. When that is put forward, an hour that it skips is
 * open at the moment of the skip and has no length; when it is put back, hours begin when the clock
 * shows their beginning for the first time, and end when it shows their end for the last time. */
#pragma once

#include <glib.h>

/* A moment, in seconds since 1970 in UTC, that does not come within %CALENDAR_HORIZON_DAYS. */
#define CALENDAR_NEVER G_MAXINT64
#define CALENDAR_HORIZON_DAYS 3660

/* `1 09:00-17:00`: the day of the week, 1 being Monday, and hours, as of a day without its number.
 * Those that end when they begin, or before, end on the next day. */
#define CALENDAR_CLOCK "([01][0-9]|2[0-3]):[0-5][0-9]"
#define CALENDAR_SPAN CALENDAR_CLOCK "-(" CALENDAR_CLOCK "|24:00)"
#define CALENDAR_WEEK_PATTERN "\\A[1-7] " CALENDAR_SPAN "\\z"
#define CALENDAR_SPAN_PATTERN "\\A" CALENDAR_SPAN "\\z"

/* Text of a zone or of hours is never longer. */
#define CALENDAR_TEXT_MAX 64

typedef struct Calendar Calendar;

/* Whether @name is a zone of the IANA's database that this machine knows. */
gboolean calendar_zone_is_known (const char *name);

/* Whether @date is `2026-12-24`, or `12-24` for every year. */
gboolean calendar_date_is_valid (const char *date);

/**
 * calendar_new:
 * @zone: whose clock the hours mean; an unknown one is read as UTC
 * @week: NULL-terminated, each fits %CALENDAR_WEEK_PATTERN; none at all says that it is always open
 *
 * Returns: (transfer full): free with calendar_free()
 */
Calendar *calendar_new (const char *zone, const char *const *week);

/**
 * calendar_add_holiday:
 * @calendar: a calendar
 * @date: as calendar_date_is_valid() says; one of a year counts before the same of every year
 * @spans: NULL-terminated, each fits %CALENDAR_SPAN_PATTERN: the hours that begin on that day
 *   instead of the week's. Hours that began on the day before go on.
 */
void calendar_add_holiday (Calendar *calendar, const char *date, const char *const *spans);

void calendar_free (Calendar *calendar);

gboolean calendar_is_open (const Calendar *calendar, gint64 moment);

/* Returns: @moment when it is open then, else when it opens next, or %CALENDAR_NEVER. */
gint64 calendar_next_opening (const Calendar *calendar, gint64 moment);

/* Returns: @moment when it is closed then, else when it closes next, or %CALENDAR_NEVER. */
gint64 calendar_next_closing (const Calendar *calendar, gint64 moment);

/* Returns: how many seconds it is open from @from until @until; 0 when that is not later. */
gint64 calendar_open_seconds (const Calendar *calendar, gint64 from, gint64 until);

/* Returns: the first moment until which it is open for @seconds, beginning at @from; @from itself
 * for none; %CALENDAR_NEVER when there are not so many. */
gint64 calendar_add_open_seconds (const Calendar *calendar, gint64 from, gint64 seconds);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Calendar, calendar_free)
