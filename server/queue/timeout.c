/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * After how long silence has consequences, as admins set it for each department and channel; and a
 * customer who is still there. The clock runs the statement `tickets_time_out`, which does what is
 * due. */
#include "base/problem.h"
#include "queue/counts.h"
#include "queue/handlers.h"

#include <glib/gi18n.h>
#include <string.h>

/* Thirty days. */
#define MINUTES_MAX (30 * 24 * 60)

static Reply *
reply_timeouts (Db *db, gint64 department, GError **error)
{
  g_autoptr (DbResult) rows
      = db_run (db, "timeouts_get", (DbParam[]){ db_int (department), DB_END }, error);

  if (rows == NULL)
    return NULL;
  if (db_result_rows (rows) > 0)
    return reply_json (200, db_result_text (rows, 0, "json"));
  problem_set (error, PROBLEM_NOT_FOUND, _ ("There is no such department."));
  return NULL;
}

Reply *
timeouts_get (Db *db, const Request *request, GError **error)
{
  return reply_timeouts (db, request_path_id (request, "id"), error);
}

/* NULL for never. */
static DbParam
read_minutes (Arguments *arguments, const char *name)
{
  gint64 minutes = arguments_int (arguments, name, 1, MINUTES_MAX, 0, ARGUMENT_OPTIONAL);

  return arguments_has (arguments, name) ? db_int (minutes) : db_null ();
}

Reply *
timeouts_put (Db *db, const Request *request, GError **error)
{
  g_autoptr (Arguments) arguments = request_arguments (request, error);
  gint64 department = request_path_id (request, "id");
  g_autoptr (DbResult) rows = NULL;
  DbParam remind, warn, end, answer;
  const char *channel;

  if (arguments == NULL)
    return NULL;
  channel = arguments_choice (arguments, "channel", queue_channels, ARGUMENT_REQUIRED);
  remind = read_minutes (arguments, "remind_minutes");
  warn = read_minutes (arguments, "warn_minutes");
  end = read_minutes (arguments, "close_minutes");
  answer = read_minutes (arguments, "answer_minutes");
  if (arguments_has (arguments, "warn_minutes") != arguments_has (arguments, "close_minutes"))
    arguments_refuse (arguments, "close_minutes", "not_allowed",
                      _ ("A warning and an end go together."));
  if (!arguments_check (arguments, error))
    return NULL;
  rows = db_run (db, "timeouts_change",
                 (DbParam[]){ db_int (department), db_text (channel), remind, warn, end, answer,
                              DB_END },
                 error);
  return rows != NULL ? reply_timeouts (db, department, error) : NULL;
}

Reply *
timeout_post_keep_open (Db *db, const Request *request, GError **error)
{
  g_autoptr (DbResult) rows
      = db_run (db, "ticket_keep_open",
                (DbParam[]){ db_int (request_path_id (request, "id")),
                             db_int (request_actor (request)->user_id), DB_END },
                error);

  if (rows == NULL)
    return NULL;
  if (strcmp (db_result_text (rows, 0, "outcome"), "ended") == 0)
    {
      problem_set (error, PROBLEM_CONFLICT, _ ("This ticket has ended. Write to reopen it."));
      return NULL;
    }
  return reply_outcome (g_steal_pointer (&rows), 204, error);
}
