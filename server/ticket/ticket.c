/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * One ticket: making it, reading it, moving it. */
#include "ticket/ticket.h"

#include "base/fields.h"
#include "base/ids.h"
#include "base/problem.h"
#include "base/spans.h"
#include "ticket/handlers.h"

#include <glib/gi18n.h>
#include <string.h>

#define SUBJECT_MAX 200
#define DESCRIPTION_MAX 16000
#define DETAIL_MESSAGES 50
#define CLIENT_ID_BYTES 12

char *
ticket_json (Db *db, const Actor *actor, gint64 ticket_id, GError **error)
{
  const char *statement = actor_is_staff (actor) ? "ticket_json_staff" : "ticket_json_customer";
  g_autoptr (DbResult) rows
      = db_run (db, statement, (DbParam[]){ db_int (ticket_id), db_int (actor->user_id), DB_END },
                error);

  if (rows == NULL)
    return NULL;
  if (db_result_rows (rows) == 0)
    {
      problem_set (error, PROBLEM_NOT_FOUND, _ ("There is no such ticket."));
      return NULL;
    }
  return g_strdup (db_result_text (rows, 0, "json"));
}

static Reply *
reply_ticket (Db *db, const Request *request, gint64 ticket_id, guint status, GError **error)
{
  g_autofree char *ticket = ticket_json (db, request_actor (request), ticket_id, error);

  if (ticket == NULL)
    return NULL;
  return reply_take_json (status, g_strdup_printf ("{\"ticket\":%s}", ticket));
}

Reply *
ticket_get (Db *db, const Request *request, GError **error)
{
  const Actor *actor = request_actor (request);
  gint64 id = request_path_id (request, "id");
  g_autofree char *ticket = ticket_json (db, actor, id, error);
  g_autofree char *page = NULL;
  g_autofree char *position = NULL;

  if (ticket == NULL)
    return NULL;
  page = message_page (db, actor, id, -1, -1, DETAIL_MESSAGES, error);
  if (page == NULL)
    return NULL;
  position = request_services (request)->position_to_json (db, actor, id, error);
  if (position == NULL)
    return NULL;
  /* The page is an object that begins with its messages; its read marks stand in the ticket
   * already. */
  return reply_take_json (200, g_strdup_printf ("{\"ticket\":%s,\"position\":%s,%s", ticket,
                                                position, page + 1));
}

typedef struct
{
  const char *channel, *priority, *category, *subject, *description, *language;
  const char *key; /* the Idempotency-Key, or NULL */
  gint64 customer, department;
} Draft;

/* Whose ticket it will be: customers make their own, staff name the customer. */
static gint64
read_customer (Arguments *arguments, const Actor *actor)
{
  if (!actor_is_staff (actor))
    return actor->user_id;
  return arguments_int (arguments, "user_id", 1, G_MAXINT64, 0, ARGUMENT_REQUIRED);
}

/* Where customers write by themselves; the other channels are the server's and its scripts'. */
static const char *const customer_channels[] = { "chat", "portal", NULL };

static gboolean
read_draft (Arguments *arguments, const Actor *actor, Draft *draft, GError **error)
{
  draft->channel = arguments_choice (arguments, "channel", ticket_channels, ARGUMENT_OPTIONAL);
  draft->priority = arguments_choice (arguments, "priority", ticket_priorities, ARGUMENT_OPTIONAL);
  draft->category = arguments_choice (arguments, "category", ticket_categories, ARGUMENT_OPTIONAL);
  draft->subject = arguments_text (arguments, "subject", SUBJECT_MAX, ARGUMENT_OPTIONAL);
  draft->description
      = arguments_text (arguments, "description", DESCRIPTION_MAX, ARGUMENT_MULTILINE);
  draft->language = field_language (arguments);
  draft->department = arguments_int (arguments, "department", 1, G_MAXINT64, 0, ARGUMENT_OPTIONAL);
  draft->customer = read_customer (arguments, actor);

  if (draft->channel == NULL)
    draft->channel = actor_is_staff (actor) ? "api" : "portal";
  if (draft->priority == NULL || strcmp (draft->priority, "medium") == 0)
    draft->priority = "normal";
  if (draft->language == NULL)
    draft->language = actor->language;
  if (!actor_is_staff (actor) && !g_strv_contains (customer_channels, draft->channel))
    arguments_refuse (arguments, "channel", "not_allowed", _ ("chat or portal."));
  /* Only a customer's chat may begin empty: its customer is there and about to write. */
  if (draft->description == NULL
      && (actor_is_staff (actor) || strcmp (draft->channel, "chat") != 0))
    arguments_refuse (arguments, "description", "required", _ ("Say what it is about."));
  return arguments_check (arguments, error);
}

static DbResult *
insert_draft (Db *db, const Request *request, const Draft *draft, GError **error)
{
  const Actor *actor = request_actor (request);
  gboolean whole = draft->description != NULL;
  g_autofree char *spans = whole ? spans_from_markdown (draft->description) : NULL;
  g_autofree char *client_id = whole ? id_random (CLIENT_ID_BYTES) : NULL;
  g_autofree char *digest
      = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, request_body (request));

  return db_run (db, "ticket_create",
                 (DbParam[]){ db_int (actor->user_id), db_bool (actor_is_staff (actor)),
                              db_int (draft->customer), db_text (draft->channel),
                              draft->department > 0 ? db_int (draft->department) : db_null (),
                              db_text (draft->category), db_text (draft->priority),
                              db_text (draft->subject), db_text (draft->language),
                              db_text (draft->key), db_text (digest), db_text (draft->description),
                              db_text (spans), db_text (client_id), DB_END },
                 error);
}

/* What the schema's function refuses. */
static void
set_create_problem (const char *outcome, GError **error)
{
  GError *problem = NULL;

  if (strcmp (outcome, problem_slug (PROBLEM_IDEMPOTENCY_MISMATCH)) == 0)
    problem_set (&problem, PROBLEM_IDEMPOTENCY_MISMATCH,
                 _ ("This Idempotency-Key came before with another request."));
  else
    {
      problem_set (&problem, PROBLEM_VALIDATION_FAILED,
                   _ ("The ticket was not made; a value names nothing we know."));
      if (strcmp (outcome, "unknown_department") == 0)
        problem_add_field (problem, "department", "unknown", _ ("There is no such department."));
      else
        problem_add_field (problem, "user_id", "unknown", _ ("There is no such customer."));
    }
  g_propagate_error (error, problem);
}

Reply *
ticket_create (Db *db, const Request *request, GError **error)
{
  g_autoptr (Arguments) arguments = request_arguments (request, error);
  g_autoptr (DbResult) rows = NULL;
  const char *outcome;
  Draft draft;

  if (arguments == NULL || !request_idempotency_key (request, &draft.key, error)
      || !read_draft (arguments, request_actor (request), &draft, error))
    return NULL;
  rows = insert_draft (db, request, &draft, error);
  if (rows == NULL)
    return NULL;
  outcome = db_result_text (rows, 0, "outcome");
  if (strcmp (outcome, "done") != 0 && strcmp (outcome, "repeated") != 0)
    {
      set_create_problem (outcome, error);
      return NULL;
    }
  return reply_ticket (db, request, db_result_int (rows, 0, "ticket_id"),
                       strcmp (outcome, "done") == 0 ? 201 : 200, error);
}

/* `illegal_transition`, saying where the ticket can move. */
static void
set_move_problem (Db *db, gint64 ticket_id, GError **error)
{
  g_autoptr (DbResult) moves
      = db_run (db, "ticket_moves", (DbParam[]){ db_int (ticket_id), DB_END }, error);
  GError *problem = NULL;

  if (moves == NULL)
    return;
  problem_set (&problem, PROBLEM_ILLEGAL_TRANSITION, _ ("The status can't move there from here."));
  problem_set_members (problem, db_result_text (moves, 0, "members"));
  g_propagate_error (error, problem);
}

static Reply *
reply_moved (Db *db, const Request *request, DbResult *rows, GError **error)
{
  gint64 id = request_path_id (request, "id");
  const char *outcome = db_result_text (rows, 0, "outcome");

  if (strcmp (outcome, "done") == 0)
    return reply_ticket (db, request, id, 200, error);
  if (strcmp (outcome, "illegal_transition") == 0)
    set_move_problem (db, id, error);
  else if (strcmp (outcome, "full") == 0)
    problem_set (error, PROBLEM_CONFLICT, _ ("This agent has no place free."));
  else if (strcmp (outcome, "conflict") == 0)
    problem_set (error, PROBLEM_CONFLICT,
                 _ ("This ticket is resolved or closed. Reopen it to change it."));
  else if (strcmp (outcome, "validation_failed") == 0)
    {
      GError *problem = NULL;

      problem_set (&problem, PROBLEM_VALIDATION_FAILED, _ ("There is no such agent."));
      problem_add_field (problem, "assigned_to", "unknown", _ ("There is no such agent."));
      g_propagate_error (error, problem);
    }
  else
    problem_set (error, PROBLEM_NOT_FOUND, _ ("There is no such ticket."));
  return NULL;
}

/* Customers end or reopen their own tickets; resolving and closing need close_tickets, the rest
 * edit_tickets. */
static gboolean
may_move (Db *db, const Request *request, const char *status, GError **error)
{
  static const char *const endings[] = { "resolved", "closed", NULL };
  const Actor *actor = request_actor (request);
  gboolean ends = g_strv_contains (endings, status);
  gboolean reopens = strcmp (status, "open") == 0;
  g_autofree char *ticket = ticket_json (db, actor, request_path_id (request, "id"), error);

  if (ticket == NULL)
    return FALSE;
  if (actor_may (actor, ends ? PERMISSION_CLOSE_TICKETS : PERMISSION_EDIT_TICKETS)
      || (reopens && !actor_is_staff (actor)))
    return TRUE;
  problem_set (error, PROBLEM_FORBIDDEN, _ ("Your account can't set this status."));
  return FALSE;
}

Reply *
ticket_put_status (Db *db, const Request *request, GError **error)
{
  g_autoptr (Arguments) arguments = request_arguments (request, error);
  const Actor *actor = request_actor (request);
  g_autoptr (DbResult) rows = NULL;
  const char *status;

  if (arguments == NULL)
    return NULL;
  status = arguments_choice (arguments, "status", ticket_statuses, ARGUMENT_REQUIRED);
  if (!arguments_check (arguments, error) || !may_move (db, request, status, error))
    return NULL;
  rows
      = db_run (db, "ticket_set_status",
                (DbParam[]){ db_int (request_path_id (request, "id")), db_text (status),
                             db_int (actor->user_id), db_bool (actor->role == ROLE_ADMIN), DB_END },
                error);
  return rows != NULL ? reply_moved (db, request, rows, error) : NULL;
}

Reply *
ticket_put_assign (Db *db, const Request *request, GError **error)
{
  g_autoptr (Arguments) arguments = request_arguments (request, error);
  gboolean override = request_actor (request)->role == ROLE_ADMIN;
  gint64 ticket_id = request_path_id (request, "id");
  g_autoptr (DbResult) rows = NULL;
  gint64 agent;

  if (arguments == NULL)
    return NULL;
  agent = arguments_int (arguments, "assigned_to", 1, G_MAXINT64, 0, ARGUMENT_OPTIONAL);
  if (!arguments_mentions (arguments, "assigned_to"))
    arguments_refuse (arguments, "assigned_to", "required", _ ("An agent's id, or null."));
  if (!arguments_check (arguments, error))
    return NULL;
  rows = db_run (db, "ticket_assign",
                 (DbParam[]){ db_int (ticket_id), agent > 0 ? db_int (agent) : db_null (),
                              db_bool (override), DB_END },
                 error);
  if (rows == NULL)
    return NULL;
  if (override && agent > 0)
    g_info ("admin %" G_GINT64_FORMAT " assigned ticket %" G_GINT64_FORMAT
            " to agent %" G_GINT64_FORMAT " whatever the load",
            request_actor (request)->user_id, ticket_id, agent);
  return reply_moved (db, request, rows, error);
}
