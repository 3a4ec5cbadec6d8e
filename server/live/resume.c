/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The relay answers a replay on the thread that also hands out live batches, and both are posted to
 * the live thread in that order: so the socket joins between two batches, exactly where its replay
 * ended. */
#include "live/resume.h"

#include "live/backlog.h"
#include "live/socket.h"

typedef struct
{
  Live *live;
  gint64 socket_id;
  char *cursor;
  GPtrArray *events; /* NULL when @cursor was none, or is of no use */
  char *now;
} Replay;

static void
replay_free (Replay *replay)
{
  g_clear_pointer (&replay->events, g_ptr_array_unref);
  g_free (replay->cursor);
  g_free (replay->now);
  g_free (replay);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Replay, replay_free)

/* Whether anything that was missed is for @socket. */
static gboolean
has_missed (const LiveSocket *socket, const Replay *replay)
{
  for (guint i = 0; replay->events != NULL && i < replay->events->len; i++)
    {
      if (hub_hears (socket, g_ptr_array_index (replay->events, i)))
        return TRUE;
    }
  return FALSE;
}

/* The welcome of a resumed socket repeats its own cursor as long as there is something to come: one
 * that breaks off in the middle begins there again. */
static void
welcome (LiveSocket *socket, const Replay *replay)
{
  Live *live = socket->live;
  gboolean resumed = replay->events != NULL;
  gboolean missed = has_missed (socket, replay);

  socket_take (socket,
               frame_welcome (missed ? replay->cursor : replay->now, socket->actor, resumed));
  if (replay->cursor != NULL && !resumed)
    socket_take (socket, frame_resync (replay->now));
  socket->state = SOCKET_JOINED;
  hub_join (live->hub, socket);
  if (live->presence != NULL)
    {
      g_autofree char *device = socket_device (socket);

      live->presence (socket->actor, device, TRUE, live->presence_data);
    }
  if (missed)
    backlog_replay (socket, replay->events);
}

static void
replayed (gpointer context, gpointer data)
{
  Live *live = context;
  g_autoptr (Replay) replay = data;
  LiveSocket *socket = hub_find (live->hub, replay->socket_id);

  if (socket == NULL || socket->state != SOCKET_WAITING)
    return;
  if (replay->now != NULL)
    welcome (socket, replay);
  else
    socket_close (socket, CLOSE_GOING_AWAY, "the server stops");
}

static void
replay_cb (const GPtrArray *events, const char *now, gpointer data)
{
  Replay *replay = data;

  replay->now = g_strdup (now);
  if (events != NULL && replay->cursor != NULL)
    replay->events = live_keep_events (events);
  loop_post (replay->live->loop, replayed, replay);
}

void
resume_begin (LiveSocket *socket, const char *cursor)
{
  Live *live = socket->live;
  Replay *replay = g_new0 (Replay, 1);

  socket->state = SOCKET_WAITING;
  replay->live = live;
  replay->socket_id = socket->id;
  replay->cursor = g_strdup (cursor);
  relay_replay (live->services->relay, cursor, replay_cb, replay);
}
