/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Snoozing: a ticket that nothing can be done about now goes out of the way and comes back by
 * itself, at its time or when its customer writes. */
#include "base/fields.h"
#include "base/problem.h"
#include "ticket/handlers.h"

#include <glib/gi18n.h>

#define LONGEST_US (366 * G_TIME_SPAN_DAY)

Reply *
ticket_post_snooze (Db *db, const Request *request, GError **error)
{
  g_autoptr (Arguments) arguments = request_arguments (request, error);
  gint64 now = g_get_real_time ();
  g_autoptr (DbResult) rows = NULL;
  gint64 until;

  if (arguments == NULL)
    return NULL;
  until = field_time (arguments, "until", ARGUMENT_REQUIRED);
  if (until <= now || until > now + LONGEST_US)
    arguments_refuse (arguments, "until", "out_of_range", _ ("A time from now on, within a year."));
  if (!arguments_check (arguments, error))
    return NULL;
  rows = db_run (db, "ticket_snooze",
                 (DbParam[]){ db_int (request_path_id (request, "id")), db_int (until), DB_END },
                 error);
  if (rows == NULL)
    return NULL;
  if (g_str_equal (db_result_text (rows, 0, "outcome"), "ended"))
    {
      problem_set (error, PROBLEM_CONFLICT,
                   _ ("This ticket is resolved or closed. Reopen it to change it."));
      return NULL;
    }
  return reply_outcome (g_steal_pointer (&rows), 200, error);
}

Reply *
ticket_delete_snooze (Db *db, const Request *request, GError **error)
{
  DbResult *rows = db_run (db, "ticket_wake",
                           (DbParam[]){ db_int (request_path_id (request, "id")), DB_END }, error);

  return rows != NULL ? reply_outcome (rows, 204, error) : NULL;
}
