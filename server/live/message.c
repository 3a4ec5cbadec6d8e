/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The answer is made on the writer's thread, after the commit, and only queued on the live
 * thread. */
#include "live/message.h"

#include "live/session.h"
#include "live/socket.h"

#define CLIENT_ID_MAX 64

typedef struct
{
  Live *live;
  gint64 socket_id;
  gint64 ticket_id;
  char *client_id;
} Sending;

static void
sending_free (Sending *sending)
{
  g_free (sending->client_id);
  g_free (sending);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Sending, sending_free)

static void
written_cb (const WriterReceipt *receipt, const GError *error, gpointer data)
{
  g_autoptr (Sending) sending = data;
  GBytes *answer;

  if (receipt != NULL)
    answer = frame_ack (sending->client_id, receipt);
  else
    answer = frame_refused ("message", sending->client_id, sending->ticket_id, error);
  live_post_frame (sending->live, sending->socket_id, answer);
}

gboolean
message_hear (LiveSocket *socket, Arguments *frame, GError **error)
{
  const char *client_id = arguments_text (frame, "client_id", CLIENT_ID_MAX, ARGUMENT_REQUIRED);
  gint64 ticket_id = session_ticket (frame);
  WriterMessage *message = writer_message_read (frame, socket->actor, ticket_id, client_id, error);
  Sending *sending;

  if (message == NULL)
    return FALSE;
  sending = g_new (Sending, 1);
  sending->live = socket->live;
  sending->socket_id = socket->id;
  sending->ticket_id = ticket_id;
  sending->client_id = g_strdup (client_id);
  writer_put (socket->live->services->writer, message, written_cb, sending);
  return TRUE;
}
