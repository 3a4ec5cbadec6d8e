/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The room as others see it: they post, the live thread does. */
#include "live/live.h"

#include "live/private.h"
#include "live/rights.h"
#include "live/socket.h"

#include "base/ids.h"

#include <string.h>
#include <wslay/wslay.h>

#define CUSTOMERS_REMEMBERED 8192
#define CHANGED_REMEMBERED 8192

/* How long an account whose rights changed has its new sockets looked at again: longer than any
 * handshake takes. */
#define CHANGED_S 60

/* How long the other ends have to answer 1001. */
#define STOP_S 2

static void
tick_cb (gpointer context, gint64 second)
{
  Live *live = context;

  wheel_turn (live->wheel, second, socket_due_cb, live);
  if (second % CHANGED_S == 0)
    recent_age (live->changed);
}

static void
turned_cb (gpointer context)
{
  Live *live = context;

  for (guint i = 0; i < live->touched->len; i++)
    socket_flush (g_ptr_array_index (live->touched, i));
  g_ptr_array_set_size (live->touched, 0);
  g_ptr_array_set_size (live->gone, 0);
  if (live->stop_at != 0 && (hub_size (live->hub) == 0 || loop_second () >= live->stop_at))
    loop_quit (live->loop);
}

static const LoopHooks loop_hooks
    = { .ready = socket_ready_cb, .tick = tick_cb, .turned = turned_cb };

static gpointer
ref_event (gconstpointer event, gpointer data G_GNUC_UNUSED)
{
  return event_ref ((Event *) event);
}

GPtrArray *
live_keep_events (const GPtrArray *events)
{
  GPtrArray *kept = g_ptr_array_copy ((GPtrArray *) events, ref_event, NULL);

  g_ptr_array_set_free_func (kept, (GDestroyNotify) event_unref);
  return kept;
}

static void
remember_customers (Live *live, const GPtrArray *events)
{
  for (guint i = 0; i < events->len; i++)
    {
      const Event *event = g_ptr_array_index (events, i);
      gint64 known;

      if (event->ticket_id > 0 && event->customer_id > 0
          && (!recent_get (live->customers, event->ticket_id, &known)
              || known != event->customer_id))
        recent_put (live->customers, event->ticket_id, event->customer_id);
    }
}

static void
deliver (gpointer context, gpointer data)
{
  Live *live = context;
  g_autoptr (GPtrArray) events = data;

  remember_customers (live, events);
  hub_deliver (live->hub, events);
}

/* RelayListener. */
static void
hear_cb (const GPtrArray *events, gpointer data)
{
  Live *live = data;

  loop_post (live->loop, deliver, live_keep_events (events));
}

Live *
live_new (const Services *services, const LiveCommand *commands, LiveAuthenticate authenticate)
{
  Live *live = g_new0 (Live, 1);

  live->services = services;
  live->commands = commands;
  live->authenticate = authenticate;
  live->name = id_random (6);
  live->loop = loop_new (&loop_hooks, live);
  live->workers = workers_new (services);
  live->wheel = wheel_new (loop_second ());
  live->hub = hub_new ();
  live->customers = recent_new (CUSTOMERS_REMEMBERED);
  live->changed = recent_new (CHANGED_REMEMBERED);
  live->touched = g_ptr_array_new ();
  live->gone = g_ptr_array_new_with_free_func ((GDestroyNotify) socket_free);
  relay_add_listener (services->relay, hear_cb, live);
  return live;
}

void
live_set_presence (Live *live, LivePresence presence, gpointer data)
{
  live->presence = presence;
  live->presence_data = data;
}

gboolean
live_start (Live *live, GError **error)
{
  return loop_start (live->loop, error);
}

typedef struct
{
  gint64 to; /* a socket, or an account */
  GBytes *frame;
} Letter;

static void
letter_free (Letter *letter)
{
  g_bytes_unref (letter->frame);
  g_free (letter);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Letter, letter_free)

/* Keeps @frame. */
static Letter *
letter_new (gint64 to, GBytes *frame)
{
  Letter *letter = g_new (Letter, 1);

  letter->to = to;
  letter->frame = frame;
  return letter;
}

static void
send_frame (gpointer context, gpointer data)
{
  Live *live = context;
  g_autoptr (Letter) letter = data;
  LiveSocket *socket = hub_find (live->hub, letter->to);

  if (socket != NULL)
    socket_send (socket, letter->frame);
}

void
live_post_frame (Live *live, gint64 socket_id, GBytes *frame)
{
  loop_post (live->loop, send_frame, letter_new (socket_id, frame));
}

static void
send_joined_cb (LiveSocket *socket, gpointer data)
{
  if (socket->state == SOCKET_JOINED && socket->rechecks == 0)
    socket_send (socket, data);
}

static void
send_user (gpointer context, gpointer data)
{
  Live *live = context;
  g_autoptr (Letter) letter = data;

  hub_visit_user (live->hub, letter->to, send_joined_cb, letter->frame);
}

void
live_send_user (Live *live, gint64 user_id, const char *frame)
{
  loop_post (live->loop, send_user,
             letter_new (user_id, frame_encode (WSLAY_TEXT_FRAME, frame, strlen (frame))));
}

typedef struct
{
  gint64 user_id;
  char *session_id;
} Change;

static void
recheck (gpointer context, gpointer data)
{
  Live *live = context;
  Change *change = data;

  rights_recheck (live, change->user_id, change->session_id);
  g_free (change->session_id);
  g_free (change);
}

void
live_recheck (Live *live, gint64 user_id, const char *session_id)
{
  Change *change = g_new (Change, 1);

  change->user_id = user_id;
  change->session_id = g_strdup (session_id);
  loop_post (live->loop, recheck, change);
}

GArray *
live_connected_customers (Live *live)
{
  return hub_customers (live->hub);
}

static void
say_bye_cb (LiveSocket *socket, gpointer data G_GNUC_UNUSED)
{
  socket_close (socket, CLOSE_GOING_AWAY, "the server stops");
}

static void
stop (gpointer context, gpointer data G_GNUC_UNUSED)
{
  Live *live = context;

  live->stop_at = loop_second () + STOP_S;
  hub_visit_all (live->hub, say_bye_cb, NULL);
}

static void
drop_cb (LiveSocket *socket, gpointer data)
{
  g_ptr_array_add (data, socket);
}

/* Those who did not answer the goodbye. */
static void
drop_rest (Live *live)
{
  g_autoptr (GPtrArray) rest = g_ptr_array_new ();

  hub_visit_all (live->hub, drop_cb, rest);
  for (guint i = 0; i < rest->len; i++)
    socket_drop (g_ptr_array_index (rest, i));
}

void
live_stop (Live *live)
{
  loop_post (live->loop, stop, NULL);
  loop_join (live->loop);
  g_clear_pointer (&live->workers, workers_free);
  drop_rest (live);
}

void
live_free (Live *live)
{
  if (live == NULL)
    return;
  g_clear_pointer (&live->workers, workers_free);
  loop_free (live->loop);
  g_ptr_array_unref (live->touched);
  g_ptr_array_unref (live->gone);
  hub_free (live->hub);
  wheel_free (live->wheel);
  recent_free (live->customers);
  recent_free (live->changed);
  decoder_free (live->decoder);
  g_free (live->buffer);
  g_free (live->name);
  g_free (live);
}
