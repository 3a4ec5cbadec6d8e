/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Answering an offer, over both ways in. That one of many answers counts is the schema's work,
 * under the lock of the ticket; here outcomes are put into words. */
#include "base/problem.h"
#include "event/relay.h"
#include "queue/handlers.h"

#include <glib/gi18n.h>
#include <string.h>

/* Whoever was faster is named. */
static void
refuse (Db *db, gint64 ticket_id, const char *outcome, GError **error)
{
  g_autoptr (DbResult) holder = NULL;

  if (strcmp (outcome, "not_found") == 0)
    {
      problem_set (error, PROBLEM_NOT_FOUND, _ ("There is no such ticket."));
      return;
    }
  holder = db_run (db, "ticket_holder", (DbParam[]){ db_int (ticket_id), DB_END }, error);
  if (holder == NULL)
    return;
  if (db_result_rows (holder) == 0)
    {
      problem_set (error, PROBLEM_CONFLICT, _ ("This chat is not offered to you any more."));
      return;
    }
  problem_set (error, PROBLEM_CONFLICT, _ ("%s took this chat first. Nothing was sent."),
               db_result_text (holder, 0, "name"));
  if (error != NULL)
    problem_set_members (*error, db_result_text (holder, 0, "members"));
}

/* Runs @statement, which answers the offer of @ticket_id.
 * Returns: (transfer full): the rows, or NULL with a problem. */
static DbResult *
answer (Db *db, const char *statement, const Actor *actor, gint64 ticket_id, GError **error)
{
  g_autoptr (DbResult) rows
      = db_run (db, statement, (DbParam[]){ db_int (ticket_id), db_int (actor->user_id), DB_END },
                error);

  if (rows == NULL || strcmp (db_result_text (rows, 0, "outcome"), "done") == 0)
    return g_steal_pointer (&rows);
  refuse (db, ticket_id, db_result_text (rows, 0, "outcome"), error);
  return NULL;
}

Reply *
offer_list (Db *db, const Request *request, GError **error)
{
  g_autoptr (DbResult) rows
      = db_run (db, "offers_list", (DbParam[]){ db_int (request_actor (request)->user_id), DB_END },
                error);

  return rows != NULL ? reply_json (200, db_result_text (rows, 0, "json")) : NULL;
}

static Reply *
post_answer (Db *db, const char *statement, const Request *request, GError **error)
{
  DbResult *rows
      = answer (db, statement, request_actor (request), request_path_id (request, "id"), error);

  return rows != NULL ? reply_outcome (rows, 200, error) : NULL;
}

Reply *
offer_post_accept (Db *db, const Request *request, GError **error)
{
  return post_answer (db, "offer_accept", request, error);
}

Reply *
offer_post_decline (Db *db, const Request *request, GError **error)
{
  return post_answer (db, "offer_decline", request, error);
}

/* Answers the offer that a frame names; the events tell everybody. */
static void
hear_answer (Db *db, const char *statement, const Services *services, const Actor *actor,
             const char *frame, gsize length, GError **error)
{
  g_autoptr (Arguments) arguments = arguments_new (frame, length, error);
  g_autoptr (DbResult) rows = NULL;
  gint64 ticket;

  if (arguments == NULL)
    return;
  ticket = arguments_int (arguments, "ticket", 1, G_MAXINT64, 0, ARGUMENT_REQUIRED);
  if (!arguments_check (arguments, error))
    return;
  rows = answer (db, statement, actor, ticket, error);
  if (rows != NULL)
    relay_nudge (services->relay);
}

char *
offer_accept_command (Db *db, const Services *services, const Actor *actor,
                      const char *device G_GNUC_UNUSED, const char *frame, gsize length,
                      GError **error)
{
  hear_answer (db, "offer_accept", services, actor, frame, length, error);
  return NULL;
}

char *
offer_decline_command (Db *db, const Services *services, const Actor *actor,
                       const char *device G_GNUC_UNUSED, const char *frame, gsize length,
                       GError **error)
{
  hear_answer (db, "offer_decline", services, actor, frame, length, error);
  return NULL;
}
