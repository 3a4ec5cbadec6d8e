/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Departments, as everybody lists them and admins change them. */
#include "base/fields.h"
#include "base/problem.h"
#include "queue/handlers.h"

#include <glib/gi18n.h>
#include <string.h>

#define WIDEN_MAX 1440
#define OFFER_MIN 5
#define OFFER_MAX 300

static const char *const strategies[] = { "least_busy", "round_robin", "skills", "manual", NULL };

/* What the schema's functions refuse, in words. */
static void
refuse (const DbResult *rows, GError **error)
{
  const char *outcome = db_result_text (rows, 0, "outcome");
  g_autofree char *members = NULL;

  if (strcmp (outcome, "default") == 0)
    problem_set (error, PROBLEM_CONFLICT,
                 _ ("New tickets go to this department. Make another one the default first."));
  else if (strcmp (outcome, "put_away") == 0)
    problem_set (error, PROBLEM_CONFLICT, _ ("This department is not in use any more."));
  else if (strcmp (outcome, "too_many") == 0)
    problem_set (error, PROBLEM_CONFLICT, _ ("There is no room for more departments."));
  else if (strcmp (outcome, "idempotency_mismatch") == 0)
    problem_set (error, PROBLEM_IDEMPOTENCY_MISMATCH,
                 _ ("This Idempotency-Key came before with another request."));
  else if (strcmp (outcome, "unknown_department") == 0)
    problem_set (error, PROBLEM_BAD_REQUEST,
                 _ ("The tickets can go to a department that is in use, and not to this one."));
  else if (strcmp (outcome, "has_tickets") == 0)
    {
      members
          = g_strdup_printf ("\"tickets\":%" G_GINT64_FORMAT, db_result_int (rows, 0, "tickets"));
      problem_set (error, PROBLEM_CONFLICT,
                   _ ("Tickets that have not ended are in this department. Say where they go."));
      problem_set_members (*error, members);
    }
  else
    problem_set (error, PROBLEM_NOT_FOUND, _ ("There is no such department."));
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
  if (strcmp (outcome, "done") == 0 || strcmp (outcome, "repeated") == 0)
    return reply_outcome (g_steal_pointer (&owned), status, error);
  refuse (owned, error);
  return NULL;
}

Reply *
departments_list (Db *db, const Request *request, GError **error)
{
  g_autoptr (DbResult) rows = NULL;
  gboolean all;

  if (!request_query_bool (request, "all", FALSE, &all, error))
    return NULL;
  rows = db_run (db, "departments_list",
                 (DbParam[]){ db_bool (all && actor_is_staff (request_actor (request))), DB_END },
                 error);
  return rows != NULL ? reply_json (200, db_result_text (rows, 0, "json")) : NULL;
}

/* How tickets find an agent, as parameters: NULL where a body says nothing. */
typedef struct
{
  const char *strategy;
  DbParam is_sticky, widen_after, offers_chats, offer_seconds;
} Routing;

static DbParam
read_switch (Arguments *arguments, const char *name)
{
  gboolean on = arguments_bool (arguments, name, TRUE);

  return arguments_has (arguments, name) ? db_bool (on) : db_null ();
}

static DbParam
read_number (Arguments *arguments, const char *name, gint64 min, gint64 max)
{
  gint64 number = arguments_int (arguments, name, min, max, min, ARGUMENT_OPTIONAL);

  return arguments_has (arguments, name) ? db_int (number) : db_null ();
}

static Routing
read_routing (Arguments *arguments)
{
  return (Routing){
    .strategy = arguments_choice (arguments, "strategy", strategies, ARGUMENT_OPTIONAL),
    .is_sticky = read_switch (arguments, "is_sticky"),
    .widen_after = read_number (arguments, "widen_after_minutes", 0, WIDEN_MAX),
    .offers_chats = read_switch (arguments, "offers_chats"),
    .offer_seconds = read_number (arguments, "offer_seconds", OFFER_MIN, OFFER_MAX),
  };
}

Reply *
department_post (Db *db, const Request *request, GError **error)
{
  g_autoptr (Arguments) arguments = request_arguments (request, error);
  g_autofree char *digest = request_digest (request);
  const char *name, *key;
  Routing routing;

  if (arguments == NULL || !request_idempotency_key (request, &key, error))
    return NULL;
  name = arguments_text (arguments, "name", FIELD_NAME_MAX, ARGUMENT_REQUIRED);
  routing = read_routing (arguments);
  if (!arguments_check (arguments, error))
    return NULL;
  return reply_changed (db_run (db, "department_add",
                                (DbParam[]){ db_int (request_actor (request)->user_id),
                                             db_text (key), db_text (digest), db_text (name),
                                             db_text (routing.strategy), routing.is_sticky,
                                             routing.widen_after, routing.offers_chats,
                                             routing.offer_seconds, DB_END },
                                error),
                        201, error);
}

/* A switch that is only ever turned on here. */
static DbParam
read_on (Arguments *arguments, const char *name, const char *detail)
{
  gboolean on = arguments_bool (arguments, name, TRUE);

  if (!on)
    arguments_refuse (arguments, name, "not_allowed", detail);
  return arguments_has (arguments, name) ? db_bool (on) : db_null ();
}

Reply *
department_patch (Db *db, const Request *request, GError **error)
{
  g_autoptr (Arguments) arguments = request_arguments (request, error);
  gint64 id = request_path_id (request, "id");
  g_autoptr (DbResult) rows = NULL;
  g_autoptr (DbResult) changed = NULL;
  DbParam becomes_default, becomes_active;
  Routing routing;
  const char *name;

  if (arguments == NULL)
    return NULL;
  name = arguments_text (arguments, "name", FIELD_NAME_MAX, ARGUMENT_OPTIONAL);
  becomes_default
      = read_on (arguments, "is_default", _ ("Make another department the default instead."));
  becomes_active
      = read_on (arguments, "is_active", _ ("Delete the department to put it out of use."));
  routing = read_routing (arguments);
  if (!arguments_check (arguments, error))
    return NULL;
  rows = db_run (db, "department_change",
                 (DbParam[]){ db_int (id), db_text (name), becomes_default, becomes_active,
                              db_text (routing.strategy), routing.is_sticky, routing.widen_after,
                              routing.offers_chats, routing.offer_seconds, DB_END },
                 error);
  if (rows == NULL)
    return NULL;
  if (strcmp (db_result_text (rows, 0, "outcome"), "done") != 0)
    {
      refuse (rows, error);
      return NULL;
    }
  changed = db_run (db, "department_get", (DbParam[]){ db_int (id), DB_END }, error);
  return changed != NULL ? reply_json (200, db_result_text (changed, 0, "json")) : NULL;
}

Reply *
department_delete (Db *db, const Request *request, GError **error)
{
  gint64 heir;

  if (!request_query_int (request, "move_to", 1, G_MAXINT64, 0, &heir, error))
    return NULL;
  return reply_changed (db_run (db, "department_remove",
                                (DbParam[]){ db_int (request_path_id (request, "id")),
                                             heir > 0 ? db_int (heir) : db_null (), DB_END },
                                error),
                        200, error);
}
