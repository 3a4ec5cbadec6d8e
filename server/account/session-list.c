/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Where somebody is signed in, and ending that. */
#include "account/handlers.h"
#include "account/session.h"
#include "base/problem.h"

#include <glib/gi18n.h>

Reply *
me_sessions (Db *db, const Request *request, GError **error)
{
  const Actor *actor = request_actor (request);
  g_autoptr (DbResult) rows
      = db_run (db, "session_list",
                (DbParam[]){ db_int (actor->user_id), db_text (actor->session_id), DB_END }, error);

  return rows != NULL ? reply_json (200, db_result_text (rows, 0, "json")) : NULL;
}

Reply *
me_session_delete (Db *db, const Request *request, GError **error)
{
  gint64 user_id = request_actor (request)->user_id;
  g_autoptr (DbResult) ended
      = db_run (db, "session_end",
                (DbParam[]){ db_int (user_id), db_int (request_path_id (request, "id")), DB_END },
                error);

  if (ended == NULL)
    return NULL;
  if (db_result_rows (ended) == 0)
    {
      problem_set (error, PROBLEM_NOT_FOUND, _ ("This sign-in has ended already."));
      return NULL;
    }
  session_forget (request, user_id, db_result_text (ended, 0, "id"));
  return reply_empty (204);
}

Reply *
me_sessions_delete (Db *db, const Request *request, GError **error)
{
  const Actor *actor = request_actor (request);
  g_autoptr (DbResult) ended = NULL;
  gboolean keeps;

  if (!request_query_bool (request, "keep_current", FALSE, &keeps, error))
    return NULL;
  ended = db_run (db, "session_end_all",
                  (DbParam[]){ db_int (actor->user_id),
                               keeps ? db_text (actor->session_id) : db_null (), DB_END },
                  error);
  if (ended == NULL)
    return NULL;
  session_forget (request, actor->user_id, NULL);
  return reply_empty (204);
}
