/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * What people see of their own account. */
#include "account/handlers.h"

#include "base/problem.h"

#include <glib/gi18n.h>

Reply *
me_get (Db *db, const Request *request, GError **error)
{
  const Actor *actor = request_actor (request);
  g_autoptr (DbResult) found
      = db_run (db, "account_me",
                (DbParam[]){ db_int (actor->user_id), db_text (actor->session_id), DB_END }, error);

  if (found == NULL)
    return NULL;
  if (db_result_rows (found) == 0)
    {
      problem_set (error, PROBLEM_NOT_FOUND, _ ("There is no such account any more."));
      return NULL;
    }
  return reply_json (200, db_result_text (found, 0, "json"));
}
