/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * What people see of their own identities elsewhere. */
#include "account/handlers.h"

#include "base/problem.h"

#include <glib/gi18n.h>
#include <string.h>

Reply *
linked_identity_list (Db *db, const Request *request, GError **error)
{
  g_autoptr (DbResult) found
      = db_run (db, "linked_identity_list",
                (DbParam[]){ db_int (request_actor (request)->user_id), DB_END }, error);

  if (found == NULL)
    return NULL;
  if (db_result_rows (found) == 0)
    {
      problem_set (error, PROBLEM_NOT_FOUND, _ ("There is no such account any more."));
      return NULL;
    }
  return reply_json (200, db_result_text (found, 0, "json"));
}

Reply *
linked_identity_delete (Db *db, const Request *request, GError **error)
{
  DbResult *gone = db_run (db, "linked_identity_remove",
                           (DbParam[]){ db_int (request_actor (request)->user_id),
                                        db_int (request_path_id (request, "id")), DB_END },
                           error);

  if (gone != NULL && db_result_rows (gone) > 0
      && strcmp (db_result_text (gone, 0, "outcome"), "conflict") == 0)
    {
      db_result_free (gone);
      problem_set (error, PROBLEM_CONFLICT,
                   _ ("This is your only way to sign in. Set a password first."));
      return NULL;
    }
  return gone != NULL ? reply_outcome (gone, 204, error) : NULL;
}
