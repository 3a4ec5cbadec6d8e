/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Saved views: a filter of the ticket list under a name. It is kept as an address would say it, and
 * understood by the list's own reader. */
#include "base/json.h"
#include "base/problem.h"
#include "ticket/filter.h"
#include "ticket/handlers.h"

#include <glib/gi18n.h>
#include <string.h>

#define VIEW_NAME_MAX 100
#define VALUE_MAX 200
#define POSITION_MAX 1000000
#define PAGE_DEFAULT 50
#define PAGE_MAX 100

/* One value of a filter that is being checked. */
typedef struct
{
  const char *name, *value;
} Single;

static const char *
get_single (gconstpointer values, const char *name)
{
  const Single *single = values;

  return strcmp (single->name, name) == 0 ? single->value : NULL;
}

/* Notes @name of the filter @inner when the list would not take its value. */
static void
check_value (Arguments *inner, const Single *single, const Actor *actor)
{
  g_auto (TicketFilter) filter = { NULL };
  g_autoptr (GError) problem = NULL;

  if (!ticket_filter_read (&filter, &(FilterSource){ get_single, single }, actor, &problem))
    arguments_refuse (inner, single->name, "not_allowed", problem->message);
}

/* Returns: (transfer full): the argument `filter` as JSON; NULL when absent. */
static char *
read_filter (Arguments *arguments, const Actor *actor, ArgumentFlags flags)
{
  g_autoptr (Arguments) inner = arguments_object (arguments, "filter", flags);
  g_auto (GStrv) names = arguments_names (inner);
  GString *json;

  if (!arguments_has (arguments, "filter"))
    return NULL;
  json = g_string_new ("{");
  for (guint i = 0; names[i] != NULL; i++)
    {
      Single single = { names[i], NULL };

      if (!g_strv_contains (filter_names, names[i]))
        {
          arguments_refuse (inner, names[i], "unknown", _ ("The list has no such filter."));
          continue;
        }
      single.value = arguments_text (inner, names[i], VALUE_MAX, ARGUMENT_REQUIRED);
      if (single.value == NULL)
        continue;
      check_value (inner, &single, actor);
      if (json->len > 1)
        g_string_append_c (json, ',');
      json_append_text (json, single.name);
      g_string_append_c (json, ':');
      json_append_text (json, single.value);
    }
  return g_string_free (g_string_append_c (json, '}'), FALSE);
}

typedef struct
{
  const char *name;
  char *filter; /* JSON */
  DbParam is_shared, position, revision; /* NULL where not said */
} Draft;

static void
draft_clear (Draft *draft)
{
  g_free (draft->filter);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Draft, draft_clear)

static gboolean
read_draft (Arguments *arguments, const Actor *actor, ArgumentFlags flags, Draft *draft,
            GError **error)
{
  gboolean shared = arguments_bool (arguments, "is_shared", FALSE);
  gint64 position = arguments_int (arguments, "position", 0, POSITION_MAX, -1, ARGUMENT_OPTIONAL);
  gint64 revision = arguments_int (arguments, "revision", 1, G_MAXINT64, -1, ARGUMENT_OPTIONAL);

  draft->name = arguments_text (arguments, "name", VIEW_NAME_MAX, flags);
  draft->filter = read_filter (arguments, actor, flags);
  draft->is_shared = arguments_has (arguments, "is_shared") ? db_bool (shared) : db_null ();
  draft->position = position >= 0 ? db_int (position) : db_null ();
  draft->revision = revision > 0 ? db_int (revision) : db_null ();
  return arguments_check (arguments, error);
}

/* `POSITION.ID` of the last one on the page before. */
static gboolean
read_place (const Request *request, gint64 *position, gint64 *id, GError **error)
{
  const char *after = request_query (request, "after");
  g_auto (GStrv) parts = after != NULL ? g_strsplit (after, ".", 3) : NULL;

  *position = *id = -1;
  if (after == NULL)
    return TRUE;
  if (g_strv_length (parts) == 2
      && g_ascii_string_to_signed (parts[0], 10, 0, POSITION_MAX, position, NULL)
      && g_ascii_string_to_signed (parts[1], 10, 1, G_MAXINT64, id, NULL))
    return TRUE;
  problem_set (error, PROBLEM_BAD_REQUEST, _ ("The value of “%s” is not possible."), "after");
  return FALSE;
}

Reply *
view_list (Db *db, const Request *request, GError **error)
{
  g_autoptr (DbResult) rows = NULL;
  gint64 position, id, limit;

  if (!read_place (request, &position, &id, error)
      || !request_query_int (request, "limit", 1, PAGE_MAX, PAGE_DEFAULT, &limit, error))
    return NULL;
  rows = db_run (db, "view_list",
                 (DbParam[]){ db_int (request_actor (request)->user_id), db_int (position),
                              db_int (id), db_int (limit), DB_END },
                 error);
  return rows != NULL ? reply_json (200, db_result_text (rows, 0, "json")) : NULL;
}

Reply *
view_get (Db *db, const Request *request, GError **error)
{
  DbResult *rows = db_run (db, "view_get",
                           (DbParam[]){ db_int (request_path_id (request, "id")),
                                        db_int (request_actor (request)->user_id), DB_END },
                           error);

  return rows != NULL ? reply_outcome (rows, 200, error) : NULL;
}

Reply *
view_post (Db *db, const Request *request, GError **error)
{
  g_autoptr (Arguments) arguments = request_arguments (request, error);
  const Actor *actor = request_actor (request);
  g_autofree char *digest = request_digest (request);
  g_auto (Draft) draft = { NULL };
  g_autoptr (DbResult) rows = NULL;
  const char *key;

  if (arguments == NULL || !request_idempotency_key (request, &key, error)
      || !read_draft (arguments, actor, ARGUMENT_REQUIRED, &draft, error))
    return NULL;
  if (!arguments_has (arguments, "is_shared"))
    draft.is_shared = db_bool (FALSE);
  rows = db_run (db, "view_create",
                 (DbParam[]){ db_int (actor->user_id), db_text (key), db_text (digest),
                              db_text (draft.name), db_text (draft.filter), draft.is_shared,
                              draft.position, DB_END },
                 error);
  if (rows != NULL && g_str_equal (db_result_text (rows, 0, "outcome"), "too_many_views"))
    {
      problem_set (error, PROBLEM_CONFLICT, _ ("Nobody has more than 100 views."));
      return NULL;
    }
  return rows != NULL ? reply_outcome (g_steal_pointer (&rows), 201, error) : NULL;
}

Reply *
view_patch (Db *db, const Request *request, GError **error)
{
  g_autoptr (Arguments) arguments = request_arguments (request, error);
  const Actor *actor = request_actor (request);
  g_auto (Draft) draft = { NULL };
  DbResult *rows;

  if (arguments == NULL || !read_draft (arguments, actor, ARGUMENT_OPTIONAL, &draft, error))
    return NULL;
  rows = db_run (db, "view_change",
                 (DbParam[]){ db_int (request_path_id (request, "id")), db_int (actor->user_id),
                              db_bool (actor->role == ROLE_ADMIN), draft.revision,
                              db_text (draft.name), db_text (draft.filter), draft.is_shared,
                              draft.position, DB_END },
                 error);
  return rows != NULL ? reply_outcome (rows, 200, error) : NULL;
}

Reply *
view_delete (Db *db, const Request *request, GError **error)
{
  const Actor *actor = request_actor (request);
  DbResult *rows
      = db_run (db, "view_delete",
                (DbParam[]){ db_int (request_path_id (request, "id")), db_int (actor->user_id),
                             db_bool (actor->role == ROLE_ADMIN), DB_END },
                error);

  return rows != NULL ? reply_outcome (rows, 204, error) : NULL;
}

static const char *
get_from_view (gconstpointer values, const char *name)
{
  const DbResult *rows = values;

  for (guint i = 0; i < db_result_rows (rows); i++)
    {
      if (g_strcmp0 (db_result_text (rows, i, "name"), name) == 0)
        return db_result_text (rows, i, "value");
    }
  return NULL;
}

Reply *
view_tickets (Db *db, const Request *request, GError **error)
{
  g_autoptr (DbResult) rows
      = db_run (db, "view_filter",
                (DbParam[]){ db_int (request_path_id (request, "id")),
                             db_int (request_actor (request)->user_id), DB_END },
                error);

  if (rows == NULL)
    return NULL;
  if (db_result_rows (rows) == 0)
    {
      problem_set (error, PROBLEM_NOT_FOUND, _ ("There is no such view."));
      return NULL;
    }
  return ticket_list_page (db, request, &(FilterSource){ get_from_view, rows }, error);
}
