/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Business hours, as admins change them and as the clock goes by them. */
#include "queue/hours.h"

#include "base/calendar.h"
#include "base/fields.h"
#include "base/problem.h"
#include "queue/handlers.h"

#include <glib/gi18n.h>
#include <string.h>

#define WEEK_MAX 50
#define HOLIDAYS_MAX 400
#define DAY_HOURS_MAX 10

/* Returns: (transfer full): the hours of row @row of `department_hours_due`. */
static Calendar *
read_calendar (const DbResult *rows, guint row)
{
  g_auto (GStrv) week = g_strsplit (db_result_text (rows, row, "week"), "\n", -1);
  g_auto (GStrv) holidays = g_strsplit (db_result_text (rows, row, "holidays"), "\n", -1);
  Calendar *calendar
      = calendar_new (db_result_text (rows, row, "time_zone"), (const char *const *) week);

  for (guint i = 0; holidays[i] != NULL; i++)
    {
      g_auto (GStrv) words = g_strsplit (holidays[i], " ", -1);

      calendar_add_holiday (calendar, words[0], (const char *const *) words + 1);
    }
  return calendar;
}

static DbParam
seconds_or_null (gint64 moment)
{
  return moment == CALENDAR_NEVER ? db_null () : db_int (moment);
}

/* Finds whether the department of row @row is open. FALSE with a problem. */
static gboolean
turn (Db *db, const DbResult *rows, guint row, gboolean *never_opens, GError **error)
{
  g_autoptr (Calendar) calendar = read_calendar (rows, row);
  gint64 moment = db_result_int (rows, row, "moment");
  gboolean is_open = calendar_is_open (calendar, moment);
  gint64 until = is_open ? calendar_next_closing (calendar, moment)
                         : calendar_next_opening (calendar, moment);
  g_autoptr (DbResult) turned = NULL;

  *never_opens = !is_open && until == CALENDAR_NEVER;
  turned = db_run (db, "department_turn",
                   (DbParam[]){ db_int (db_result_int (rows, row, "department")),
                                db_int (db_result_int (rows, row, "revision")), db_bool (is_open),
                                db_int (moment), seconds_or_null (until), DB_END },
                   error);
  return turned != NULL;
}

/* Those of @department, or, when that is NULL, of everybody whose time has come. @never_opens (out)
 * says it of the last one. */
static gboolean
turn_due (Db *db, DbParam department, gboolean *never_opens, GError **error)
{
  g_autoptr (DbResult) rows
      = db_run (db, "department_hours_due", (DbParam[]){ department, DB_END }, error);

  if (rows == NULL)
    return FALSE;
  for (guint row = 0; row < db_result_rows (rows); row++)
    {
      if (!turn (db, rows, row, never_opens, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
hours_turn_due (Db *db, const char *name G_GNUC_UNUSED, GError **error)
{
  gboolean never_opens;

  return turn_due (db, db_null (), &never_opens, error);
}

gboolean
hours_begin (Db *db, GError **error)
{
  g_autoptr (DbResult) forgotten
      = db_run (db, "department_hours_forget", (DbParam[]){ DB_END }, error);

  return forgotten != NULL && hours_turn_due (db, NULL, error);
}

Reply *
department_hours_get (Db *db, const Request *request, GError **error)
{
  g_autoptr (DbResult) rows
      = db_run (db, "department_hours_get",
                (DbParam[]){ db_int (request_path_id (request, "id")), DB_END }, error);

  if (rows == NULL)
    return NULL;
  if (db_result_rows (rows) == 0)
    {
      problem_set (error, PROBLEM_NOT_FOUND, _ ("There is no such department."));
      return NULL;
    }
  return reply_json (200, db_result_text (rows, 0, "json"));
}

/* What a body says of hours: arrays of the database. */
typedef struct
{
  gint64 department;
  const char *zone; /* of the arguments */
  GString *week, *dates, *names, *hours;
  gboolean hands_out;
} HoursEdit;

static HoursEdit
hours_edit_new (gint64 department)
{
  return (HoursEdit){ department,      NULL, db_array_new (), db_array_new (), db_array_new (),
                      db_array_new (), FALSE };
}

static void
hours_edit_clear (HoursEdit *edit)
{
  g_string_free (edit->week, TRUE);
  g_string_free (edit->dates, TRUE);
  g_string_free (edit->names, TRUE);
  g_string_free (edit->hours, TRUE);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (HoursEdit, hours_edit_clear)

/* The list @name, each text of which fits @pattern.
 * Returns: (transfer full): NULL-terminated. */
static char **
read_hours (Arguments *arguments, const char *name, guint max, const char *pattern,
            const char *advice)
{
  char **hours = arguments_texts (arguments, name, max, CALENDAR_TEXT_MAX);

  for (guint i = 0; hours[i] != NULL; i++)
    {
      if (!g_regex_match_simple (pattern, hours[i], 0, 0))
        {
          arguments_refuse (arguments, name, "bad_format", advice);
          break;
        }
    }
  return hours;
}

static void
read_holiday (Arguments *holidays, const char *date, HoursEdit *edit)
{
  g_autoptr (Arguments) holiday = arguments_object (holidays, date, ARGUMENT_REQUIRED);
  g_auto (GStrv) hours = read_hours (holiday, "hours", DAY_HOURS_MAX, CALENDAR_SPAN_PATTERN,
                                     _ ("Hours are written as 09:00-17:00."));
  g_autofree char *joined = g_strjoinv (" ", hours);
  const char *name = arguments_text (holiday, "name", FIELD_NAME_MAX, ARGUMENT_EMPTY);

  if (!calendar_date_is_valid (date))
    arguments_refuse (holidays, date, "bad_format",
                      _ ("A day is written as 2026-12-24, or as 12-24 for every year."));
  db_array_add_text (edit->dates, date);
  db_array_add_text (edit->names, name != NULL ? name : "");
  db_array_add_text (edit->hours, joined);
}

static void
read_holidays (Arguments *arguments, HoursEdit *edit)
{
  g_autoptr (Arguments) holidays = arguments_object (arguments, "holidays", ARGUMENT_OPTIONAL);
  g_auto (GStrv) dates = arguments_names (holidays);

  if (g_strv_length (dates) > HOLIDAYS_MAX)
    {
      arguments_refuse (arguments, "holidays", "too_long", _ ("There are too many holidays."));
      return;
    }
  for (guint i = 0; dates[i] != NULL; i++)
    read_holiday (holidays, dates[i], edit);
}

static void
read_edit (Arguments *arguments, HoursEdit *edit)
{
  g_auto (GStrv) week = read_hours (arguments, "week", WEEK_MAX, CALENDAR_WEEK_PATTERN,
                                    _ ("Hours are written as 1 09:00-17:00; 1 is Monday."));

  for (guint i = 0; week[i] != NULL; i++)
    db_array_add_text (edit->week, week[i]);
  edit->zone = arguments_text (arguments, "time_zone", CALENDAR_TEXT_MAX, ARGUMENT_REQUIRED);
  if (edit->zone != NULL && !calendar_zone_is_known (edit->zone))
    arguments_refuse (arguments, "time_zone", "unknown", _ ("There is no such time zone."));
  read_holidays (arguments, edit);
  edit->hands_out = arguments_bool (arguments, "hand_out_when_closed", FALSE);
}

/* DbTransactionBody: the hours and what they say now belong together. */
static gboolean
set_hours_cb (Db *db, gpointer data, GError **error)
{
  HoursEdit *edit = data;
  g_autoptr (DbResult) rows
      = db_run (db, "department_hours_set",
                (DbParam[]){ db_int (edit->department), db_text (edit->zone),
                             db_text (edit->week->str), db_text (edit->dates->str),
                             db_text (edit->names->str), db_text (edit->hours->str),
                             db_bool (edit->hands_out), DB_END },
                error);
  gboolean never_opens = FALSE;

  if (rows == NULL)
    return FALSE;
  if (strcmp (db_result_text (rows, 0, "outcome"), "done") != 0)
    {
      problem_set (error, PROBLEM_NOT_FOUND, _ ("There is no such department."));
      return FALSE;
    }
  if (!turn_due (db, db_int (edit->department), &never_opens, error))
    return FALSE;
  if (never_opens)
    {
      problem_set (error, PROBLEM_VALIDATION_FAILED, _ ("With these hours it would never open."));
      problem_add_field (*error, "week", "not_allowed",
                         _ ("With these hours it would never open."));
    }
  return !never_opens;
}

Reply *
department_hours_put (Db *db, const Request *request, GError **error)
{
  g_autoptr (Arguments) arguments = request_arguments (request, error);
  g_auto (HoursEdit) edit = hours_edit_new (request_path_id (request, "id"));

  if (arguments == NULL)
    return NULL;
  read_edit (arguments, &edit);
  db_array_close (edit.week);
  db_array_close (edit.dates);
  db_array_close (edit.names);
  db_array_close (edit.hours);
  if (!arguments_check (arguments, error) || !db_transaction (db, set_hours_cb, &edit, error))
    return NULL;
  return department_hours_get (db, request, error);
}
