/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * What admins decide about how new tickets find their department, and what staff may see of it. */
#include "base/fields.h"
#include "base/json.h"
#include "base/problem.h"
#include "queue/handlers.h"

#include <glib/gi18n.h>
#include <string.h>

#define KEYWORDS_MAX 200 /* of a department in one language */
#define KEYWORD_LENGTH_MAX 60

/* Answers the row of a statement that only reads; no row is `not_found`. */
static Reply *
reply_row (DbResult *rows, const char *absent, GError **error)
{
  g_autoptr (DbResult) owned = rows;

  if (owned == NULL)
    return NULL;
  if (db_result_rows (owned) > 0)
    return reply_json (200, db_result_text (owned, 0, "json"));
  problem_set (error, PROBLEM_NOT_FOUND, "%s", absent);
  return NULL;
}

Reply *
ticket_routing_get (Db *db, const Request *request, GError **error)
{
  DbParam id = db_int (request_path_id (request, "id"));

  return reply_row (db_run (db, "ticket_routing_get", (DbParam[]){ id, DB_END }, error),
                    _ ("There is no such ticket."), error);
}

Reply *
routing_get (Db *db, const Request *request G_GNUC_UNUSED, GError **error)
{
  return reply_row (db_run (db, "routing_get", (DbParam[]){ DB_END }, error), "", error);
}

Reply *
routing_post_learn (Db *db, const Request *request, GError **error)
{
  g_autoptr (DbResult) asked = db_run (db, "routing_learn_ask", (DbParam[]){ DB_END }, error);

  return asked != NULL ? routing_get (db, request, error) : NULL;
}

Reply *
routing_settings_get (Db *db, const Request *request G_GNUC_UNUSED, GError **error)
{
  return reply_row (db_run (db, "routing_setting_get", (DbParam[]){ DB_END }, error), "", error);
}

Reply *
routing_settings_patch (Db *db, const Request *request, GError **error)
{
  g_autoptr (Arguments) arguments = request_arguments (request, error);
  g_autoptr (DbResult) changed = NULL;
  gboolean reads_text;
  gint64 confidence;

  if (arguments == NULL)
    return NULL;
  reads_text = arguments_bool (arguments, "reads_text", TRUE);
  confidence = arguments_int (arguments, "confidence", 0, 100, 0, ARGUMENT_OPTIONAL);
  if (!arguments_check (arguments, error))
    return NULL;
  changed = db_run (db, "routing_setting_change",
                    (DbParam[]){
                        arguments_has (arguments, "reads_text") ? db_bool (reads_text) : db_null (),
                        arguments_has (arguments, "confidence") ? db_int (confidence) : db_null (),
                        DB_END },
                    error);
  return changed != NULL ? routing_settings_get (db, request, error) : NULL;
}

Reply *
department_keywords_get (Db *db, const Request *request, GError **error)
{
  DbParam id = db_int (request_path_id (request, "id"));

  return reply_row (db_run (db, "department_keywords_get", (DbParam[]){ id, DB_END }, error),
                    _ ("There is no such department."), error);
}

/* Appends the list of one language to the object @json. */
static void
read_language (Arguments *keywords, const char *language, GString *json)
{
  g_auto (GStrv) words = NULL;

  if (!field_language_is_fit (language))
    {
      arguments_refuse (keywords, language, "bad_format", _ ("A language is a tag like en or bn."));
      return;
    }
  words = arguments_texts (keywords, language, KEYWORDS_MAX, KEYWORD_LENGTH_MAX);
  g_string_append (json, json->len > 1 ? "," : "");
  json_append_text (json, language);
  g_string_append (json, ":[");
  for (guint i = 0; words[i] != NULL; i++)
    {
      g_string_append (json, i > 0 ? "," : "");
      json_append_text (json, words[i]);
    }
  g_string_append_c (json, ']');
}

/* Returns: (transfer full): the argument `keywords`, lists by language, as JSON. */
static char *
read_keywords (Arguments *arguments)
{
  g_autoptr (Arguments) keywords = arguments_object (arguments, "keywords", ARGUMENT_REQUIRED);
  g_auto (GStrv) languages = arguments_names (keywords);
  GString *json = g_string_new ("{");

  if (g_strv_length (languages) > FIELD_TRANSLATIONS_MAX)
    arguments_refuse (arguments, "keywords", "too_many", _ ("These are too many languages."));
  else
    for (guint i = 0; languages[i] != NULL; i++)
      read_language (keywords, languages[i], json);
  g_string_append_c (json, '}');
  return g_string_free (json, FALSE);
}

Reply *
department_keywords_put (Db *db, const Request *request, GError **error)
{
  g_autoptr (Arguments) arguments = request_arguments (request, error);
  DbParam id = db_int (request_path_id (request, "id"));
  g_autofree char *keywords = NULL;

  if (arguments == NULL)
    return NULL;
  keywords = read_keywords (arguments);
  if (!arguments_check (arguments, error))
    return NULL;
  return reply_row (db_run (db, "department_keywords_put",
                            (DbParam[]){ id, db_text (keywords), DB_END }, error),
                    _ ("There is no such department."), error);
}

Reply *
category_department_put (Db *db, const Request *request, GError **error)
{
  g_autoptr (Arguments) arguments = request_arguments (request, error);
  DbParam id = db_int (request_path_id (request, "id"));
  g_autoptr (DbResult) rows = NULL;
  gint64 department;

  if (arguments == NULL)
    return NULL;
  department = arguments_int (arguments, "department", 1, G_MAXINT64, 0, ARGUMENT_OPTIONAL);
  if (!arguments_mentions (arguments, "department"))
    arguments_refuse (arguments, "department", "required", _ ("A department, or null for none."));
  if (!arguments_check (arguments, error))
    return NULL;
  rows = db_run (db, "category_department_put",
                 (DbParam[]){ id, department > 0 ? db_int (department) : db_null (), DB_END },
                 error);
  if (rows == NULL)
    return NULL;
  if (db_result_rows (rows) == 0
      || strcmp (db_result_text (rows, 0, "outcome"), "unknown_department") != 0)
    return reply_outcome (g_steal_pointer (&rows), 200, error);
  problem_set (error, PROBLEM_VALIDATION_FAILED, _ ("There is no such department."));
  problem_add_field (*error, "department", "unknown", _ ("There is no such department."));
  return NULL;
}
