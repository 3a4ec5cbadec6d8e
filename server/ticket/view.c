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

static const char *
get_from_object (gconstpointer values, const char *name)
{
  return arguments_text ((Arguments *) values, name, VALUE_MAX, ARGUMENT_OPTIONAL);
}

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

/* Whether the list would take the filter, which is all that can be asked of it. */
static gboolean
list_takes (Db *db, const Actor *actor, const FilterSource *source, GError **error)
{
  g_auto (TicketFilter) filter = { NULL };

  return ticket_filter_read (&filter, source, actor, error)
         && ticket_filter_look_up (&filter, db, actor, error);
}

/* Notes which of @names, the members of the filter @inner, the list would not take. */
static void
check_filter (Db *db, const Actor *actor, Arguments *arguments, Arguments *inner, char **names)
{
  g_autoptr (GError) whole = NULL;

  if (list_takes (db, actor, &(FilterSource){ get_from_object, inner }, &whole))
    return;
  for (guint i = 0; names[i] != NULL; i++)
    {
      const Single single = { names[i], get_from_object (inner, names[i]) };
      g_autoptr (GError) problem = NULL;

      if (!list_takes (db, actor, &(FilterSource){ get_single, &single }, &problem))
        {
          arguments_refuse (inner, names[i], "not_allowed", problem->message);
          return;
        }
    }
  arguments_refuse (arguments, "filter", "not_allowed", whole->message);
}

/* Returns: (transfer full): the argument `filter` as JSON; NULL when absent. */
static char *
read_filter (Db *db, const Actor *actor, Arguments *arguments, ArgumentFlags flags)
{
  g_autoptr (Arguments) inner = arguments_object (arguments, "filter", flags);
  g_auto (GStrv) names = arguments_names (inner);
  GString *json = g_string_new ("{");

  for (guint i = 0; names[i] != NULL; i++)
    {
      const char *value;

      if (!g_strv_contains (filter_names, names[i]))
        arguments_refuse (inner, names[i], "unknown", _ ("The list has no such filter."));
      value = arguments_text (inner, names[i], VALUE_MAX, ARGUMENT_REQUIRED);
      if (i > 0)
        g_string_append_c (json, ',');
      json_append_text (json, names[i]);
      g_string_append_c (json, ':');
      json_append_text (json, value);
    }
  g_string_append_c (json, '}');
  check_filter (db, actor, arguments, inner, names);
  return g_string_free (json, !arguments_has (arguments, "filter"));
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
read_draft (Db *db, const Actor *actor, Arguments *arguments, ArgumentFlags flags, Draft *draft,
            GError **error)
{
  gboolean shared = arguments_bool (arguments, "is_shared", FALSE);
  gint64 position = arguments_int (arguments, "position", 0, POSITION_MAX, -1, ARGUMENT_OPTIONAL);
  gint64 revision = arguments_int (arguments, "revision", 1, G_MAXINT64, -1, ARGUMENT_OPTIONAL);

  draft->name = arguments_text (arguments, "name", VIEW_NAME_MAX, flags);
  draft->filter = read_filter (db, actor, arguments, flags);
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

/* @filter as a view keeps it, as the statements take it.
 * Returns: (transfer full): NULL when it cannot be counted: who asks may not see such tickets, or
 * they have to be searched for. */
static char *
resolve (const char *filter, const Actor *actor)
{
  g_autoptr (Arguments) kept = arguments_new (filter, strlen (filter), NULL);
  g_auto (TicketFilter) read = { NULL };

  if (kept == NULL
      || !ticket_filter_read (&read, &(FilterSource){ get_from_object, kept }, actor, NULL)
      || read.search != NULL)
    return NULL;
  return g_strdup (read.json->str);
}

/* How many tickets each of the first @count views at @rows has.
 * Returns: (transfer full) (element-type utf8): JSON for each, NULL where it is not known; NULL
 * with a problem. */
static GPtrArray *
count_tickets (Db *db, const Actor *actor, const DbResult *rows, guint count, GError **error)
{
  g_autoptr (GPtrArray) counts = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GString) filters = db_array_new ();
  g_autoptr (DbResult) counted = NULL;
  guint next = 0;

  for (guint i = 0; i < count; i++)
    {
      char *filter = resolve (db_result_text (rows, i, "filter"), actor);

      g_ptr_array_add (counts, filter);
      if (filter != NULL)
        db_array_add_text (filters, filter);
    }
  counted = db_run (db, "view_counts", (DbParam[]){ db_text (db_array_close (filters)), DB_END },
                    error);
  if (counted == NULL)
    return NULL;
  for (guint i = 0; i < count; i++)
    {
      char *filter = g_ptr_array_index (counts, i);

      if (filter != NULL)
        g_ptr_array_index (counts, i) = g_strdup (db_result_text (counted, next++, "json"));
      g_free (filter);
    }
  return g_steal_pointer (&counts);
}

/* The views at @rows, of which only the first @count belong to the page, with @counts unless that
 * is NULL. */
static Reply *
reply_page (const DbResult *rows, guint count, const GPtrArray *counts)
{
  GString *json = g_string_new ("{\"views\":[");

  for (guint i = 0; i < count; i++)
    {
      const char *known = counts != NULL ? g_ptr_array_index (counts, i) : NULL;

      g_string_append_printf (json, "%s%s", i > 0 ? "," : "", db_result_text (rows, i, "json"));
      if (counts == NULL)
        continue;
      g_string_truncate (json, json->len - 1);
      g_string_append_printf (json, ",\"count\":%s}", known != NULL ? known : "null");
    }
  g_string_append (json, "],\"next\":");
  json_append_text (json, db_result_rows (rows) > count ? db_result_text (rows, count - 1, "place")
                                                        : NULL);
  g_string_append_c (json, '}');
  return reply_take_json (200, g_string_free (json, FALSE));
}

Reply *
view_list (Db *db, const Request *request, GError **error)
{
  const Actor *actor = request_actor (request);
  g_autoptr (GPtrArray) counts = NULL;
  g_autoptr (DbResult) rows = NULL;
  gint64 position, id, limit;
  gboolean with_counts;
  guint count;

  if (!read_place (request, &position, &id, error)
      || !request_query_int (request, "limit", 1, PAGE_MAX, PAGE_DEFAULT, &limit, error)
      || !request_query_bool (request, "counts", FALSE, &with_counts, error))
    return NULL;
  rows = db_run (db, "view_list",
                 (DbParam[]){ db_int (actor->user_id), db_int (position), db_int (id),
                              db_int (limit), DB_END },
                 error);
  if (rows == NULL)
    return NULL;
  count = MIN (db_result_rows (rows), (guint) limit);
  if (with_counts)
    {
      counts = count_tickets (db, actor, rows, count, error);
      if (counts == NULL)
        return NULL;
    }
  return reply_page (rows, count, counts);
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
      || !read_draft (db, actor, arguments, ARGUMENT_REQUIRED, &draft, error))
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

  if (arguments == NULL || !read_draft (db, actor, arguments, ARGUMENT_OPTIONAL, &draft, error))
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

Reply *
view_tickets (Db *db, const Request *request, GError **error)
{
  g_autoptr (Arguments) kept = NULL;
  g_autoptr (DbResult) rows = NULL;
  const char *filter;

  rows = db_run (db, "view_filter",
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
  filter = db_result_text (rows, 0, "filter");
  kept = arguments_new (filter, strlen (filter), error);
  if (kept == NULL)
    return NULL;
  return ticket_list_page (db, request, &(FilterSource){ get_from_object, kept }, error);
}
