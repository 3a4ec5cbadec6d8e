/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Links between tickets: the same matter twice, a part of something bigger, what came of it. */
#include "base/problem.h"
#include "ticket/handlers.h"

#include <glib/gi18n.h>

/* What the other ticket is to this one, as the schema's type has it. */
static const char *const link_kinds[]
    = { "related", "duplicate", "parent", "child", "follow_up", "origin", NULL };

static void
refuse_unknown (GError **error)
{
  GError *problem = NULL;

  problem_set (&problem, PROBLEM_VALIDATION_FAILED, _ ("There is no such ticket to link with."));
  problem_add_field (problem, "ticket", "unknown", _ ("There is no such ticket."));
  g_propagate_error (error, problem);
}

Reply *
ticket_post_link (Db *db, const Request *request, GError **error)
{
  g_autoptr (Arguments) arguments = request_arguments (request, error);
  gint64 ticket = request_path_id (request, "id");
  g_autoptr (DbResult) rows = NULL;
  const char *kind, *outcome;
  gint64 other;

  if (arguments == NULL)
    return NULL;
  other = arguments_int (arguments, "ticket", 1, G_MAXINT64, 0, ARGUMENT_REQUIRED);
  kind = arguments_choice (arguments, "kind", link_kinds, ARGUMENT_REQUIRED);
  if (other == ticket)
    arguments_refuse (arguments, "ticket", "not_allowed", _ ("Another ticket than this one."));
  if (!arguments_check (arguments, error))
    return NULL;
  rows = db_run (db, "ticket_link_to",
                 (DbParam[]){ db_int (ticket), db_int (other), db_text (kind), DB_END }, error);
  if (rows == NULL)
    return NULL;
  outcome = db_result_text (rows, 0, "outcome");
  if (g_str_equal (outcome, "unknown_ticket"))
    refuse_unknown (error);
  else if (g_str_equal (outcome, "too_many"))
    problem_set (error, PROBLEM_CONFLICT, _ ("A ticket has at most 50 links."));
  else if (g_str_equal (outcome, "circle"))
    problem_set (error, PROBLEM_CONFLICT,
                 _ ("The tickets would be their own parents. Take the other link away first."));
  else
    return reply_outcome (g_steal_pointer (&rows), 201, error);
  return NULL;
}

Reply *
ticket_delete_link (Db *db, const Request *request, GError **error)
{
  DbResult *rows = db_run (db, "ticket_unlink",
                           (DbParam[]){ db_int (request_path_id (request, "id")),
                                        db_int (request_path_id (request, "other")), DB_END },
                           error);

  return rows != NULL ? reply_outcome (rows, 204, error) : NULL;
}
