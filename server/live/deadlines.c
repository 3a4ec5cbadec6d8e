/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * What a socket can be late with. It has one timer, set to whatever comes first; frames that push a
 * deadline away do not move it, it looks again when it comes. */
#include "live/rights.h"
#include "live/socket.h"
#include "live/typing.h"

#define HELLO_S 10
#define SILENCE_S (3 * LIVE_PING_S)
#define RECHECK_S 1

/* The second of the loop in which the token ends. */
static gint64
token_ends (const LiveSocket *socket)
{
  return loop_second () + socket->actor->expires_at - g_get_real_time () / G_USEC_PER_SEC;
}

void
socket_plan (LiveSocket *socket)
{
  gint64 next = MIN (socket->heard_at + SILENCE_S, token_ends (socket));

  if (socket->state == SOCKET_NEW)
    next = MIN (next, socket->opened_at + HELLO_S);
  if (socket->typing != 0)
    next = MIN (next, socket->typing_until);
  if (socket->recheck_again)
    next = MIN (next, loop_second () + RECHECK_S);
  if (socket->state == SOCKET_CLOSING)
    next = socket->close_by;
  if (socket->state != SOCKET_GONE)
    wheel_set (socket->live->wheel, &socket->timer, next, socket);
}

void
socket_due_cb (gpointer data, gpointer live G_GNUC_UNUSED)
{
  LiveSocket *socket = data;
  gint64 now = loop_second ();

  if (socket->state == SOCKET_CLOSING)
    {
      socket_drop (socket);
      return;
    }
  if (socket->typing != 0 && now >= socket->typing_until)
    typing_stop (socket);
  if (socket->recheck_again)
    rights_recheck_socket (socket);
  if (socket->state == SOCKET_NEW && now >= socket->opened_at + HELLO_S)
    socket_close (socket, CLOSE_SILENT, "no hello");
  else if (now >= socket->heard_at + SILENCE_S)
    socket_close (socket, CLOSE_SILENT, "silent too long");
  else if (now >= token_ends (socket))
    socket_close (socket, CLOSE_TOKEN, "the token ended");
  else
    socket_plan (socket);
}
