/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * What the schema's functions refuse, in words: one table from outcomes to problems, for every
 * path, frame and batch that changes a ticket. */
#include "base/problem.h"
#include "ticket/ticket.h"

#include <glib/gi18n.h>
#include <string.h>

typedef struct
{
  const char *outcome;
  ProblemCode code;
  const char *field; /* NULL: the problem is not about one field */
  const char *detail;
} Refusal;

static const Refusal refusals[] = {
  { "not_found", PROBLEM_NOT_FOUND, NULL, N_ ("There is no such ticket.") },
  { "forbidden", PROBLEM_FORBIDDEN, NULL, N_ ("Your account can't do this with the ticket.") },
  { "illegal_transition", PROBLEM_ILLEGAL_TRANSITION, NULL,
    N_ ("The status can't move there from here.") },
  { "full", PROBLEM_CONFLICT, NULL, N_ ("This agent has no place free.") },
  { "ended", PROBLEM_CONFLICT, NULL,
    N_ ("This ticket is resolved or closed. Reopen it to change it.") },
  { "too_late", PROBLEM_CONFLICT, NULL,
    N_ ("This ticket ended too long ago to be reopened. Write, and a new one begins.") },
  { "merged", PROBLEM_CONFLICT, NULL,
    N_ ("This ticket was merged into another one and goes on there.") },
  { "changed", PROBLEM_CONFLICT, NULL,
    N_ ("Somebody changed the ticket meanwhile. Nothing was changed; load it again, then "
        "decide.") },
  { "unfinished_chat", PROBLEM_CONFLICT, NULL,
    N_ ("This customer is in the middle of a chat. Write there.") },
  { "idempotency_mismatch", PROBLEM_IDEMPOTENCY_MISMATCH, NULL,
    N_ ("This Idempotency-Key came before with another request.") },
  { "too_many_tags", PROBLEM_CONFLICT, NULL, N_ ("A ticket has at most 20 tags.") },
  { "too_many_links", PROBLEM_CONFLICT, NULL, N_ ("A ticket has at most 50 links.") },
  { "circle", PROBLEM_CONFLICT, NULL,
    N_ ("The ticket would be its own parent's parent. Take another link away first.") },
  { "unknown_ticket", PROBLEM_VALIDATION_FAILED, "ticket", N_ ("There is no such ticket.") },
  { "unknown_customer", PROBLEM_VALIDATION_FAILED, "user_id", N_ ("There is no such customer.") },
  { "unknown_agent", PROBLEM_VALIDATION_FAILED, "assigned_to", N_ ("There is no such agent.") },
  { "unknown_department", PROBLEM_VALIDATION_FAILED, "department",
    N_ ("There is no such department.") },
  { "unknown_category", PROBLEM_VALIDATION_FAILED, "category",
    N_ ("There is no such category, or it is not used any more.") },
  { "unknown_priority", PROBLEM_VALIDATION_FAILED, "priority",
    N_ ("There is no such priority, or it is not used any more.") },
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

GError *
ticket_problem (const char *outcome)
{
  const Refusal *refusal = find_refusal (outcome);
  GError *problem = NULL;

  if (refusal == NULL)
    {
      g_critical ("A statement gave the unknown outcome “%s”", outcome);
      problem_set (&problem, PROBLEM_INTERNAL, "%s", _ ("Something went wrong on the server."));
      return problem;
    }
  problem_set (&problem, refusal->code, "%s", _ (refusal->detail));
  if (refusal->field != NULL)
    problem_add_field (problem, refusal->field, "unknown", _ (refusal->detail));
  return problem;
}

void
ticket_note_unknown (Arguments *arguments, const char *outcome)
{
  const Refusal *refusal = find_refusal (outcome);

  g_return_if_fail (refusal != NULL && refusal->field != NULL);
  arguments_refuse (arguments, refusal->field, "unknown", _ (refusal->detail));
}

/* Says where the ticket can move. */
static gboolean
add_moves (Db *db, gint64 ticket_id, GError *problem, GError **error)
{
  g_autoptr (DbResult) moves
      = db_run (db, "ticket_moves", (DbParam[]){ db_int (ticket_id), DB_END }, error);

  if (moves == NULL)
    return FALSE;
  problem_set_members (problem, db_result_text (moves, 0, "members"));
  return TRUE;
}

void
ticket_refuse (Db *db, gint64 ticket_id, const char *outcome, GError **error)
{
  g_autoptr (GError) problem = ticket_problem (outcome);

  if (problem_code (problem) == PROBLEM_ILLEGAL_TRANSITION
      && !add_moves (db, ticket_id, problem, error))
    return;
  g_propagate_error (error, g_steal_pointer (&problem));
}

Reply *
ticket_reply_outcome (Db *db, const Request *request, DbResult *rows, guint status, GError **error)
{
  g_autoptr (DbResult) owned = rows;
  const char *outcome = db_result_text (owned, 0, "outcome");

  if (strcmp (outcome, "done") == 0 || strcmp (outcome, "repeated") == 0)
    return reply_outcome (g_steal_pointer (&owned), status, error);
  ticket_refuse (db, request_path_id (request, "id"), outcome, error);
  return NULL;
}
