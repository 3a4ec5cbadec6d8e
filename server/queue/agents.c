/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Who answers customers, and in which departments. */
#include "queue/handlers.h"

static Reply *
answer (Db *db, const char *statement, GError **error)
{
  g_autoptr (DbResult) result = db_run (db, statement, (DbParam[]){ DB_END }, error);

  return result != NULL ? reply_json (200, db_result_text (result, 0, "json")) : NULL;
}

Reply *
agents_list (Db *db, const Request *request G_GNUC_UNUSED, GError **error)
{
  return answer (db, "agents_list", error);
}

Reply *
departments_list (Db *db, const Request *request G_GNUC_UNUSED, GError **error)
{
  return answer (db, "departments_list", error);
}
