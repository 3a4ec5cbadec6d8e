/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Standby over REST: limits, calling in and releasing by hand, and who may be called. */
#include "base/problem.h"
#include "queue/handlers.h"

#include <glib/gi18n.h>
#include <string.h>

#define WAIT_MIN_S 10
#define WAIT_MAX_S 86400
#define STAY_MAX 1440

/* What a department has that says nothing else; as in the schema. */
#define CALL_AT_S 300
#define RELEASE_AT_S 60
#define STAY_MINUTES 15

Reply *
standby_list (Db *db, const Request *request, GError **error)
{
  g_autoptr (DbResult) rows
      = db_run (db, "standby_list",
                (DbParam[]){ db_int (request_actor (request)->user_id), DB_END }, error);

  return rows != NULL ? reply_json (200, db_result_text (rows, 0, "json")) : NULL;
}

/* Answers what a change of the department of @request gave, with how that one is now; @rows are
 * freed. */
static Reply *
reply_changed (Db *db, const Request *request, DbResult *rows, GError **error)
{
  g_autoptr (DbResult) owned = rows;
  g_autoptr (DbResult) changed = NULL;
  const char *outcome;

  if (owned == NULL)
    return NULL;
  outcome = db_result_text (owned, 0, "outcome");
  if (strcmp (outcome, "nobody_there") == 0)
    problem_set (error, PROBLEM_CONFLICT, _ ("Nobody is on standby for this department now."));
  else if (strcmp (outcome, "done") != 0)
    problem_set (error, PROBLEM_NOT_FOUND, _ ("There is no such department."));
  else
    changed = db_run (db, "standby_get",
                      (DbParam[]){ db_int (request_path_id (request, "id")), DB_END }, error);
  return changed != NULL ? reply_json (200, db_result_text (changed, 0, "json")) : NULL;
}

Reply *
standby_put (Db *db, const Request *request, GError **error)
{
  g_autoptr (Arguments) arguments = request_arguments (request, error);
  gboolean is_on;
  gint64 call_at, release_at, stay;

  if (arguments == NULL)
    return NULL;
  is_on = arguments_bool (arguments, "is_on", TRUE);
  call_at = arguments_int (arguments, "call_at_seconds", WAIT_MIN_S, WAIT_MAX_S, CALL_AT_S,
                           ARGUMENT_OPTIONAL);
  release_at = arguments_int (arguments, "release_at_seconds", 0, WAIT_MAX_S,
                              MIN (RELEASE_AT_S, call_at / 2), ARGUMENT_OPTIONAL);
  stay = arguments_int (arguments, "stay_minutes", 0, STAY_MAX, STAY_MINUTES, ARGUMENT_OPTIONAL);
  if (release_at >= call_at)
    arguments_refuse (arguments, "release_at_seconds", "out_of_range",
                      _ ("Agents are released with a shorter wait than they are called."));
  if (!arguments_check (arguments, error))
    return NULL;
  return reply_changed (db, request,
                        db_run (db, "standby_set",
                                (DbParam[]){ db_int (request_path_id (request, "id")),
                                             db_bool (is_on), db_int (call_at), db_int (release_at),
                                             db_int (stay), DB_END },
                                error),
                        error);
}

Reply *
standby_post_call (Db *db, const Request *request, GError **error)
{
  return reply_changed (db, request,
                        db_run (db, "standby_call_by_hand",
                                (DbParam[]){ db_int (request_path_id (request, "id")), DB_END },
                                error),
                        error);
}

Reply *
standby_post_release (Db *db, const Request *request, GError **error)
{
  return reply_changed (db, request,
                        db_run (db, "standby_release_by_hand",
                                (DbParam[]){ db_int (request_path_id (request, "id")), DB_END },
                                error),
                        error);
}

Reply *
standby_put_own (Db *db, const Request *request, GError **error)
{
  g_autoptr (Arguments) arguments = request_arguments (request, error);
  gboolean on;
  DbResult *rows;

  if (arguments == NULL)
    return NULL;
  on = arguments_bool (arguments, "on_standby", FALSE);
  if (!arguments_has (arguments, "on_standby"))
    arguments_refuse (arguments, "on_standby", "required", _ ("This value is needed."));
  if (!arguments_check (arguments, error))
    return NULL;
  rows = db_run (db, "agent_set_standby",
                 (DbParam[]){ db_int (request_actor (request)->user_id), db_bool (on), DB_END },
                 error);
  return rows != NULL ? reply_outcome (rows, 200, error) : NULL;
}
