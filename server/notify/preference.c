/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * What somebody wants to hear of, kind by kind. Which kinds there are for a role, and what holds
 * for those nobody has chosen, is the schema's knowledge (notice_kinds(), notice_is_wanted()). */
#include "base/problem.h"
#include "notify/handlers.h"

#include <glib/gi18n.h>
#include <string.h>

Reply *
notice_preferences_get (Db *db, const Request *request, GError **error)
{
  g_autoptr (DbResult) rows
      = db_run (db, "notice_preferences",
                (DbParam[]){ db_int (request_actor (request)->user_id), DB_END }, error);

  return rows != NULL ? reply_json (200, db_result_text (rows, 0, "json")) : NULL;
}

/* The object `preferences` as JSON text of nothing but booleans.
 * Returns: (transfer full): NULL with a problem. */
static char *
read_wishes (Arguments *arguments, GError **error)
{
  g_autoptr (Arguments) wishes = arguments_object (arguments, "preferences", ARGUMENT_REQUIRED);
  g_auto (GStrv) kinds = arguments_names (wishes);
  g_autoptr (GString) json = g_string_new ("{");

  for (guint i = 0; kinds[i] != NULL; i++)
    {
      gboolean wanted = arguments_bool (wishes, kinds[i], FALSE);

      if (!arguments_has (wishes, kinds[i])
          || strspn (kinds[i], "abcdefghijklmnopqrstuvwxyz_") != strlen (kinds[i]))
        arguments_refuse (wishes, kinds[i], "unknown", _ ("There is no such kind of notice."));
      g_string_append_printf (json, "%s\"%s\":%s", i > 0 ? "," : "", kinds[i],
                              wanted ? "true" : "false");
    }
  if (!arguments_check (arguments, error))
    return NULL;
  g_string_append_c (json, '}');
  return g_string_free (g_steal_pointer (&json), FALSE);
}

Reply *
notice_preferences_put (Db *db, const Request *request, GError **error)
{
  g_autoptr (Arguments) arguments = request_arguments (request, error);
  g_autofree char *wishes = arguments != NULL ? read_wishes (arguments, error) : NULL;
  g_autoptr (DbResult) rows = NULL;

  if (wishes == NULL)
    return NULL;
  rows = db_run (db, "notice_preferences_set",
                 (DbParam[]){ db_int (request_actor (request)->user_id), db_text (wishes), DB_END },
                 error);
  if (rows == NULL)
    return NULL;
  if (strcmp (db_result_text (rows, 0, "outcome"), "done") != 0)
    {
      arguments_refuse (arguments, "preferences", "unknown",
                        _ ("One of these kinds of notices is not for your role."));
      arguments_check (arguments, error);
      return NULL;
    }
  return notice_preferences_get (db, request, error);
}
