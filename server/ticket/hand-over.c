/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Whose a ticket is: assigning, claiming, handing it on. That one of many wins is the schema's
 * work, under the lock of the ticket; here values are read and outcomes put into words. */
#include "base/problem.h"
#include "base/spans.h"
#include "ticket/handlers.h"
#include "ticket/ticket.h"

#include <glib/gi18n.h>
#include <string.h>

#define NOTE_MAX 16000

/* An admin may give an agent more than fits; that is worth a line in the log. */
static gboolean
may_override (const Actor *actor)
{
  return actor->role == ROLE_ADMIN;
}

static void
log_override (const Actor *actor, gint64 ticket_id, gint64 agent)
{
  if (may_override (actor) && agent > 0)
    g_info ("admin %" G_GINT64_FORMAT " assigned ticket %" G_GINT64_FORMAT
            " to agent %" G_GINT64_FORMAT " whatever the load",
            actor->user_id, ticket_id, agent);
}

static DbParam
id_or_null (gint64 id)
{
  return id > 0 ? db_int (id) : db_null ();
}

/* FALSE with a problem unless the statement that gave @rows, which are freed, changed the
 * ticket. */
static gboolean
check_handed (Db *db, gint64 ticket_id, DbResult *rows, GError **error)
{
  g_autoptr (DbResult) owned = rows;
  const char *outcome;

  if (owned == NULL)
    return FALSE;
  outcome = db_result_text (owned, 0, "outcome");
  if (strcmp (outcome, "done") == 0)
    return TRUE;
  ticket_refuse (db, ticket_id, outcome, error);
  return FALSE;
}

/* Answers with the ticket as it is after the statement that gave @rows, which are freed. */
static Reply *
reply_handed (Db *db, const Request *request, DbResult *rows, GError **error)
{
  gint64 id = request_path_id (request, "id");

  return check_handed (db, id, rows, error) ? ticket_reply (db, request, id, 200, error) : NULL;
}

/* What somebody who assigns saw of the ticket. */
typedef struct
{
  gint64 revision; /* 0: does not say */
  gboolean expects; /* whether @holder counts */
  gint64 holder; /* 0: nobody */
} Seen;

static gboolean
assign (Db *db, const Actor *actor, gint64 ticket_id, gint64 agent, const Seen *seen,
        GError **error)
{
  log_override (actor, ticket_id, agent);
  return check_handed (db, ticket_id,
                       db_run (db, "ticket_assign",
                               (DbParam[]){ db_int (ticket_id), id_or_null (agent),
                                            db_bool (may_override (actor)),
                                            id_or_null (seen->revision), db_bool (seen->expects),
                                            id_or_null (seen->holder), DB_END },
                               error),
                       error);
}

gboolean
ticket_assign (Db *db, const Actor *actor, gint64 ticket_id, gint64 agent, GError **error)
{
  return assign (db, actor, ticket_id, agent, &(Seen){ 0 }, error);
}

Reply *
ticket_put_assign (Db *db, const Request *request, GError **error)
{
  g_autoptr (Arguments) arguments = request_arguments (request, error);
  gint64 id = request_path_id (request, "id");
  gint64 agent;
  Seen seen;

  if (arguments == NULL)
    return NULL;
  agent = arguments_int (arguments, "assigned_to", 1, G_MAXINT64, 0, ARGUMENT_OPTIONAL);
  if (!arguments_mentions (arguments, "assigned_to"))
    arguments_refuse (arguments, "assigned_to", "required", _ ("An agent's id, or null."));
  seen.revision = arguments_int (arguments, "revision", 1, G_MAXINT64, 0, ARGUMENT_OPTIONAL);
  seen.expects = arguments_mentions (arguments, "expected");
  seen.holder = arguments_int (arguments, "expected", 1, G_MAXINT64, 0, ARGUMENT_OPTIONAL);
  if (!arguments_check (arguments, error)
      || !assign (db, request_actor (request), id, agent, &seen, error))
    return NULL;
  return ticket_reply (db, request, id, 200, error);
}

Reply *
ticket_post_claim (Db *db, const Request *request, GError **error)
{
  const Actor *actor = request_actor (request);

  return reply_handed (db, request,
                       db_run (db, "ticket_claim",
                               (DbParam[]){ db_int (request_path_id (request, "id")),
                                            db_int (actor->user_id), db_bool (may_override (actor)),
                                            DB_END },
                               error),
                       error);
}

Reply *
ticket_post_transfer (Db *db, const Request *request, GError **error)
{
  g_autoptr (Arguments) arguments = request_arguments (request, error);
  const Actor *actor = request_actor (request);
  g_autofree char *spans = NULL;
  gint64 agent, department;
  const char *note;

  if (arguments == NULL)
    return NULL;
  agent = arguments_int (arguments, "agent", 1, G_MAXINT64, 0, ARGUMENT_OPTIONAL);
  department = arguments_int (arguments, "department", 1, G_MAXINT64, 0, ARGUMENT_OPTIONAL);
  note = arguments_text (arguments, "note", NOTE_MAX, ARGUMENT_MULTILINE);
  if (arguments_has (arguments, "agent") == arguments_has (arguments, "department"))
    arguments_refuse (arguments, "agent", "required", _ ("Either an agent or a department."));
  if (!arguments_check (arguments, error))
    return NULL;
  if (note != NULL && !actor_may (actor, PERMISSION_SEND_MESSAGES))
    {
      actor_refuse (actor, error);
      return NULL;
    }
  log_override (actor, request_path_id (request, "id"), agent);
  spans = note != NULL ? spans_from_markdown (note) : NULL;
  return reply_handed (
      db, request,
      db_run (db, "ticket_transfer",
              (DbParam[]){ db_int (request_path_id (request, "id")), id_or_null (agent),
                           id_or_null (department), db_text (note), db_text (spans),
                           db_int (actor->user_id), db_bool (may_override (actor)), DB_END },
              error),
      error);
}
