/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * As POST /api/v1/tickets/{id}/messages, but for the words. */
#include "documented/send.h"

#include "http/page.h"

typedef struct
{
  Exchange *exchange;
  SendAnswer answer;
} Sending;

static void
written_cb (const WriterReceipt *receipt, const GError *error, gpointer data)
{
  g_autofree Sending *sending = data;
  const Request *request = exchange_request (sending->exchange);
  Reply *reply;

  if (receipt != NULL)
    reply = sending->answer (receipt, request);
  else if (page_is_wanted (request))
    reply = request_services (request)->problem_page (request, error);
  else
    reply = reply_error (error, request_id (request));
  exchange_finish (sending->exchange, reply);
}

Reply *
send_arguments (const Request *request, Arguments *arguments, const char *called, SendAnswer answer,
                GError **error)
{
  const char *key;
  WriterMessage *message;
  Sending *sending;

  if (!request_idempotency_key (request, &key, error))
    return NULL;
  arguments_rename (arguments, "body", called);
  message = writer_message_read (arguments, request_actor (request),
                                 request_path_id (request, "id"), key, error);
  if (message == NULL)
    return NULL;
  sending = g_new (Sending, 1);
  sending->exchange = request_defer (request);
  sending->answer = answer;
  writer_put (request_services (request)->writer, message, written_cb, sending);
  return REPLY_LATER;
}

Reply *
send_message (const Request *request, const char *called, SendAnswer answer, GError **error)
{
  g_autoptr (Arguments) arguments = request_arguments (request, error);

  return arguments != NULL ? send_arguments (request, arguments, called, answer, error) : NULL;
}
