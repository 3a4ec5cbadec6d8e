/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Messages over REST: reading a thread, sending through the one writer, marking what was delivered
 * and read. */
#include "base/problem.h"
#include "live/writer.h"
#include "ticket/handlers.h"
#include "ticket/ticket.h"

#include <glib/gi18n.h>

#define PAGE_DEFAULT 50
#define PAGE_MAX 200

static DbParam
seq_or_null (gint64 seq)
{
  return seq >= 0 ? db_int (seq) : db_null ();
}

char *
message_page (Db *db, const Actor *actor, gint64 ticket_id, gint64 after, gint64 before,
              gint64 limit, GError **error)
{
  gboolean staff = actor_is_staff (actor);
  DbParam params[] = { db_int (ticket_id),
                       seq_or_null (after),
                       seq_or_null (before),
                       db_int (limit),
                       staff ? DB_END : db_int (actor->user_id),
                       DB_END };
  g_autoptr (DbResult) rows
      = db_run (db, staff ? "message_list_staff" : "message_list_customer", params, error);

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
message_list (Db *db, const Request *request, GError **error)
{
  gint64 after, before, limit;
  char *page;

  if (!request_query_int (request, "after", 0, G_MAXINT32, -1, &after, error)
      || !request_query_int (request, "before", 1, G_MAXINT32, -1, &before, error)
      || !request_query_int (request, "limit", 1, PAGE_MAX, PAGE_DEFAULT, &limit, error))
    return NULL;
  page = message_page (db, request_actor (request), request_path_id (request, "id"), after, before,
                       limit, error);
  return page != NULL ? reply_take_json (200, page) : NULL;
}

/* Answers the deferred request once the message is durable, or refused. Runs on the writer's
 * thread. */
static void
written_cb (const WriterReceipt *receipt, const GError *error, gpointer data)
{
  Exchange *exchange = data;
  Reply *reply;

  if (receipt != NULL)
    reply = reply_take_json (receipt->repeated ? 200 : 201,
                             g_strdup_printf ("{\"message\":%s}", receipt->json));
  else
    reply = reply_error (error, request_id (exchange_request (exchange)));
  exchange_finish (exchange, reply);
}

/* Notes what is wrong with the `type` of a message, which its files decide. */
static void
check_type (Arguments *arguments)
{
  static const char *const types[] = { "text", "image", "file", NULL };
  const char *type = arguments_choice (arguments, "type", types, ARGUMENT_OPTIONAL);
  g_autoptr (GArray) attachments = writer_read_attachments (arguments);

  if (type != NULL && type != types[0] && attachments->len == 0)
    arguments_refuse (arguments, "attachments", "required",
                      _ ("An image or a file needs an attachment."));
}

Reply *
message_post (Db *db G_GNUC_UNUSED, const Request *request, GError **error)
{
  g_autoptr (Arguments) arguments = request_arguments (request, error);
  const char *key;
  WriterMessage *message;

  if (arguments == NULL || !request_idempotency_key (request, &key, error))
    return NULL;
  check_type (arguments);
  message = writer_message_read (arguments, request_actor (request),
                                 request_path_id (request, "id"), key, error);
  if (message == NULL)
    return NULL;
  writer_put (request_services (request)->writer, message, written_cb, request_defer (request));
  return REPLY_LATER;
}

/* Moves a mark of @actor's side of a ticket up to @seq; @statement says which. */
static DbResult *
move_mark (Db *db, const char *statement, const Actor *actor, gint64 ticket_id, gint64 seq,
           GError **error)
{
  return db_run (db, statement,
                 (DbParam[]){ db_int (ticket_id), db_int (actor->user_id),
                              db_bool (actor_is_staff (actor)), db_int (seq), DB_END },
                 error);
}

static Reply *
post_mark (Db *db, const char *statement, const Request *request, GError **error)
{
  g_autoptr (Arguments) arguments = request_arguments (request, error);
  gint64 seq;
  DbResult *rows;

  if (arguments == NULL)
    return NULL;
  seq = arguments_int (arguments, "seq", 0, G_MAXINT32, 0, ARGUMENT_REQUIRED);
  if (!arguments_check (arguments, error))
    return NULL;
  rows = move_mark (db, statement, request_actor (request), request_path_id (request, "id"), seq,
                    error);
  return rows != NULL ? reply_outcome (rows, 204, error) : NULL;
}

Reply *
ticket_post_read (Db *db, const Request *request, GError **error)
{
  return post_mark (db, "ticket_mark_read", request, error);
}

Reply *
ticket_post_delivered (Db *db, const Request *request, GError **error)
{
  return post_mark (db, "ticket_mark_delivered", request, error);
}

static void
hear_mark (Db *db, const char *statement, const Services *services, const Actor *actor,
           const char *frame, gsize length, GError **error)
{
  g_autoptr (Arguments) arguments = arguments_new (frame, length, error);
  g_autoptr (DbResult) rows = NULL;
  gint64 ticket, seq;

  if (arguments == NULL)
    return;
  ticket = arguments_int (arguments, "ticket", 1, G_MAXINT64, 0, ARGUMENT_REQUIRED);
  seq = arguments_int (arguments, "seq", 0, G_MAXINT32, 0, ARGUMENT_REQUIRED);
  if (!arguments_check (arguments, error))
    return;
  rows = move_mark (db, statement, actor, ticket, seq, error);
  if (rows != NULL && g_strcmp0 (db_result_text (rows, 0, "outcome"), "done") != 0)
    problem_set (error, PROBLEM_NOT_FOUND, _ ("There is no such ticket."));
  relay_nudge (services->relay);
}

char *
ticket_read_command (Db *db, const Services *services, const Actor *actor,
                     const char *device G_GNUC_UNUSED, const char *frame, gsize length,
                     GError **error)
{
  hear_mark (db, "ticket_mark_read", services, actor, frame, length, error);
  return NULL;
}

char *
ticket_delivered_command (Db *db, const Services *services, const Actor *actor,
                          const char *device G_GNUC_UNUSED, const char *frame, gsize length,
                          GError **error)
{
  hear_mark (db, "ticket_mark_delivered", services, actor, frame, length, error);
  return NULL;
}
