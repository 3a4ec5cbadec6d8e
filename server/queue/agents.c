/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Who answers customers: how much, in which departments, as what, and whether still. */
#include "base/calendar.h"
#include "base/problem.h"
#include "queue/counts.h"
#include "queue/handlers.h"
#include "queue/agent-profile.h"

#include <glib/gi18n.h>
#include <string.h>

#define CAPACITY_MAX 1000
#define DEPARTMENTS_MAX 200
#define LEVEL_MAX 5
#define LANGUAGES_MAX 40
#define HOURS_MAX 50
#define POSITION_MAX 1000000

#define LANGUAGE_PATTERN "\\A[a-z]{2,3}\\z"

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

/* Returns: (transfer full): the list @name, each text of which fits @pattern, as an array of the
 * database; NULL when absent. */
static char *
read_list (Arguments *arguments, const char *name, guint max, const char *pattern,
           const char *advice)
{
  g_auto (GStrv) texts = arguments_texts (arguments, name, max, CALENDAR_TEXT_MAX);
  GString *array;

  if (!arguments_has (arguments, name))
    return NULL;
  array = db_array_new ();
  for (guint i = 0; texts[i] != NULL; i++)
    {
      if (!g_regex_match_simple (pattern, texts[i], 0, 0))
        arguments_refuse (arguments, name, "bad_format", advice);
      db_array_add_text (array, texts[i]);
    }
  db_array_close (array);
  return g_string_free (array, FALSE);
}

/* What a body says of an agent: NULL where it says nothing. */
typedef struct
{
  char *capacity, *departments, *skills, *languages, *week;
  const char *time_zone, *role; /* of the arguments */
  AgentProfile profile;
  DbParam is_active, position;
} AgentEdit;

static void
agent_edit_clear (AgentEdit *edit)
{
  g_free (edit->capacity);
  g_free (edit->departments);
  g_free (edit->skills);
  g_free (edit->languages);
  g_free (edit->week);
  agent_profile_clear (&edit->profile);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (AgentEdit, agent_edit_clear)

static void
read_edit (Arguments *arguments, const Actor *actor, gint64 id, AgentEdit *edit)
{
  static const char *const roles[] = { "agent", "admin", NULL };
  gboolean is_active = arguments_bool (arguments, "is_active", TRUE);
  gint64 position = arguments_int (arguments, "position", 0, POSITION_MAX, -1, ARGUMENT_OPTIONAL);

  edit->capacity = counts_read (arguments, "capacity", queue_channels, 0, CAPACITY_MAX);
  edit->departments = read_departments (arguments);
  edit->skills = counts_read (arguments, "skills", NULL, 1, LEVEL_MAX);
  edit->languages = read_list (arguments, "languages", LANGUAGES_MAX, LANGUAGE_PATTERN,
                               _ ("A language is two or three small letters, as en."));
  edit->week = read_list (arguments, "week", HOURS_MAX, CALENDAR_WEEK_PATTERN,
                          _ ("Hours are written as 1 09:00-17:00; 1 is Monday."));
  edit->time_zone = arguments_text (arguments, "time_zone", CALENDAR_TEXT_MAX, ARGUMENT_OPTIONAL);
  edit->is_active = arguments_has (arguments, "is_active") ? db_bool (is_active) : db_null ();
  edit->position = position >= 0 ? db_int (position) : db_null ();
  agent_profile_read (arguments, &edit->profile);
  edit->role = arguments_choice (arguments, "role", roles, ARGUMENT_OPTIONAL);
  if (edit->role != NULL && actor->is_key)
    arguments_refuse (arguments, "role", "not_allowed",
                      _ ("A program with a key cannot change who is an admin."));
  if (!is_active && id == actor->user_id)
    arguments_refuse (arguments, "is_active", "not_allowed",
                      _ ("Nobody can put their own account out of use."));
}

typedef struct
{
  const char *outcome;
  const char *field;
  const char *detail;
} Unknown;

static const Unknown unknowns[] = {
  { "unknown_department", "departments", N_ ("There is no such department.") },
  { "unknown_skill", "skills", N_ ("There is no such skill.") },
  { "unknown_zone", "time_zone", N_ ("There is no such time zone.") },
};

static gboolean
check_outcome (const DbResult *rows, GError **error)
{
  const char *outcome = db_result_text (rows, 0, "outcome");

  if (strcmp (outcome, "done") == 0)
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (unknowns); i++)
    {
      if (strcmp (outcome, unknowns[i].outcome) != 0)
        continue;
      problem_set (error, PROBLEM_VALIDATION_FAILED, "%s", _ (unknowns[i].detail));
      problem_add_field (*error, unknowns[i].field, "unknown", _ (unknowns[i].detail));
      return FALSE;
    }
  if (strcmp (outcome, "last_admin") == 0)
    problem_set (error, PROBLEM_CONFLICT,
                 _ ("Somebody has to be admin. Make another account an admin first."));
  else
    problem_set (error, PROBLEM_NOT_FOUND, _ ("There is no such agent."));
  return FALSE;
}

Reply *
agent_patch (Db *db, const Request *request, GError **error)
{
  g_autoptr (Arguments) arguments = request_arguments (request, error);
  gint64 id = request_path_id (request, "id");
  g_auto (AgentEdit) edit = { 0 };
  g_autoptr (DbResult) rows = NULL;
  g_autoptr (DbResult) changed = NULL;

  if (arguments == NULL)
    return NULL;
  read_edit (arguments, request_actor (request), id, &edit);
  if (!arguments_check (arguments, error))
    return NULL;
  rows = db_run (db, "agent_change",
                 (DbParam[]){ db_int (id), db_text (edit.capacity), db_text (edit.departments),
                              edit.is_active, db_text (edit.skills), db_text (edit.languages),
                              db_text (edit.week), db_text (edit.time_zone), db_text (edit.role),
                              db_text (edit.profile.names), db_text (edit.profile.bios),
                              edit.position, DB_END },
                 error);
  if (rows == NULL || !check_outcome (rows, error))
    return NULL;
  changed = db_run (db, "agent_get", (DbParam[]){ db_int (id), DB_END }, error);
  return changed != NULL ? reply_json (200, db_result_text (changed, 0, "json")) : NULL;
}
