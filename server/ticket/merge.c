/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Merging two tickets about the same thing, and undoing it within a day. */
#include "base/problem.h"
#include "ticket/handlers.h"
#include "ticket/ticket.h"

#include <glib/gi18n.h>
#include <string.h>

/* What the schema's functions refuse, beyond what every change of a ticket does. */
typedef struct
{
  const char *outcome;
  ProblemCode code;
  const char *field, *field_code; /* NULL: the problem is not about one field */
  const char *detail;
} Refusal;

static const Refusal refusals[] = {
  { "same_ticket", PROBLEM_VALIDATION_FAILED, "source", "not_allowed",
    N_ ("A ticket can't be merged into itself.") },
  { "unknown_source", PROBLEM_VALIDATION_FAILED, "source", "unknown",
    N_ ("There is no such ticket.") },
  { "other_customer", PROBLEM_CONFLICT, "other_customer", "required",
    N_ ("These tickets belong to different customers. Confirm that they belong together.") },
  { "source_merged", PROBLEM_CONFLICT, "source", "taken",
    N_ ("This ticket was merged into another one already.") },
  { "target_merged", PROBLEM_CONFLICT, NULL, NULL,
    N_ ("The ticket was itself merged into another one. Take that one, or undo it first.") },
  { "target_closed", PROBLEM_CONFLICT, NULL, NULL,
    N_ ("This ticket is closed. Reopen it to change it.") },
  { "not_merged", PROBLEM_CONFLICT, "source", "not_allowed",
    N_ ("That ticket is not merged into this one.") },
  { "unmerge_too_late", PROBLEM_CONFLICT, NULL, NULL,
    N_ ("A merge can be undone for a day. This one is older.") },
};

static const Refusal *
find_refusal (const char *outcome)
{
  for (guint i = 0; i < G_N_ELEMENTS (refusals); i++)
    {
      if (strcmp (refusals[i].outcome, outcome) == 0)
        return &refusals[i];
    }
  return NULL;
}

/* Says where a ticket that was merged goes on. */
static gboolean
add_merged_into (Db *db, gint64 ticket_id, GError *problem, GError **error)
{
  g_autoptr (DbResult) rows
      = db_run (db, "ticket_merged_into", (DbParam[]){ db_int (ticket_id), DB_END }, error);
  g_autofree char *members = NULL;

  if (rows == NULL)
    return FALSE;
  if (db_result_rows (rows) > 0)
    members = g_strdup_printf ("\"merged_into\":%" G_GINT64_FORMAT,
                               db_result_int (rows, 0, "merged_into"));
  if (members != NULL)
    problem_set_members (problem, members);
  return TRUE;
}

static void
refuse (Db *db, const Refusal *refusal, gint64 target, gint64 source, GError **error)
{
  g_autoptr (GError) problem = NULL;

  problem_set (&problem, refusal->code, "%s", _ (refusal->detail));
  if (refusal->field != NULL)
    problem_add_field (problem, refusal->field, refusal->field_code, _ (refusal->detail));
  if (strcmp (refusal->outcome, "source_merged") == 0
      && !add_merged_into (db, source, problem, error))
    return;
  if (strcmp (refusal->outcome, "target_merged") == 0
      && !add_merged_into (db, target, problem, error))
    return;
  g_propagate_error (error, g_steal_pointer (&problem));
}

/* Answers with both tickets, read by a statement of its own, which sees the change. */
static Reply *
reply_both (Db *db, const DbResult *done, gint64 target, gint64 source, GError **error)
{
  const char *outcome = db_result_text (done, 0, "outcome");
  const Refusal *refusal = find_refusal (outcome);
  g_autoptr (DbResult) rows = NULL;

  if (refusal != NULL)
    {
      refuse (db, refusal, target, source, error);
      return NULL;
    }
  if (strcmp (outcome, "done") != 0)
    {
      ticket_refuse (db, target, outcome, error);
      return NULL;
    }
  rows = db_run (db, "ticket_merge_answer", (DbParam[]){ db_int (target), db_int (source), DB_END },
                 error);
  return rows != NULL ? reply_json (200, db_result_text (rows, 0, "json")) : NULL;
}

Reply *
ticket_post_merge (Db *db, const Request *request, GError **error)
{
  static const char *const answers[] = { "refuse", "confirm", NULL };
  g_autoptr (Arguments) arguments = request_arguments (request, error);
  gint64 target = request_path_id (request, "id");
  g_autoptr (DbResult) rows = NULL;
  const char *other_customer;
  gboolean joins;
  gint64 source;

  if (arguments == NULL)
    return NULL;
  source = arguments_int (arguments, "source", 1, G_MAXINT64, 0, ARGUMENT_REQUIRED);
  other_customer = arguments_choice (arguments, "other_customer", answers, ARGUMENT_OPTIONAL);
  joins = arguments_bool (arguments, "add_participant", FALSE);
  if (!arguments_check (arguments, error))
    return NULL;
  rows = db_run (db, "ticket_merge",
                 (DbParam[]){ db_int (target), db_int (source),
                              db_int (request_actor (request)->user_id),
                              db_bool (g_strcmp0 (other_customer, "confirm") == 0), db_bool (joins),
                              DB_END },
                 error);
  return rows != NULL ? reply_both (db, rows, target, source, error) : NULL;
}

Reply *
ticket_post_unmerge (Db *db, const Request *request, GError **error)
{
  g_autoptr (Arguments) arguments = request_arguments (request, error);
  gint64 target = request_path_id (request, "id");
  g_autoptr (DbResult) rows = NULL;
  gint64 source;

  if (arguments == NULL)
    return NULL;
  source = arguments_int (arguments, "source", 1, G_MAXINT64, 0, ARGUMENT_REQUIRED);
  if (!arguments_check (arguments, error))
    return NULL;
  rows = db_run (db, "ticket_unmerge",
                 (DbParam[]){ db_int (target), db_int (source),
                              db_int (request_actor (request)->user_id), DB_END },
                 error);
  return rows != NULL ? reply_both (db, rows, target, source, error) : NULL;
}
