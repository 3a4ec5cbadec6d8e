/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * What an admin decides about files: how large, of which kinds, and what happens while nobody can
 * scan them. */
#include "base/arguments.h"
#include "storage/sniff.h"
#include "ticket/attachment-handlers.h"

#include <glib/gi18n.h>

/* The same ranges stand in the schema. */
#define MEGABYTES_MAX 2048
#define TYPES_MAX 100
#define TYPE_MAX 127

Reply *
attachment_settings_get (Db *db, const Request *request G_GNUC_UNUSED, GError **error)
{
  g_autoptr (DbResult) rows = db_run (db, "attachment_setting_get", (DbParam[]){ DB_END }, error);

  return rows != NULL ? reply_json (200, db_result_text (rows, 0, "json")) : NULL;
}

static DbParam
read_megabytes (Arguments *arguments, const char *name)
{
  gint64 value = arguments_int (arguments, name, 1, MEGABYTES_MAX, 0, ARGUMENT_OPTIONAL);

  return arguments_has (arguments, name) ? db_int (value) : db_null ();
}

/* The types as an array literal.
 * Returns: (transfer full): NULL when absent. */
static char *
read_types (Arguments *arguments)
{
  g_auto (GStrv) types = arguments_texts (arguments, "allowed_types", TYPES_MAX, TYPE_MAX);
  GString *list;

  if (!arguments_has (arguments, "allowed_types"))
    return NULL;
  list = db_array_new ();
  for (guint i = 0; types[i] != NULL; i++)
    {
      if (!sniff_entry_is_fit (types[i]))
        arguments_refuse (arguments, "allowed_types", "bad_format",
                          _ ("Write types as image/png, or image/* for all of them."));
      db_array_add_text (list, types[i]);
    }
  if (types[0] == NULL)
    arguments_refuse (arguments, "allowed_types", "too_short", _ ("Name at least one type."));
  db_array_close (list);
  return g_string_free (list, FALSE);
}

Reply *
attachment_settings_patch (Db *db, const Request *request, GError **error)
{
  static const char *const choices[] = { "hold", "pass", NULL };
  g_autoptr (Arguments) arguments = request_arguments (request, error);
  g_autoptr (DbResult) rows = NULL;
  g_autofree char *types = NULL;
  DbParam customers, staff;
  const char *down;

  if (arguments == NULL)
    return NULL;
  customers = read_megabytes (arguments, "max_file_size_mb");
  staff = read_megabytes (arguments, "max_file_size_staff_mb");
  types = read_types (arguments);
  down = arguments_choice (arguments, "when_scanner_down", choices, ARGUMENT_OPTIONAL);
  if (!arguments_check (arguments, error))
    return NULL;
  rows = db_run (db, "attachment_setting_change",
                 (DbParam[]){ customers, staff, db_text (types), db_text (down), DB_END }, error);
  return rows != NULL ? attachment_settings_get (db, request, error) : NULL;
}
