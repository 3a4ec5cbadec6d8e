/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The list of origins whose pages may call the API: an admin edits it, every server keeps it in
 * memory, and the event that tells of a change carries it whole. */
#include "site/origins.h"

#include "base/arguments.h"
#include "http/origins.h"
#include "site/handlers.h"

#include <glib/gi18n.h>
#include <string.h>

/* Takes the list out of @json, `{"origins": […]}`. */
static void
keep (const Services *services, const char *json)
{
  g_autoptr (Arguments) arguments = arguments_new (json, strlen (json), NULL);
  g_auto (GStrv) list = NULL;

  g_return_if_fail (arguments != NULL);
  list = arguments_texts (arguments, "origins", ORIGINS_MAX, ORIGIN_LENGTH_MAX);
  origins_set (services->origins, (const char *const *) list);
}

gboolean
site_load_origins (Db *db, const Services *services, GError **error)
{
  g_autoptr (DbResult) rows = db_run (db, "origins_get", (DbParam[]){ DB_END }, error);

  if (rows == NULL)
    return FALSE;
  keep (services, db_result_text (rows, 0, "json"));
  return TRUE;
}

void
site_hear_origins (const GPtrArray *events, gpointer data)
{
  for (guint i = 0; i < events->len; i++)
    {
      const Event *event = g_ptr_array_index (events, i);

      if (g_str_equal (event->kind, "origins.changed"))
        keep (data, event->data);
    }
}

Reply *
origins_get (Db *db, const Request *request G_GNUC_UNUSED, GError **error)
{
  g_autoptr (DbResult) rows = db_run (db, "origins_get", (DbParam[]){ DB_END }, error);

  return rows != NULL ? reply_json (200, db_result_text (rows, 0, "json")) : NULL;
}

Reply *
origins_put (Db *db, const Request *request, GError **error)
{
  g_autoptr (Arguments) arguments = request_arguments (request, error);
  g_auto (GStrv) list = NULL;
  g_autofree char *joined = NULL;
  g_autoptr (DbResult) rows = NULL;

  if (arguments == NULL)
    return NULL;
  list = arguments_texts (arguments, "origins", ORIGINS_MAX, ORIGIN_LENGTH_MAX);
  if (!arguments_has (arguments, "origins"))
    arguments_refuse (arguments, "origins", "required", _ ("A list, which may be empty."));
  for (guint i = 0; list[i] != NULL; i++)
    {
      if (!origin_is_fit (list[i]))
        arguments_refuse (arguments, "origins", "bad_format",
                          _ ("Write them like https://shop.example or https://*.shop.example."));
    }
  if (!arguments_check (arguments, error))
    return NULL;
  joined = g_strjoinv (" ", list);
  rows = db_run (db, "origins_set", (DbParam[]){ db_text (joined), DB_END }, error);
  if (rows == NULL)
    return NULL;
  keep (request_services (request), db_result_text (rows, 0, "json"));
  return reply_json (200, db_result_text (rows, 0, "json"));
}
