/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * What an admin decides about the audit: how long it is kept. */
#include "audit/handlers.h"
#include "base/arguments.h"

/* The same range stands in the schema. */
#define MONTHS_MAX 120

Reply *
audit_settings_get (Db *db, const Request *request G_GNUC_UNUSED, GError **error)
{
  g_autoptr (DbResult) rows = db_run (db, "audit_setting_get", (DbParam[]){ DB_END }, error);

  return rows != NULL ? reply_json (200, db_result_text (rows, 0, "json")) : NULL;
}

Reply *
audit_settings_patch (Db *db, const Request *request, GError **error)
{
  g_autoptr (Arguments) arguments = request_arguments (request, error);
  g_autoptr (DbResult) rows = NULL;
  gint64 months;

  if (arguments == NULL)
    return NULL;
  months = arguments_int (arguments, "keep_months", 0, MONTHS_MAX, -1, ARGUMENT_OPTIONAL);
  if (!arguments_check (arguments, error))
    return NULL;
  rows = db_run (db, "audit_setting_change",
                 (DbParam[]){ months >= 0 ? db_int (months) : db_null (), DB_END }, error);
  return rows != NULL ? audit_settings_get (db, request, error) : NULL;
}
