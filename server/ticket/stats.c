/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Figures of the whole desk. Nothing is counted here: the schema keeps the sums. */
#include "ticket/handlers.h"

Reply *
stats_get (Db *db, const Request *request G_GNUC_UNUSED, GError **error)
{
  g_autoptr (DbResult) rows = db_run (db, "stats_get", (DbParam[]){ DB_END }, error);

  return rows != NULL ? reply_json (200, db_result_text (rows, 0, "json")) : NULL;
}
