/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Lists of tickets. A few fixed statements, one for each index, rather than one with every filter
 * optional: that one would be planned for none of them. */
#include "base/problem.h"
#include "ticket/handlers.h"
#include "ticket/ticket.h"

#include <glib/gi18n.h>
#include <string.h>

#define PAGE_DEFAULT 20
#define PAGE_MAX 100

/* The place before every ticket: a moment in the 23rd century. */
#define FIRST_MOMENT G_GINT64_CONSTANT (8999999999999999)

typedef struct
{
  gint64 moment; /* microseconds since 1970 */
  gint64 id;
} Place;

static gboolean
refuse_query (const char *name, GError **error)
{
  problem_set (error, PROBLEM_BAD_REQUEST, _ ("The value of “%s” in the address is not possible."),
               name);
  return FALSE;
}

static gboolean
read_place (const char *after, Place *place, GError **error)
{
  g_auto (GStrv) parts = NULL;

  *place = (Place){ FIRST_MOMENT, G_MAXINT64 };
  if (after == NULL)
    return TRUE;
  parts = g_strsplit (after, ".", 3);
  if (g_strv_length (parts) != 2
      || !g_ascii_string_to_signed (parts[0], 10, 0, FIRST_MOMENT, &place->moment, NULL)
      || !g_ascii_string_to_signed (parts[1], 10, 1, G_MAXINT64, &place->id, NULL))
    return refuse_query ("after", error);
  return TRUE;
}

/* Reads `a,b` into an array literal; without the parameter it holds every choice. */
static gboolean
read_choices (const Request *request, const char *name, const char *const *choices, GString *array,
              GError **error)
{
  const char *value = request_query (request, name);
  g_auto (GStrv) words
      = value != NULL ? g_strsplit (value, ",", 16) : g_strdupv ((char **) choices);

  for (guint i = 0; words[i] != NULL; i++)
    {
      const char *word = words[i];

      if (!g_strv_contains (choices, word))
        return refuse_query (name, error);
      db_array_add_text (array, word);
    }
  db_array_close (array);
  return TRUE;
}

/* Reads `a,b`, names of a list in the database, into an array literal; a name that is not there
 * matches nothing. */
static DbParam
read_words (const Request *request, const char *name, GString *array)
{
  const char *value = request_query (request, name);
  g_auto (GStrv) words = value != NULL ? g_strsplit (value, ",", 16) : NULL;

  if (words == NULL)
    return db_null ();
  for (guint i = 0; words[i] != NULL; i++)
    db_array_add_text (array, ticket_priority_word (words[i]));
  return db_text (db_array_close (array));
}

typedef struct
{
  Place place;
  gint64 limit;
  GString *statuses, *priorities, *channels, *categories;
} Filter;

static void
filter_clear (Filter *filter)
{
  g_string_free (filter->statuses, TRUE);
  g_string_free (filter->priorities, TRUE);
  g_string_free (filter->channels, TRUE);
  g_string_free (filter->categories, TRUE);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Filter, filter_clear)

static gboolean
read_filter (const Request *request, Filter *filter, GError **error)
{
  return read_place (request_query (request, "after"), &filter->place, error)
         && request_query_int (request, "limit", 1, PAGE_MAX, PAGE_DEFAULT, &filter->limit, error)
         && read_choices (request, "status", ticket_statuses, filter->statuses, error)
         && read_choices (request, "channel", ticket_channels, filter->channels, error);
}

/* Which statement, and for whom: @narrow is its $8, 0 for none. */
static const char *
choose_statement (const Request *request, gint64 *narrow, GError **error)
{
  const Actor *actor = request_actor (request);
  const char *assigned_to = request_query (request, "assigned_to");

  *narrow = actor->user_id;
  if (!actor_is_staff (actor))
    return "ticket_list_customer";
  if (g_strcmp0 (assigned_to, "me") == 0)
    return "ticket_list_assignee";
  if (g_strcmp0 (assigned_to, "unassigned") == 0)
    {
      *narrow = 0;
      return "ticket_list_unassigned";
    }
  if (assigned_to != NULL)
    return request_query_int (request, "assigned_to", 1, G_MAXINT64, 0, narrow, error)
               ? "ticket_list_assignee"
               : NULL;
  if (!request_query_int (request, "department", 1, G_MAXINT64, 0, narrow, error))
    return NULL;
  return *narrow > 0 ? "ticket_list_department" : "ticket_list_all";
}

Reply *
ticket_list (Db *db, const Request *request, GError **error)
{
  g_auto (Filter) filter = { .statuses = db_array_new (),
                             .priorities = db_array_new (),
                             .channels = db_array_new (),
                             .categories = db_array_new () };
  g_autoptr (DbResult) rows = NULL;
  const char *statement;
  gint64 narrow;

  statement = choose_statement (request, &narrow, error);
  if (statement == NULL || !read_filter (request, &filter, error))
    return NULL;
  rows = db_run (db, statement,
                 (DbParam[]){ db_int (filter.place.moment), db_int (filter.place.id),
                              db_int (filter.limit), db_text (filter.statuses->str),
                              read_words (request, "priority", filter.priorities),
                              db_text (filter.channels->str),
                              read_words (request, "category", filter.categories),
                              narrow > 0 ? db_int (narrow) : DB_END, DB_END },
                 error);
  return rows != NULL ? reply_json (200, db_result_text (rows, 0, "json")) : NULL;
}
