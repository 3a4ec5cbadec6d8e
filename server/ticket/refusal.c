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
  { "taken", PROBLEM_CONFLICT, NULL, N_ ("Somebody else was faster. Nothing was changed.") },
  { "receiver_away", PROBLEM_CONFLICT, NULL, N_ ("This agent is not there to answer a chat.") },
  { "unknown_receiver", PROBLEM_VALIDATION_FAILED, "agent", N_ ("There is no such agent.") },
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
  { "too_many_tickets", PROBLEM_RATE_LIMITED, NULL,
    N_ ("You opened many tickets within an hour. Write in one of them, or try again later.") },
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
  { "unknown_attachment", PROBLEM_VALIDATION_FAILED, "attachments",
    N_ ("There is no such file, it is not yours, or it was sent already.") },
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

/* Says who was faster, by name; who gave the ticket away since is nobody's news.
 * Returns: (transfer full): NULL with a problem of the database. */
static GError *
name_holder (Db *db, gint64 ticket_id, GError *problem, GError **error)
{
  g_autoptr (GError) owned = problem;
  g_autoptr (DbResult) holder
      = db_run (db, "ticket_holder", (DbParam[]){ db_int (ticket_id), DB_END }, error);
  GError *named = NULL;

  if (holder == NULL)
    return NULL;
  if (db_result_rows (holder) == 0)
    return g_steal_pointer (&owned);
  problem_set (&named, PROBLEM_CONFLICT,
               db_result_bool (holder, 0, "is_chat")
                   ? _ ("%s took this chat first. Nothing was sent.")
                   : _ ("%s took this ticket first. Nothing was sent."),
               db_result_text (holder, 0, "name"));
  problem_set_members (named, db_result_text (holder, 0, "members"));
  return named;
}

void
ticket_refuse (Db *db, gint64 ticket_id, const char *outcome, GError **error)
{
  g_autoptr (GError) problem = ticket_problem (outcome);

  if (problem_code (problem) == PROBLEM_ILLEGAL_TRANSITION
      && !add_moves (db, ticket_id, problem, error))
    return;
  if (strcmp (outcome, "taken") == 0)
    problem = name_holder (db, ticket_id, g_steal_pointer (&problem), error);
  if (problem == NULL)
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
