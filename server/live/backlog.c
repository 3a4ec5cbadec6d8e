/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Two bounds: so many bytes are rendered ahead for a socket, and so many may wait behind them. What
 * waits is shared by all who wait for it, so that the second bound can be generous. */
#include "live/backlog.h"

#include "live/socket.h"

#define RENDERED_MAX (128 * 1024)
#define WAITING_MAX (4 * 1024 * 1024)

static gboolean
has_room (const LiveSocket *socket)
{
  return socket->rechecks == 0 && socket->output_bytes < RENDERED_MAX;
}

static void
send_event (LiveSocket *socket, EventFrames *frames)
{
  socket_send (socket, event_frames_get (frames, actor_is_staff (socket->actor)));
}

static void
push (LiveSocket *socket, EventFrames *frames)
{
  g_queue_push_tail (&socket->backlog, frames);
  socket->backlog_bytes += frames->size;
}

void
backlog_deliver (LiveSocket *socket, EventFrames *frames)
{
  if (g_queue_is_empty (&socket->backlog) && has_room (socket))
    {
      send_event (socket, frames);
      return;
    }
  if (socket->backlog_bytes >= WAITING_MAX + socket->replayed_bytes)
    socket_overflow (socket);
  else
    push (socket, event_frames_ref (frames));
}

void
backlog_replay (LiveSocket *socket, const GPtrArray *events)
{
  for (guint i = 0; i < events->len; i++)
    push (socket, event_frames_new (g_ptr_array_index (events, i)));
  socket->replayed_bytes = socket->backlog_bytes;
  backlog_pump (socket);
}

void
backlog_pump (LiveSocket *socket)
{
  while (has_room (socket) && !g_queue_is_empty (&socket->backlog))
    {
      g_autoptr (EventFrames) frames = g_queue_pop_head (&socket->backlog);

      socket->backlog_bytes -= frames->size;
      if (hub_hears (socket, frames->event))
        send_event (socket, frames);
    }
  if (g_queue_is_empty (&socket->backlog))
    socket->replayed_bytes = 0;
}

gboolean
backlog_is_ready (const LiveSocket *socket)
{
  return socket->rechecks == 0 && !g_queue_is_empty ((GQueue *) &socket->backlog);
}

void
backlog_clear (LiveSocket *socket)
{
  g_queue_clear_full (&socket->backlog, (GDestroyNotify) event_frames_unref);
}
