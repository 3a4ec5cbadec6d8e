/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The dispatcher's thread: sockets first, since a new one can be a free agent; then tickets,
 * until nothing more can be handed out; then places. */
#include "queue/dispatcher.h"

#include "base/metrics.h"
#include "base/problem.h"
#include "db/pool.h"
#include "event/relay.h"
#include "queue/hours.h"
#include "queue/position.h"
#include "queue/presence.h"
#include "queue/round.h"
#include "queue/routing.h"

#define LOOK_ANYWAY_US G_USEC_PER_SEC

/* More news of tickets than this are not kept one by one. */
#define TICKETS_MAX 4096

/* How often every lane is looked at from its beginning, whatever was heard. */
#define LOOK_WHOLE_US (10 * G_USEC_PER_SEC)

typedef struct
{
  gint64 user_id;
  gboolean is_staff;
  gboolean connected;
  char *device;
} SocketNews;

struct Dispatcher
{
  const Services *services;
  GThread *thread;

  GMutex mutex;
  GCond wake;
  gboolean woken;
  gboolean stopping;
  GQueue sockets; /* of SocketNews, oldest first */
  GArray *tickets; /* of gint64: what became of them may move them in the queue */
  gboolean sorted_anew; /* lanes may have been */

  /* The thread's own. */
  Db *db; /* NULL while the database is away */
  Refusals *refusals;
  Routing *routing;
  Marks *marks;
  gint64 look_whole_at; /* monotonic microseconds */
  PositionBoard *board;
  gint64 look_at; /* when to look without being woken, monotonic microseconds */
};

static void
socket_news_free (SocketNews *news)
{
  g_free (news->device);
  g_free (news);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SocketNews, socket_news_free)

Dispatcher *
dispatcher_new (const Services *services)
{
  Dispatcher *dispatcher = g_new0 (Dispatcher, 1);

  dispatcher->services = services;
  g_mutex_init (&dispatcher->mutex);
  g_cond_init (&dispatcher->wake);
  g_queue_init (&dispatcher->sockets);
  dispatcher->tickets = g_array_new (FALSE, FALSE, sizeof (gint64));
  dispatcher->refusals = refusals_new ();
  dispatcher->routing = routing_new ();
  dispatcher->marks = marks_new ();
  dispatcher->board = position_board_new (services);
  return dispatcher;
}

/* Waits until there is something to do. FALSE when it is time to stop. @woken (out) says that
 * something changed. */
static gboolean
wait_for_work (Dispatcher *dispatcher, gboolean *woken)
{
  gboolean stopping;

  g_mutex_lock (&dispatcher->mutex);
  while (!dispatcher->woken && !dispatcher->stopping
         && g_cond_wait_until (&dispatcher->wake, &dispatcher->mutex, dispatcher->look_at))
    ;
  *woken = dispatcher->woken;
  dispatcher->woken = FALSE;
  stopping = dispatcher->stopping;
  g_mutex_unlock (&dispatcher->mutex);
  return !stopping;
}

/* Plans the next look after a pass that began at @began. After a failure nothing is hurried. */
static void
plan (Dispatcher *dispatcher, gint64 began, gboolean done)
{
  dispatcher->look_at = g_get_monotonic_time () + LOOK_ANYWAY_US;
  if (!done)
    return;
  dispatcher->look_at = MIN (dispatcher->look_at, refusals_next (dispatcher->refusals, began));
  dispatcher->look_at = MIN (dispatcher->look_at, position_board_due (dispatcher->board));
}

/* Returns: (transfer full): what came first, or NULL. */
static SocketNews *
take_news (Dispatcher *dispatcher)
{
  SocketNews *news;

  g_mutex_lock (&dispatcher->mutex);
  news = g_queue_pop_head (&dispatcher->sockets);
  g_mutex_unlock (&dispatcher->mutex);
  return news;
}

/* Puts @news (transfer full) back where it was taken. */
static void
return_news (Dispatcher *dispatcher, SocketNews *news)
{
  g_mutex_lock (&dispatcher->mutex);
  g_queue_push_head (&dispatcher->sockets, news);
  g_mutex_unlock (&dispatcher->mutex);
}

/* Writes down whose sockets came and went, in that order; what fails is tried again next time. */
static gboolean
hear_sockets (Dispatcher *dispatcher, GError **error)
{
  for (;;)
    {
      g_autoptr (SocketNews) news = take_news (dispatcher);

      if (news == NULL)
        return TRUE;
      if (!news->is_staff)
        position_board_forget (dispatcher->board, news->user_id);
      else if (!presence_connection (dispatcher->db, dispatcher->services, news->user_id,
                                     news->device, news->connected, error))
        {
          return_news (dispatcher, g_steal_pointer (&news));
          return FALSE;
        }
    }
}

/* Passes on what may stand elsewhere in the queue now. */
static void
hear_tickets (Dispatcher *dispatcher)
{
  g_autoptr (GArray) tickets = g_array_new (FALSE, FALSE, sizeof (gint64));
  gint64 now = g_get_monotonic_time ();
  gboolean whole;

  g_mutex_lock (&dispatcher->mutex);
  whole = dispatcher->sorted_anew || now >= dispatcher->look_whole_at;
  dispatcher->sorted_anew = FALSE;
  g_array_append_vals (tickets, dispatcher->tickets->data, dispatcher->tickets->len);
  g_array_set_size (dispatcher->tickets, 0);
  g_mutex_unlock (&dispatcher->mutex);

  for (guint i = 0; i < tickets->len; i++)
    marks_call (dispatcher->marks, g_array_index (tickets, gint64, i));
  if (whole)
    {
      marks_forget (dispatcher->marks);
      dispatcher->look_whole_at = now + LOOK_WHOLE_US;
    }
}

/* Puts new tickets where their text says that they belong, before anybody gets them. */
static gboolean
sort_tickets (Dispatcher *dispatcher, GError **error)
{
  g_autoptr (GArray) sorted = g_array_new (FALSE, FALSE, sizeof (gint64));
  gboolean done = routing_sort (dispatcher->routing, dispatcher->db, sorted, error);

  for (guint i = 0; i < sorted->len; i++)
    marks_call (dispatcher->marks, g_array_index (sorted, gint64, i));
  if (sorted->len > 0)
    relay_nudge (dispatcher->services->relay);
  return done;
}

/* Hands out until nothing more can be. */
static gboolean
hand_out (Dispatcher *dispatcher, GError **error)
{
  const Services *services = dispatcher->services;
  gint64 began = g_get_monotonic_time ();
  guint total = 0;
  guint assigned;

  do
    {
      hear_tickets (dispatcher);
      if (!round_run (dispatcher->db, dispatcher->refusals, dispatcher->marks, &assigned, error))
        return FALSE;
      if (assigned > 0)
        relay_nudge (services->relay);
      metrics_count (services->metrics, METRIC_ASSIGNMENTS, assigned);
      total += assigned;
    }
  while (assigned > 0);
  if (total > 0)
    metrics_time (services->metrics, METRIC_DISPATCH_SECONDS, g_get_monotonic_time () - began);
  return TRUE;
}

static gboolean
work (Dispatcher *dispatcher, gboolean woken, GError **error)
{
  if (woken)
    position_board_stir (dispatcher->board);
  if (!hear_sockets (dispatcher, error) || !sort_tickets (dispatcher, error)
      || !hand_out (dispatcher, error))
    return FALSE;
  if (position_board_due (dispatcher->board) > g_get_monotonic_time ())
    return TRUE;
  return position_board_push (dispatcher->board, dispatcher->db, error);
}

/* A connection that died is opened again; the database's own log line says why it went. */
static gboolean
ensure_connection (Dispatcher *dispatcher, GError **error)
{
  if (dispatcher->db != NULL && !db_is_alive (dispatcher->db))
    g_clear_pointer (&dispatcher->db, db_free);
  if (dispatcher->db == NULL)
    dispatcher->db = db_open (db_pool_database (dispatcher->services->pool), error);
  return dispatcher->db != NULL;
}

static gpointer
dispatch_cb (gpointer data)
{
  Dispatcher *dispatcher = data;
  gboolean woken = TRUE;

  do
    {
      g_autoptr (GError) error = NULL;
      gint64 began = g_get_monotonic_time ();
      gboolean done = ensure_connection (dispatcher, &error) && work (dispatcher, woken, &error);

      if (!done)
        g_debug ("the dispatcher tries again: %s", error->message);
      plan (dispatcher, began, done);
    }
  while (wait_for_work (dispatcher, &woken));
  return NULL;
}

gboolean
dispatcher_start (Dispatcher *dispatcher, GError **error)
{
  if (!ensure_connection (dispatcher, error)
      || !presence_begin (dispatcher->db, dispatcher->services, error)
      || !hours_begin (dispatcher->db, error))
    return FALSE;
  dispatcher->thread = g_thread_new ("dispatcher", dispatch_cb, dispatcher);
  return TRUE;
}

/* With the mutex held. */
static void
wake (Dispatcher *dispatcher)
{
  dispatcher->woken = TRUE;
  g_cond_signal (&dispatcher->wake);
}

/* After these somebody may wait, or have a place free. */
static const char *const stirring_kinds[] = {
  "ticket.created",
  "ticket.updated",
  "ticket.deleted",
  "ticket.restored",
  "offer.gone",
  "presence.changed",
  "agent.changed",
  "department.changed",
  "skill.changed",
  "skill.removed",
  NULL,
};

/* After these waiting tickets may stand in other lanes. */
static const char *const sorting_kinds[]
    = { "department.changed", "skill.changed", "skill.removed", NULL };

void
dispatcher_hear (const GPtrArray *events, gpointer data)
{
  Dispatcher *dispatcher = data;

  g_mutex_lock (&dispatcher->mutex);
  for (guint i = 0; i < events->len; i++)
    {
      const Event *event = g_ptr_array_index (events, i);

      if (!g_strv_contains (stirring_kinds, event->kind))
        continue;
      if (event->ticket_id > 0)
        g_array_append_val (dispatcher->tickets, event->ticket_id);
      dispatcher->sorted_anew |= g_strv_contains (sorting_kinds, event->kind);
      if (dispatcher->tickets->len > TICKETS_MAX)
        {
          g_array_set_size (dispatcher->tickets, 0);
          dispatcher->sorted_anew = TRUE;
        }
      wake (dispatcher);
    }
  g_mutex_unlock (&dispatcher->mutex);
}

void
dispatcher_hear_socket (const Actor *actor, const char *device, gboolean connected, gpointer data)
{
  Dispatcher *dispatcher = data;
  gboolean is_staff = actor_is_staff (actor);
  SocketNews *news;

  /* A customer who left is not told anything more. */
  if (!is_staff && !connected)
    return;
  news = g_new0 (SocketNews, 1);
  news->user_id = actor->user_id;
  news->is_staff = is_staff;
  news->connected = connected;
  news->device = g_strdup (device);
  g_mutex_lock (&dispatcher->mutex);
  g_queue_push_tail (&dispatcher->sockets, news);
  wake (dispatcher);
  g_mutex_unlock (&dispatcher->mutex);
}

void
dispatcher_stop (Dispatcher *dispatcher)
{
  g_mutex_lock (&dispatcher->mutex);
  dispatcher->stopping = TRUE;
  g_cond_signal (&dispatcher->wake);
  g_mutex_unlock (&dispatcher->mutex);
  g_clear_pointer (&dispatcher->thread, g_thread_join);
}

void
dispatcher_free (Dispatcher *dispatcher)
{
  if (dispatcher == NULL)
    return;
  g_queue_clear_full (&dispatcher->sockets, (GDestroyNotify) socket_news_free);
  position_board_free (dispatcher->board);
  refusals_free (dispatcher->refusals);
  routing_free (dispatcher->routing);
  marks_free (dispatcher->marks);
  g_array_unref (dispatcher->tickets);
  g_clear_pointer (&dispatcher->db, db_free);
  g_cond_clear (&dispatcher->wake);
  g_mutex_clear (&dispatcher->mutex);
  g_free (dispatcher);
}
