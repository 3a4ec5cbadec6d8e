/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Searching tickets, messages and customers. The question is understood here, corrected by the
 * words that the index knows, and asked once for each group. */
#include "base/json.h"
#include "base/problem.h"
#include "ticket/filter.h"
#include "ticket/handlers.h"
#include "ticket/search-forms.h"
#include "ticket/search-spans.h"
#include "ticket/search.h"
#include "ticket/ticket.h"

#include <glib/gi18n.h>
#include <string.h>

#define PAGE_DEFAULT 20
#define PAGE_MAX 100

/* Of the matches so many are ranked; with filters as many more are looked at. */
#define MATCHES 500
#define MATCHES_FILTERED 1500

/* Parameters that the statements have in common; see search.sql. */
#define SHARED_PARAMS 13

#define SNIPPET_CHARACTERS 200
#define FILTER_WORDS_MAX 32

/* A database on another machine may be a little ahead. */
#define CLOCK_SKEW_US (5 * G_USEC_PER_SEC)
#define LAST_MOMENT G_GINT64_CONSTANT (8999999999999999)

typedef enum
{
  GROUP_TICKETS,
  GROUP_MESSAGES,
  GROUP_CUSTOMERS,
  GROUPS,
} Group;

static const char *const group_names[] = { "tickets", "messages", "customers", NULL };

typedef struct
{
  const Actor *actor;
  SearchQuery *query;
  gboolean groups[GROUPS];
  gint64 limit, offset;
  gint64 since, until; /* microseconds since 1970 */
  gint64 moment; /* of the first page */
  char *statuses, *priorities, *categories, *tags; /* array literals, NULL for no filter */
  gint64 department, agent; /* 0 for no filter */
  gboolean nobody;
  char *terms, *exact, *names; /* the question as tsqueries; exact is NULL when it is no other */
} Search;

static void
search_clear (Search *search)
{
  search_query_free (search->query);
  g_free (search->statuses);
  g_free (search->priorities);
  g_free (search->categories);
  g_free (search->tags);
  g_free (search->terms);
  g_free (search->exact);
  g_free (search->names);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Search, search_clear)

static gboolean
refuse (const char *name, GError **error)
{
  problem_set (error, PROBLEM_BAD_REQUEST, _ ("The value of “%s” in the address is not possible."),
               name);
  return FALSE;
}

static gboolean
read_groups (const Request *request, Search *search, GError **error)
{
  const char *types = request_query (request, "types");
  g_auto (GStrv) words = g_strsplit (types != NULL ? types : "tickets,messages", ",", GROUPS + 1);

  if (words[0] == NULL)
    return refuse ("types", error);
  search->groups[GROUP_CUSTOMERS] = types == NULL && actor_is_staff (search->actor);
  for (guint i = 0; words[i] != NULL; i++)
    {
      guint group = 0;

      while (group < GROUPS && strcmp (group_names[group], words[i]) != 0)
        group++;
      if (group == GROUPS)
        return refuse ("types", error);
      search->groups[group] = TRUE;
    }
  if (!search->groups[GROUP_CUSTOMERS] || actor_is_staff (search->actor))
    return TRUE;
  problem_set (error, PROBLEM_FORBIDDEN, _ ("Your account can't search for customers."));
  return FALSE;
}

/* `next` of a page is the moment of the first one and how many were shown since. It continues one
 * group. */
static gboolean
read_after (const Request *request, Search *search, GError **error)
{
  const char *after = request_query (request, "after");
  g_auto (GStrv) parts = after != NULL ? g_strsplit (after, ".", 3) : NULL;
  guint groups = 0;

  search->moment = g_get_real_time () + CLOCK_SKEW_US;
  if (after == NULL)
    return TRUE;
  for (guint i = 0; i < GROUPS; i++)
    groups += search->groups[i];
  if (groups != 1 || g_strv_length (parts) != 2
      || !g_ascii_string_to_signed (parts[0], 10, 0, LAST_MOMENT, &search->moment, NULL)
      || !g_ascii_string_to_signed (parts[1], 10, 1, MATCHES, &search->offset, NULL))
    return refuse ("after", error);
  return TRUE;
}

/* Reads `a,b` into an array literal; @choices, when given, are all there are. */
static gboolean
read_words (const Request *request, const char *name, const char *const *choices, char **array,
            GError **error)
{
  const char *value = request_query (request, name);
  g_auto (GStrv) words = NULL;
  GString *literal;

  if (value == NULL)
    return TRUE;
  words = g_strsplit (value, ",", FILTER_WORDS_MAX + 1);
  if (g_strv_length (words) > FILTER_WORDS_MAX)
    return refuse (name, error);
  literal = db_array_new ();
  for (guint i = 0; words[i] != NULL; i++)
    {
      g_autofree char *word = filter_word (name, words[i]);

      if (choices != NULL && !g_strv_contains (choices, words[i]))
        {
          g_string_free (literal, TRUE);
          return refuse (name, error);
        }
      db_array_add_text (literal, word);
    }
  db_array_close (literal);
  *array = g_string_free (literal, FALSE);
  return TRUE;
}

/* Reads `YYYY-MM-DD` as the moment at which the day @plus days later begins in UTC. */
static gboolean
read_day (const Request *request, const char *name, guint plus, gint64 fallback, gint64 *moment,
          GError **error)
{
  const char *value = request_query (request, name);
  g_autofree char *midnight = NULL;
  g_autoptr (GDateTime) time = NULL;

  *moment = fallback;
  if (value == NULL)
    return TRUE;
  midnight = g_strdup_printf ("%sT00:00:00Z", value);
  time = strlen (value) == strlen ("2026-01-31") ? g_date_time_new_from_iso8601 (midnight, NULL)
                                                 : NULL;
  if (time == NULL)
    return refuse (name, error);
  *moment = (g_date_time_to_unix (time) + plus * 24 * 60 * 60) * G_USEC_PER_SEC;
  return TRUE;
}

static gboolean
read_agent (const Request *request, Search *search, GError **error)
{
  const char *agent = request_query (request, "agent");

  search->nobody = g_strcmp0 (agent, "unassigned") == 0;
  if (g_strcmp0 (agent, "me") == 0)
    search->agent = search->actor->user_id;
  else if (!search->nobody)
    return request_query_int (request, "agent", 1, G_MAXINT64, 0, &search->agent, error);
  return TRUE;
}

static gboolean
read_search (const Request *request, Search *search, GError **error)
{
  search->actor = request_actor (request);
  search->query = search_query_new (request_query (request, "q"), error);
  return search->query != NULL && read_groups (request, search, error)
         && read_after (request, search, error)
         && request_query_int (request, "limit", 1, PAGE_MAX, PAGE_DEFAULT, &search->limit, error)
         && read_words (request, "status", ticket_statuses, &search->statuses, error)
         && read_words (request, "priority", NULL, &search->priorities, error)
         && read_words (request, "category", NULL, &search->categories, error)
         && read_words (request, "tag", NULL, &search->tags, error)
         && request_query_int (request, "department", 1, G_MAXINT64, 0, &search->department, error)
         && read_agent (request, search, error)
         && read_day (request, "date_from", 0, 0, &search->since, error)
         && read_day (request, "date_to", 1, LAST_MOMENT, &search->until, error);
}

static gboolean
has_filters (const Search *search)
{
  return search->statuses != NULL || search->priorities != NULL || search->categories != NULL
         || search->tags != NULL || search->department > 0 || search->agent > 0 || search->nobody;
}

static DbParam
id_or_null (gint64 id)
{
  return id > 0 ? db_int (id) : db_null ();
}

static DbResult *
ask_for_customers (Db *db, const Search *search, GError **error)
{
  const char *called;
  gint64 number = search_query_person (search->query, &called);

  return db_run (db, "search_customers",
                 (DbParam[]){ db_text (search->names), db_int (search->moment),
                              db_int (search->offset), db_int (search->limit), db_int (number),
                              db_text (called), DB_END },
                 error);
}

static DbResult *
ask (Db *db, const Search *search, Group group, GError **error)
{
  static const char *const statements[][2]
      = { [GROUP_TICKETS] = { "search_tickets_customer", "search_tickets_staff" },
          [GROUP_MESSAGES] = { "search_messages_customer", "search_messages_staff" } };
  gboolean staff = actor_is_staff (search->actor);
  gboolean narrow = has_filters (search);
  DbParam params[SHARED_PARAMS + 5]
      = { db_text (search->terms),      db_text (search->exact),
          db_int (search->since),       db_int (MIN (search->moment, search->until)),
          db_int (search->offset),      db_int (search->limit),
          db_text (search->statuses),   db_text (search->priorities),
          db_text (search->categories), id_or_null (search->department),
          id_or_null (search->agent),   db_bool (search->nobody),
          db_text (search->tags) };
  guint count = SHARED_PARAMS;

  if (group == GROUP_CUSTOMERS)
    return ask_for_customers (db, search, error);
  if (staff)
    {
      params[count++] = db_int (narrow ? MATCHES_FILTERED : MATCHES);
      params[count++] = db_bool (narrow);
    }
  else
    params[count++] = db_int (search->actor->user_id);
  if (staff && group == GROUP_TICKETS)
    params[count++] = db_text (search->names);
  if (group == GROUP_TICKETS)
    params[count++] = db_int (search_query_ticket (search->query));
  params[count] = DB_END;
  return db_run (db, statements[group][staff], params, error);
}

/* The row's JSON with the reasons for finding it as first member. */
static void
append_result (GString *json, const Search *search, Group group, const DbResult *rows, guint row)
{
  const SearchQuery *query = search->query;

  switch (group)
    {
    case GROUP_TICKETS:
      g_string_append (json, "{\"highlights\":{\"subject\":");
      search_append_spans (json, db_result_text (rows, row, "subject"), query, FALSE, 0);
      g_string_append (json, ",\"user\":");
      search_append_spans (json, db_result_text (rows, row, "name"), query, TRUE, 0);
      g_string_append (json, "},");
      break;
    case GROUP_MESSAGES:
      g_string_append (json, "{\"highlight\":");
      search_append_spans (json, db_result_text (rows, row, "body"), query, FALSE,
                           SNIPPET_CHARACTERS);
      g_string_append_c (json, ',');
      break;
    default:
      g_string_append (json, "{\"highlights\":{\"name\":");
      search_append_spans (json, db_result_text (rows, row, "name"), query, TRUE, 0);
      g_string_append (json, ",\"email\":");
      search_append_spans (json, db_result_text (rows, row, "email"), query, TRUE, 0);
      g_string_append (json, "},");
    }
  g_string_append (json, db_result_text (rows, row, "json") + 1);
}

static gboolean
append_group (GString *json, Db *db, const Search *search, Group group, GError **error)
{
  g_autoptr (DbResult) rows = NULL;
  guint count = 0;

  if (!search_query_is_empty (search->query))
    {
      rows = ask (db, search, group, error);
      if (rows == NULL)
        return FALSE;
      count = db_result_rows (rows);
    }
  g_string_append_printf (json, ",\"%s\":{\"results\":[", group_names[group]);
  for (guint i = 0; i < MIN (count, search->limit); i++)
    {
      g_string_append (json, i > 0 ? "," : "");
      append_result (json, search, group, rows, i);
    }
  if (count > search->limit)
    g_string_append_printf (json, "],\"next\":\"%" G_GINT64_FORMAT ".%" G_GINT64_FORMAT "\"}",
                            search->moment, search->offset + search->limit);
  else
    g_string_append (json, "],\"next\":null}");
  return TRUE;
}

Reply *
search_get (Db *db, const Request *request, GError **error)
{
  g_auto (Search) search = { 0 };
  g_autoptr (GString) corrections = g_string_new (NULL);
  g_autoptr (GString) json = g_string_new ("{\"query\":");

  if (!read_search (request, &search, error)
      || !search_add_forms (db, search.query, corrections, error))
    return NULL;
  search.terms = search_query_terms (search.query, FALSE);
  search.exact = search_query_terms (search.query, TRUE);
  if (strcmp (search.exact, search.terms) == 0)
    g_clear_pointer (&search.exact, g_free);
  search.names = search_query_names (search.query);
  json_append_text (json, request_query (request, "q"));
  /* The dictionary holds words of notes and of other people's messages: a customer's search may use
   * them, its answer may not say them. */
  g_string_append_printf (json, ",\"corrections\":[%s]",
                          actor_is_staff (search.actor) ? corrections->str : "");
  for (Group group = 0; group < GROUPS; group++)
    {
      if (search.groups[group] && !append_group (json, db, &search, group, error))
        return NULL;
    }
  g_string_append_c (json, '}');
  return reply_take_json (200, g_string_free (g_steal_pointer (&json), FALSE));
}

char *
search_ticket_ids (Db *db, const Actor *actor, const char *text, GError **error)
{
  g_autoptr (SearchQuery) query = search_query_new (text, error);
  g_autoptr (GString) corrections = g_string_new (NULL);
  g_autofree char *terms = NULL;
  g_autofree char *names = NULL;
  g_autoptr (DbResult) rows = NULL;
  gboolean staff = actor_is_staff (actor);

  if (query == NULL || !search_add_forms (db, query, corrections, error))
    return NULL;
  if (search_query_is_empty (query))
    return g_strdup ("[]");
  terms = search_query_terms (query, FALSE);
  names = search_query_names (query);
  rows = db_run (db, staff ? "search_ticket_ids" : "search_ticket_ids_customer",
                 (DbParam[]){ db_text (terms), db_int (search_query_ticket (query)),
                              staff ? db_text (names) : db_int (actor->user_id), DB_END },
                 error);
  return rows != NULL ? g_strdup (db_result_text (rows, 0, "ids")) : NULL;
}
