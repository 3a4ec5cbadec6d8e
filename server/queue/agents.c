/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Who answers customers: how much, in which departments, and whether still. */
#include "base/problem.h"
#include "queue/handlers.h"

#include <glib/gi18n.h>
#include <string.h>

#define CAPACITY_MAX 1000
#define DEPARTMENTS_MAX 200

static const char *const channels[] = { "chat", "portal", "email", "api", NULL };

Reply *
agents_list (Db *db, const Request *request, GError **error)
{
  g_autoptr (DbResult) rows = NULL;
  gboolean all;

  if (!request_query_bool (request, "all", FALSE, &all, error))
    return NULL;
  rows = db_run (db, "agents_list", (DbParam[]){ db_bool (all), DB_END }, error);
  return rows != NULL ? reply_json (200, db_result_text (rows, 0, "json")) : NULL;
}

/* The argument `capacity`, `{"chat": 5}`.
 * Returns: (transfer full): the same, checked, as JSON; NULL when absent. */
static char *
read_capacity (Arguments *arguments)
{
  g_autoptr (Arguments) capacity = NULL;
  g_auto (GStrv) names = NULL;
  GString *json;

  if (!arguments_has (arguments, "capacity"))
    return NULL;
  capacity = arguments_object (arguments, "capacity", ARGUMENT_OPTIONAL);
  names = arguments_names (capacity);
  json = g_string_new ("{");
  for (guint i = 0; names[i] != NULL; i++)
    {
      if (!g_strv_contains (channels, names[i]))
        arguments_refuse (capacity, names[i], "unknown", _ ("There is no such channel."));
      else
        g_string_append_printf (json, "%s\"%s\":%" G_GINT64_FORMAT, json->len > 1 ? "," : "",
                                names[i],
                                arguments_int (capacity, names[i], 0, CAPACITY_MAX, 0,
                                               ARGUMENT_REQUIRED));
    }
  g_string_append_c (json, '}');
  return g_string_free (json, FALSE);
}

/* Returns: (transfer full): the argument `departments` as an array of the database; NULL when
 * absent. */
static char *
read_departments (Arguments *arguments)
{
  g_autoptr (GArray) ids
      = arguments_ints (arguments, "departments", DEPARTMENTS_MAX, 1, G_MAXINT64);
  GString *array;

  if (!arguments_has (arguments, "departments"))
    return NULL;
  array = db_array_new ();
  for (guint i = 0; i < ids->len; i++)
    db_array_add_int (array, g_array_index (ids, gint64, i));
  db_array_close (array);
  return g_string_free (array, FALSE);
}

static gboolean
check_outcome (const DbResult *rows, GError **error)
{
  const char *outcome = db_result_text (rows, 0, "outcome");

  if (strcmp (outcome, "done") == 0)
    return TRUE;
  if (strcmp (outcome, "unknown_department") == 0)
    {
      problem_set (error, PROBLEM_VALIDATION_FAILED, _ ("There is no such department."));
      problem_add_field (*error, "departments", "unknown", _ ("There is no such department."));
    }
  else
    problem_set (error, PROBLEM_NOT_FOUND, _ ("There is no such agent."));
  return FALSE;
}

Reply *
agent_patch (Db *db, const Request *request, GError **error)
{
  g_autoptr (Arguments) arguments = request_arguments (request, error);
  gint64 id = request_path_id (request, "id");
  g_autofree char *capacity = NULL;
  g_autofree char *departments = NULL;
  g_autoptr (DbResult) rows = NULL;
  g_autoptr (DbResult) changed = NULL;
  gboolean is_active;

  if (arguments == NULL)
    return NULL;
  capacity = read_capacity (arguments);
  departments = read_departments (arguments);
  is_active = arguments_bool (arguments, "is_active", TRUE);
  if (!is_active && id == request_actor (request)->user_id)
    arguments_refuse (arguments, "is_active", "not_allowed",
                      _ ("Nobody can put their own account out of use."));
  if (!arguments_check (arguments, error))
    return NULL;
  rows = db_run (db, "agent_change",
                 (DbParam[]){ db_int (id), db_text (capacity), db_text (departments),
                              arguments_has (arguments, "is_active") ? db_bool (is_active)
                                                                     : db_null (),
                              DB_END },
                 error);
  if (rows == NULL || !check_outcome (rows, error))
    return NULL;
  changed = db_run (db, "agent_get", (DbParam[]){ db_int (id), DB_END }, error);
  return changed != NULL ? reply_json (200, db_result_text (changed, 0, "json")) : NULL;
}
