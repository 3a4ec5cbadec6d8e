/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * What some tickets need and some agents have, and how much of an agent's attention a ticket of
 * each channel takes. */
#include "base/problem.h"
#include "queue/counts.h"
#include "queue/handlers.h"

#include <glib/gi18n.h>
#include <string.h>

#define WORD_MAX 40
#define CATEGORIES_MAX 200
#define LEVEL_MAX 5
#define WEIGHT_MAX 100
#define AWAY_AFTER_MAX (24 * 60)
#define NAME_PATTERN "\\A[a-z][a-z0-9_]{0,39}\\z"

/* Returns: (transfer full): the argument `categories` as an array of the database; NULL when
 * absent. */
static char *
read_categories (Arguments *arguments)
{
  g_auto (GStrv) names = arguments_texts (arguments, "categories", CATEGORIES_MAX, WORD_MAX);
  GString *array;

  if (!arguments_has (arguments, "categories"))
    return NULL;
  array = db_array_new ();
  for (guint i = 0; names[i] != NULL; i++)
    db_array_add_text (array, names[i]);
  db_array_close (array);
  return g_string_free (array, FALSE);
}

static DbParam
read_level (Arguments *arguments)
{
  gint64 level = arguments_int (arguments, "level", 1, LEVEL_MAX, 1, ARGUMENT_OPTIONAL);

  return arguments_has (arguments, "level") ? db_int (level) : db_null ();
}

/* Answers what a changing statement gave; @rows are freed. */
static Reply *
reply_changed (DbResult *rows, guint status, GError **error)
{
  g_autoptr (DbResult) owned = rows;
  const char *outcome;

  if (owned == NULL)
    return NULL;
  outcome = db_result_text (owned, 0, "outcome");
  if (strcmp (outcome, "unknown_category") == 0)
    {
      problem_set (error, PROBLEM_VALIDATION_FAILED, _ ("There is no such category."));
      problem_add_field (*error, "categories", "unknown", _ ("There is no such category."));
      return NULL;
    }
  if (strcmp (outcome, "too_many") == 0)
    {
      problem_set (error, PROBLEM_CONFLICT, _ ("There is no room for more skills."));
      return NULL;
    }
  return reply_outcome (g_steal_pointer (&owned), status, error);
}

Reply *
skill_list (Db *db, const Request *request G_GNUC_UNUSED, GError **error)
{
  g_autoptr (DbResult) rows = db_run (db, "skills_list", (DbParam[]){ DB_END }, error);

  return rows != NULL ? reply_json (200, db_result_text (rows, 0, "json")) : NULL;
}

Reply *
skill_post (Db *db, const Request *request, GError **error)
{
  g_autoptr (Arguments) arguments = request_arguments (request, error);
  g_autofree char *digest = request_digest (request);
  g_autofree char *categories = NULL;
  const char *name, *key;
  DbParam level;

  if (arguments == NULL || !request_idempotency_key (request, &key, error))
    return NULL;
  name = arguments_text (arguments, "name", WORD_MAX, ARGUMENT_REQUIRED);
  if (name != NULL && !g_regex_match_simple (NAME_PATTERN, name, 0, 0))
    arguments_refuse (arguments, "name", "bad_format",
                      _ ("Small letters a to z, digits and _, a letter first."));
  categories = read_categories (arguments);
  level = read_level (arguments);
  if (!arguments_check (arguments, error))
    return NULL;
  return reply_changed (db_run (db, "skill_add",
                                (DbParam[]){ db_int (request_actor (request)->user_id),
                                             db_text (key), db_text (digest), db_text (name),
                                             db_text (categories), level, DB_END },
                                error),
                        201, error);
}

Reply *
skill_patch (Db *db, const Request *request, GError **error)
{
  g_autoptr (Arguments) arguments = request_arguments (request, error);
  g_autofree char *categories = NULL;
  DbParam level;

  if (arguments == NULL)
    return NULL;
  categories = read_categories (arguments);
  level = read_level (arguments);
  if (!arguments_check (arguments, error))
    return NULL;
  return reply_changed (db_run (db, "skill_change",
                                (DbParam[]){ db_int (request_path_id (request, "id")),
                                             db_text (categories), level, DB_END },
                                error),
                        200, error);
}

Reply *
skill_delete (Db *db, const Request *request, GError **error)
{
  return reply_changed (db_run (db, "skill_remove",
                                (DbParam[]){ db_int (request_path_id (request, "id")), DB_END },
                                error),
                        200, error);
}

Reply *
queue_settings_get (Db *db, const Request *request G_GNUC_UNUSED, GError **error)
{
  g_autoptr (DbResult) rows = db_run (db, "queue_settings_get", (DbParam[]){ DB_END }, error);

  return rows != NULL ? reply_json (200, db_result_text (rows, 0, "json")) : NULL;
}

Reply *
queue_settings_patch (Db *db, const Request *request, GError **error)
{
  g_autoptr (Arguments) arguments = request_arguments (request, error);
  g_autoptr (DbResult) rows = NULL;
  g_autofree char *weights = NULL;
  gint64 away_after;

  if (arguments == NULL)
    return NULL;
  weights = counts_read (arguments, "channel_weights", queue_channels, 1, WEIGHT_MAX);
  away_after = arguments_int (arguments, "away_after_idle_minutes", 0, AWAY_AFTER_MAX, 0,
                              ARGUMENT_OPTIONAL);
  if (!arguments_check (arguments, error))
    return NULL;
  rows = db_run (db, "queue_settings_change",
                 (DbParam[]){ db_text (weights),
                              arguments_has (arguments, "away_after_idle_minutes")
                                  ? db_int (away_after)
                                  : db_null (),
                              DB_END },
                 error);
  return rows != NULL ? queue_settings_get (db, request, error) : NULL;
}
