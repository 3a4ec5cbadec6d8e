/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * One ticket: making it, reading it. */
#include "ticket/ticket.h"

#include "base/fields.h"
#include "base/ids.h"
#include "base/problem.h"
#include "base/spans.h"
#include "live/writer.h"
#include "ticket/handlers.h"

#include <glib/gi18n.h>
#include <string.h>

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

Reply *
ticket_reply (Db *db, const Request *request, gint64 ticket_id, guint status, GError **error)
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
  const char *channel, *priority, *category, *subject, *language;
  const char *description; /* the customer's words, or NULL */
  const char *message; /* the words with which staff begin a conversation, or NULL */
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

/* Notes who may begin how. */
static void
check_beginning (Arguments *arguments, const Actor *actor, const Draft *draft)
{
  if (draft->message != NULL && !actor_is_staff (actor))
    arguments_refuse (arguments, "message", "not_allowed", _ ("Say it as description."));
  else if (draft->message != NULL && draft->description != NULL)
    arguments_refuse (arguments, "description", "not_allowed",
                      _ ("Either the customer's words, or yours as message."));
  /* Only a customer's chat may begin empty: its customer is there and about to write. */
  else if (draft->message == NULL && draft->description == NULL
           && (actor_is_staff (actor) || strcmp (draft->channel, "chat") != 0))
    arguments_refuse (arguments, "description", "required", _ ("Say what it is about."));
}

static gboolean
read_draft (Arguments *arguments, const Actor *actor, const GArray *files, Draft *draft,
            GError **error)
{
  draft->channel = arguments_choice (arguments, "channel", ticket_channels, ARGUMENT_OPTIONAL);
  draft->priority = ticket_priority_word (
      arguments_text (arguments, "priority", TICKET_WORD_MAX, ARGUMENT_OPTIONAL));
  draft->category = arguments_text (arguments, "category", TICKET_WORD_MAX, ARGUMENT_OPTIONAL);
  draft->subject = arguments_text (arguments, "subject", TICKET_SUBJECT_MAX, ARGUMENT_OPTIONAL);
  draft->description
      = arguments_text (arguments, "description", DESCRIPTION_MAX, ARGUMENT_MULTILINE);
  draft->message = arguments_text (arguments, "message", DESCRIPTION_MAX, ARGUMENT_MULTILINE);
  if (files->len > 0 && draft->description == NULL && draft->message == NULL)
    arguments_refuse (arguments, "attachments", "not_allowed",
                      _ ("Files go with the first message."));
  draft->language = field_language (arguments);
  draft->department = arguments_int (arguments, "department", 1, G_MAXINT64, 0, ARGUMENT_OPTIONAL);
  draft->customer = read_customer (arguments, actor);

  if (draft->channel == NULL && draft->message != NULL)
    draft->channel = "chat";
  if (draft->channel == NULL)
    draft->channel = actor_is_staff (actor) ? "api" : "portal";
  if (!actor_is_staff (actor) && !g_strv_contains (customer_channels, draft->channel))
    arguments_refuse (arguments, "channel", "not_allowed", _ ("chat or portal."));
  check_beginning (arguments, actor, draft);
  if (!arguments_check (arguments, error))
    return FALSE;
  if (draft->message == NULL || actor_may (actor, PERMISSION_SEND_MESSAGES))
    return TRUE;
  problem_set (error, PROBLEM_FORBIDDEN, _ ("Your account can't send this."));
  return FALSE;
}

static DbResult *
insert_draft (Db *db, const Request *request, const Draft *draft, const GArray *files,
              GError **error)
{
  const Actor *actor = request_actor (request);
  const char *body = draft->message != NULL ? draft->message : draft->description;
  g_autofree char *spans = body != NULL ? spans_from_markdown (body) : NULL;
  g_autofree char *client_id = body != NULL ? id_random (CLIENT_ID_BYTES) : NULL;
  g_autofree char *attachments = writer_list_ids (files);
  g_autofree char *digest
      = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, request_body (request));

  return db_run (db, "ticket_create",
                 (DbParam[]){ db_int (actor->user_id), db_bool (actor_is_staff (actor)),
                              db_int (draft->customer), db_text (draft->channel),
                              draft->department > 0 ? db_int (draft->department) : db_null (),
                              db_text (draft->category), db_text (draft->priority),
                              db_text (draft->subject), db_text (draft->language),
                              db_text (draft->key), db_text (digest), db_text (body),
                              db_text (spans), db_text (client_id),
                              db_bool (draft->message != NULL), db_text (attachments), DB_END },
                 error);
}

/* Says after how long a visitor may open another ticket. */
static gboolean
add_wait (Db *db, const Actor *actor, GError *problem, GError **error)
{
  g_autoptr (DbResult) wait
      = db_run (db, "visitor_ticket_wait", (DbParam[]){ db_int (actor->user_id), DB_END }, error);

  if (wait == NULL)
    return FALSE;
  problem_set_retry_after (problem, (guint) MAX (db_result_int (wait, 0, "seconds"), 1));
  return TRUE;
}

/* Says why there is no new ticket; the customer's unfinished chat is named. */
static void
refuse_draft (Db *db, const Actor *actor, const DbResult *rows, GError **error)
{
  const char *outcome = db_result_text (rows, 0, "outcome");
  g_autofree char *members = NULL;
  g_autoptr (GError) problem = NULL;

  ticket_refuse (db, 0, outcome, &problem);
  if (problem_code (problem) == PROBLEM_RATE_LIMITED && !add_wait (db, actor, problem, error))
    return;
  if (strcmp (outcome, "unfinished_chat") == 0)
    members
        = g_strdup_printf ("\"ticket\":%" G_GINT64_FORMAT, db_result_int (rows, 0, "ticket_id"));
  if (members != NULL)
    problem_set_members (problem, members);
  g_propagate_error (error, g_steal_pointer (&problem));
}

Reply *
ticket_create_from (Db *db, const Request *request, Arguments *arguments, GError **error)
{
  g_autoptr (GArray) files = writer_read_attachments (arguments);
  g_autoptr (DbResult) rows = NULL;
  const char *outcome;
  Draft draft;

  if (!request_idempotency_key (request, &draft.key, error)
      || !read_draft (arguments, request_actor (request), files, &draft, error))
    return NULL;
  rows = insert_draft (db, request, &draft, files, error);
  if (rows == NULL)
    return NULL;
  outcome = db_result_text (rows, 0, "outcome");
  if (strcmp (outcome, "done") != 0 && strcmp (outcome, "repeated") != 0)
    {
      refuse_draft (db, request_actor (request), rows, error);
      return NULL;
    }
  return ticket_reply (db, request, db_result_int (rows, 0, "ticket_id"),
                       strcmp (outcome, "done") == 0 ? 201 : 200, error);
}

Reply *
ticket_create (Db *db, const Request *request, GError **error)
{
  g_autoptr (Arguments) arguments = request_arguments (request, error);

  return arguments != NULL ? ticket_create_from (db, request, arguments, error) : NULL;
}
