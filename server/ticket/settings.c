/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * What an admin decides about tickets: times and head starts. */
#include "base/arguments.h"
#include "ticket/handlers.h"

typedef struct
{
  const char *name;
  gint64 min, max;
} Setting;

/* In the order of the statement's parameters; the same ranges stand in the schema. */
static const Setting settings[] = {
  { "reopen_within_days", 0, 3650 },       { "edit_within_minutes", 0, 10080 },
  { "purge_deleted_after_days", 1, 3650 }, { "vip_head_start_minutes", 0, 100000 },
  { "visitor_tickets_per_hour", 0, 1000 },
};

Reply *
ticket_settings_get (Db *db, const Request *request G_GNUC_UNUSED, GError **error)
{
  g_autoptr (DbResult) rows = db_run (db, "ticket_setting_get", (DbParam[]){ DB_END }, error);

  return rows != NULL ? reply_json (200, db_result_text (rows, 0, "json")) : NULL;
}

Reply *
ticket_settings_patch (Db *db, const Request *request, GError **error)
{
  g_autoptr (Arguments) arguments = request_arguments (request, error);
  DbParam params[G_N_ELEMENTS (settings) + 1];
  g_autoptr (DbResult) rows = NULL;

  if (arguments == NULL)
    return NULL;
  for (guint i = 0; i < G_N_ELEMENTS (settings); i++)
    {
      const Setting *setting = &settings[i];
      gint64 value = arguments_int (arguments, setting->name, setting->min, setting->max, 0,
                                    ARGUMENT_OPTIONAL);

      params[i] = arguments_has (arguments, setting->name) ? db_int (value) : db_null ();
    }
  params[G_N_ELEMENTS (settings)] = DB_END;
  if (!arguments_check (arguments, error))
    return NULL;
  rows = db_run (db, "ticket_setting_change", params, error);
  return rows != NULL ? ticket_settings_get (db, request, error) : NULL;
}
