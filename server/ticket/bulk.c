/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * One change for many tickets. They are worked off in batches, each one transaction, so that nobody
 * else waits for long; what becomes of each is told one by one. */
#include "base/json.h"
#include "base/problem.h"
#include "ticket/handlers.h"
#include "ticket/tag.h"
#include "ticket/ticket.h"

#include <glib/gi18n.h>
#include <string.h>

#define TICKETS_MAX 1000
#define BATCH 25
#define CHANGE_PARAMS 8

typedef struct
{
  const char *status, *category, *priority; /* NULL stays as it is */
  gboolean assigns;
  gint64 agent, department; /* 0: nobody, and as it is */
  GString *added, *removed; /* array literals */
} Change;

static void
change_clear (Change *change)
{
  if (change->added != NULL)
    g_string_free (change->added, TRUE);
  if (change->removed != NULL)
    g_string_free (change->removed, TRUE);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Change, change_clear)

/* `open` is back to the queue, and who starts work on a ticket that nobody has becomes its agent:
 * each says already who has it. */
static void
check_agreement (Arguments *arguments, const Change *change)
{
  const char *contradicts = change->agent > 0 ? "open" : "in_progress";

  if (change->assigns && g_strcmp0 (change->status, contradicts) == 0)
    arguments_refuse (arguments, "assigned_to", "not_allowed",
                      _ ("This contradicts the new status."));
}

static void
read_change (Arguments *arguments, Change *change)
{
  static const char *const names[] = { "status",     "assigned_to", "category",   "priority",
                                       "department", "add_tags",    "remove_tags" };
  gboolean says_something = FALSE;

  change->status = arguments_choice (arguments, "status", ticket_statuses, ARGUMENT_OPTIONAL);
  change->category = arguments_text (arguments, "category", TICKET_WORD_MAX, ARGUMENT_OPTIONAL);
  change->priority = ticket_priority_word (
      arguments_text (arguments, "priority", TICKET_WORD_MAX, ARGUMENT_OPTIONAL));
  change->assigns = arguments_mentions (arguments, "assigned_to");
  change->agent = arguments_int (arguments, "assigned_to", 1, G_MAXINT64, 0, ARGUMENT_OPTIONAL);
  change->department = arguments_int (arguments, "department", 1, G_MAXINT64, 0, ARGUMENT_OPTIONAL);
  change->added = tag_read_list (arguments, "add_tags");
  change->removed = tag_read_list (arguments, "remove_tags");
  check_agreement (arguments, change);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    says_something |= arguments_has (arguments, names[i]);
  if (!says_something && !change->assigns)
    arguments_refuse (arguments, "status", "required", _ ("At least one thing to change."));
}

static gboolean
may_change (const Actor *actor, const Change *change)
{
  gboolean edits = change->category != NULL || change->priority != NULL || change->department > 0
                   || change->added->len > strlen ("{}") || change->removed->len > strlen ("{}");

  return (change->status == NULL || ticket_may_set_status (actor, change->status))
         && (!change->assigns || actor_may (actor, PERMISSION_ASSIGN_TICKETS))
         && (!edits || actor_may (actor, PERMISSION_EDIT_TICKETS));
}

static void
fill_params (DbParam *params, const Change *change)
{
  params[0] = db_text (change->status);
  params[1] = db_bool (change->assigns);
  params[2] = change->agent > 0 ? db_int (change->agent) : db_null ();
  params[3] = db_text (change->category);
  params[4] = db_text (change->priority);
  params[5] = change->department > 0 ? db_int (change->department) : db_null ();
  params[6] = db_text (change->added->str);
  params[7] = db_text (change->removed->str);
  params[8] = DB_END;
}

/* What names nothing there is would be refused for every single ticket; so the request is. */
static gboolean
check_known (Db *db, Arguments *arguments, const DbParam *params, GError **error)
{
  g_autoptr (DbResult) rows = db_run (db, "bulk_unknown", params, error);

  if (rows == NULL)
    return FALSE;
  if (!db_result_is_null (rows, 0, "outcome"))
    ticket_note_unknown (arguments, db_result_text (rows, 0, "outcome"));
  return TRUE;
}

/* What became of the tickets. */
typedef struct
{
  GHashTable *told; /* ticket → JSON members that say it; whose keys are of the request */
  guint changed, refused;
} Results;

static void
results_clear (Results *results)
{
  g_hash_table_unref (results->told);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Results, results_clear)

static char *
tell_refused (const char *outcome, const char *detail)
{
  g_autoptr (GError) problem = ticket_problem (outcome);
  GString *json = g_string_new (NULL);

  g_string_append_printf (json, "\"refused\",\"code\":\"%s\",\"detail\":",
                          problem_slug (problem_code (problem)));
  json_append_text (json, problem->message);
  if (detail != NULL)
    g_string_append_printf (json, ",%s", detail);
  return g_string_free (json, FALSE);
}

/* Takes in what the statement said of the tickets at @ids. */
static void
take_in (Results *results, gint64 *ids, DbResult *rows)
{
  for (guint i = 0; i < db_result_rows (rows); i++)
    {
      const char *outcome = db_result_text (rows, i, "outcome");
      gboolean changed = strcmp (outcome, "changed") == 0;
      char *told;

      if (changed || strcmp (outcome, "unchanged") == 0)
        told = g_strdup_printf ("\"%s\"", outcome);
      else
        {
          told = tell_refused (outcome, db_result_text (rows, i, "detail"));
          results->refused++;
        }
      results->changed += changed;
      g_hash_table_insert (results->told, &ids[i], told);
    }
}

/* Changes tickets, each once, batch by batch. */
static gboolean
run_batches (Db *db, const Actor *actor, const Change *change, GArray *ids, Results *results,
             GError **error)
{
  for (guint start = 0; start < ids->len; start += BATCH)
    {
      gint64 *batch = &g_array_index (ids, gint64, start);
      DbParam params[CHANGE_PARAMS + 5];
      g_autoptr (GString) tickets = db_array_new ();
      g_autoptr (DbResult) rows = NULL;

      for (guint i = 0; i < MIN (BATCH, ids->len - start); i++)
        db_array_add_int (tickets, batch[i]);
      fill_params (params, change);
      params[CHANGE_PARAMS] = db_text (db_array_close (tickets));
      params[CHANGE_PARAMS + 1] = db_bool (may_change (actor, change));
      params[CHANGE_PARAMS + 2] = db_int (actor->user_id);
      params[CHANGE_PARAMS + 3] = db_bool (actor->role == ROLE_ADMIN);
      params[CHANGE_PARAMS + 4] = DB_END;
      rows = db_run (db, "tickets_change", params, error);
      if (rows == NULL)
        return FALSE;
      take_in (results, batch, rows);
    }
  return TRUE;
}

/* Answers for every id of the request in its order; a ticket's first one tells what became of
 * it. */
static Reply *
reply_results (const GArray *asked, Results *results)
{
  GString *json = g_string_new (NULL);

  g_string_printf (json, "{\"changed\":%u,\"refused\":%u,\"results\":[", results->changed,
                   results->refused);
  for (guint i = 0; i < asked->len; i++)
    {
      const gint64 *id = &g_array_index (asked, gint64, i);
      const char *told = g_hash_table_lookup (results->told, id);

      g_string_append_printf (json, "%s{\"id\":%" G_GINT64_FORMAT ",\"outcome\":%s}",
                              i > 0 ? "," : "", *id, told != NULL ? told : "\"repeated\"");
      g_hash_table_remove (results->told, id);
    }
  g_string_append (json, "]}");
  return reply_take_json (200, g_string_free (json, FALSE));
}

/* Returns: (transfer full): @asked without repetitions. */
static GArray *
take_once (const GArray *asked)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_int64_hash, g_int64_equal);
  GArray *once = g_array_new (FALSE, FALSE, sizeof (gint64));

  for (guint i = 0; i < asked->len; i++)
    {
      if (g_hash_table_add (seen, &g_array_index (asked, gint64, i)))
        g_array_append_val (once, g_array_index (asked, gint64, i));
    }
  return once;
}

Reply *
tickets_post_bulk (Db *db, const Request *request, GError **error)
{
  g_autoptr (Arguments) arguments = request_arguments (request, error);
  g_autoptr (Arguments) inner = NULL;
  g_autoptr (GArray) asked = NULL;
  g_autoptr (GArray) once = NULL;
  g_auto (Change) change = { NULL };
  g_auto (Results) results
      = { .told = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, g_free) };
  DbParam params[CHANGE_PARAMS + 1];

  if (arguments == NULL)
    return NULL;
  asked = arguments_ints (arguments, "tickets", TICKETS_MAX, 1, G_MAXINT64);
  if (asked->len == 0)
    arguments_refuse (arguments, "tickets", "required", _ ("The ids of 1 to 1,000 tickets."));
  inner = arguments_object (arguments, "change", ARGUMENT_REQUIRED);
  read_change (inner, &change);
  fill_params (params, &change);
  if (!arguments_check (arguments, error) || !check_known (db, inner, params, error)
      || !arguments_check (arguments, error))
    return NULL;
  once = take_once (asked);
  if (!run_batches (db, request_actor (request), &change, once, &results, error))
    return NULL;
  return reply_results (asked, &results);
}
