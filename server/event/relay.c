/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The relay's thread: look, keep, hand out; and between two looks, one replay from the database at
 * the most, so that clients that come back never hold up those that are there. */
#include "event/relay.h"

#include "base/metrics.h"
#include "base/problem.h"
#include "db/db.h"
#include "event/ring.h"

#include <string.h>

#define RING_EVENTS 16384
#define REPLAY_EVENTS_MAX 5000
#define CURSOR_LENGTH_MAX 4096

/* Commits of other programs (psql, a second server) come without a nudge. */
#define LOOK_ANYWAY_US G_USEC_PER_SEC
#define RECONNECT_US (G_USEC_PER_SEC / 4)

typedef struct
{
  char *cursor;
  RelayReplay replay;
  gpointer data;
} Replay;

typedef struct
{
  RelayListener listener;
  gpointer data;
} Listener;

struct Relay
{
  Database *database;
  Metrics *metrics;
  GArray *listeners;
  GThread *thread;

  GMutex mutex;
  GCond wake;
  gboolean nudged;
  gboolean stopping;
  GQueue replays; /* of Replay */

  /* The thread's own. */
  Db *db;
  char *cursor; /* EPOCH:SNAPSHOT behind the last batch */
  Ring *ring;
};

static void
replay_free (Replay *replay)
{
  g_free (replay->cursor);
  g_free (replay);
}

static const char *
snapshot_of (const char *cursor)
{
  return strchr (cursor, ':') + 1;
}

static Audience
audience_from_name (const char *name)
{
  switch (name[0])
    {
    case 't':
      return AUDIENCE_TICKET;
    case 'e':
      return AUDIENCE_EVERYONE;
    case 'u':
      return AUDIENCE_USER;
    default:
      return name[1] == 'e' ? AUDIENCE_SERVER : AUDIENCE_STAFF;
    }
}

/* The ids in a list like `17,23`; NULL for none. */
static GArray *
read_participants (const char *list)
{
  GArray *ids;

  if (list == NULL)
    return NULL;
  ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  while (*list != '\0')
    {
      char *end;
      gint64 id = g_ascii_strtoll (list, &end, 10);

      g_array_append_val (ids, id);
      list = *end == ',' ? end + 1 : end;
    }
  return ids;
}

static Event *
read_event (const DbResult *rows, guint row, const char *cursor)
{
  Event *event = g_new0 (Event, 1);

  g_atomic_ref_count_init (&event->references);
  event->id = db_result_int (rows, row, "id");
  event->kind = g_strdup (db_result_text (rows, row, "kind"));
  event->audience = audience_from_name (db_result_text (rows, row, "audience"));
  event->ticket_id = db_result_int (rows, row, "ticket_id");
  event->customer_id = db_result_int (rows, row, "customer_id");
  event->user_id = db_result_int (rows, row, "user_id");
  event->participants = read_participants (db_result_text (rows, row, "participants"));
  event->seq = db_result_int (rows, row, "seq");
  event->public_seq = db_result_int (rows, row, "public_seq");
  event->data = g_strdup (db_result_text (rows, row, "data"));
  event->staff = g_strdup (db_result_text (rows, row, "staff"));
  event->at = g_strdup (db_result_text (rows, row, "at"));
  event->cursor = g_strdup (cursor);
  return event;
}

/* The last event of a batch carries the cursor behind the batch, the others the one before it: a
 * client that got only some of them is given the batch again and drops what it knows. */
static GPtrArray *
read_batch (const DbResult *rows, const char *before, const char *after)
{
  GPtrArray *events = g_ptr_array_new_with_free_func ((GDestroyNotify) event_unref);
  guint count = db_result_rows (rows);

  for (guint i = 0; i < count; i++)
    {
      g_ptr_array_add (events, read_event (rows, i, i + 1 == count ? after : before));
    }
  return events;
}

/* What @cursor could not see; with @upto only what that cursor can. */
static DbResult *
read_since (Relay *relay, const char *cursor, DbParam limit, const char *upto, GError **error)
{
  return db_run (relay->db, "event_since",
                 (DbParam[]){ db_text (snapshot_of (cursor)), limit,
                              db_text (upto != NULL ? snapshot_of (upto) : NULL), DB_END },
                 error);
}

static gboolean
look (Relay *relay, GError **error)
{
  gint64 start = g_get_monotonic_time ();
  g_autoptr (DbResult) rows = read_since (relay, relay->cursor, db_null (), NULL, error);
  g_autoptr (GPtrArray) events = NULL;
  g_autofree char *before = NULL;

  if (rows == NULL)
    return FALSE;
  if (db_result_rows (rows) == 0)
    return TRUE;
  before = g_steal_pointer (&relay->cursor);
  relay->cursor = g_strdup (db_result_text (rows, 0, "cursor"));
  events = read_batch (rows, before, relay->cursor);
  ring_add (relay->ring, before, relay->cursor, events);
  metrics_count (relay->metrics, METRIC_EVENTS, events->len);
  metrics_time (relay->metrics, METRIC_RELAY_SECONDS, g_get_monotonic_time () - start);
  for (guint i = 0; i < relay->listeners->len; i++)
    {
      const Listener *listener = &g_array_index (relay->listeners, Listener, i);

      listener->listener (events, listener->data);
    }
  return TRUE;
}

/* What the database has since @cursor up to what the listeners were told, or NULL when the client
 * has to fetch again. FALSE when the database did not answer. */
static gboolean
replay_from_database (Relay *relay, const char *cursor, GPtrArray **events, GError **error)
{
  g_autoptr (DbResult) known = NULL;
  g_autoptr (DbResult) rows = NULL;

  *events = NULL;
  known = db_run (relay->db, "event_snapshot", (DbParam[]){ db_text (cursor), DB_END }, error);
  if (known == NULL)
    return FALSE;
  if (db_result_is_null (known, 0, "snapshot"))
    return TRUE;
  rows = read_since (relay, cursor, db_int (REPLAY_EVENTS_MAX + 1), relay->cursor, error);
  if (rows == NULL)
    return FALSE;
  if (db_result_rows (rows) <= REPLAY_EVENTS_MAX)
    *events = read_batch (rows, cursor, relay->cursor);
  return TRUE;
}

static gboolean
is_cursor (const char *cursor)
{
  gsize length = strlen (cursor);

  return length > 0 && length < CURSOR_LENGTH_MAX && strchr (cursor, ':') != NULL
         && g_str_is_ascii (cursor);
}

/* FALSE when the database did not answer; the replay then stays in the queue. */
static gboolean
answer (Relay *relay, Replay *replay, GError **error)
{
  g_autoptr (GPtrArray) events = g_ptr_array_new_with_free_func ((GDestroyNotify) event_unref);

  if (replay->cursor == NULL || strcmp (replay->cursor, relay->cursor) == 0)
    ;
  else if (ring_since (relay->ring, replay->cursor, events))
    metrics_count (relay->metrics, METRIC_RESUMES_RING, 1);
  else
    {
      g_clear_pointer (&events, g_ptr_array_unref);
      if (is_cursor (replay->cursor)
          && !replay_from_database (relay, replay->cursor, &events, error))
        return FALSE;
      metrics_count (relay->metrics, events != NULL ? METRIC_RESUMES_DATABASE : METRIC_RESYNCS, 1);
    }
  replay->replay (events, relay->cursor, replay->data);
  return TRUE;
}

typedef struct
{
  gboolean stopping;
  gboolean look; /* something was committed, or nobody said anything for a while */
  Replay *replay; /* (nullable): taken from the queue */
} Work;

static Work
wait_for_work (Relay *relay)
{
  gint64 until = g_get_monotonic_time () + LOOK_ANYWAY_US;
  gboolean late = FALSE;
  Work work;

  g_mutex_lock (&relay->mutex);
  while (!late && !relay->nudged && !relay->stopping && g_queue_is_empty (&relay->replays))
    late = !g_cond_wait_until (&relay->wake, &relay->mutex, until);
  work.look = relay->nudged || late;
  work.stopping = relay->stopping;
  work.replay = g_queue_pop_head (&relay->replays);
  relay->nudged = FALSE;
  g_mutex_unlock (&relay->mutex);
  return work;
}

static void
put_back (Relay *relay, Replay *replay)
{
  g_mutex_lock (&relay->mutex);
  g_queue_push_head (&relay->replays, replay);
  g_mutex_unlock (&relay->mutex);
}

static gboolean
ensure_connection (Relay *relay, GError **error)
{
  if (relay->db != NULL && db_is_alive (relay->db))
    return TRUE;
  g_clear_pointer (&relay->db, db_free);
  relay->db = db_open (relay->database, error);
  return relay->db != NULL;
}

/* Whoever has waited for a replay is answered up to what the listeners were told, so that live
 * delivery goes on exactly there. */
static gboolean
turn (Relay *relay, Work *work, GError **error)
{
  if (!ensure_connection (relay, error) || (work->look && !look (relay, error)))
    return FALSE;
  if (work->replay != NULL && !answer (relay, work->replay, error))
    return FALSE;
  g_clear_pointer (&work->replay, replay_free);
  return TRUE;
}

static gpointer
run (gpointer data)
{
  Relay *relay = data;

  for (;;)
    {
      g_autoptr (GError) error = NULL;
      Work work = wait_for_work (relay);

      if (work.stopping)
        {
          if (work.replay != NULL)
            put_back (relay, work.replay);
          return NULL;
        }
      if (!turn (relay, &work, &error))
        {
          g_debug ("the relay tries again: %s", error->message);
          if (work.replay != NULL)
            put_back (relay, work.replay);
          g_usleep (RECONNECT_US);
          relay_nudge (relay);
        }
    }
}

Relay *
relay_new (Database *database, Metrics *metrics)
{
  Relay *relay = g_new0 (Relay, 1);

  relay->database = database;
  relay->metrics = metrics;
  relay->listeners = g_array_new (FALSE, FALSE, sizeof (Listener));
  relay->ring = ring_new (RING_EVENTS);
  g_mutex_init (&relay->mutex);
  g_cond_init (&relay->wake);
  g_queue_init (&relay->replays);
  return relay;
}

void
relay_add_listener (Relay *relay, RelayListener listener, gpointer data)
{
  Listener added = { listener, data };

  g_array_append_val (relay->listeners, added);
}

gboolean
relay_start (Relay *relay, GError **error)
{
  g_autoptr (DbResult) now = NULL;

  if (!ensure_connection (relay, error))
    return FALSE;
  now = db_run (relay->db, "event_now", (DbParam[]){ DB_END }, error);
  if (now == NULL)
    return FALSE;
  relay->cursor = g_strdup (db_result_text (now, 0, "cursor"));
  relay->thread = g_thread_new ("relay", run, relay);
  return TRUE;
}

void
relay_nudge (Relay *relay)
{
  g_mutex_lock (&relay->mutex);
  relay->nudged = TRUE;
  g_cond_signal (&relay->wake);
  g_mutex_unlock (&relay->mutex);
}

void
relay_replay (Relay *relay, const char *cursor, RelayReplay replay, gpointer data)
{
  Replay *waiting = g_new (Replay, 1);

  waiting->cursor = g_strdup (cursor);
  waiting->replay = replay;
  waiting->data = data;
  g_mutex_lock (&relay->mutex);
  g_queue_push_tail (&relay->replays, waiting);
  g_cond_signal (&relay->wake);
  g_mutex_unlock (&relay->mutex);
}

void
relay_stop (Relay *relay)
{
  Replay *replay;

  if (relay->thread == NULL)
    return;
  g_mutex_lock (&relay->mutex);
  relay->stopping = TRUE;
  g_cond_signal (&relay->wake);
  g_mutex_unlock (&relay->mutex);
  g_thread_join (g_steal_pointer (&relay->thread));
  while ((replay = g_queue_pop_head (&relay->replays)) != NULL)
    {
      replay->replay (NULL, relay->cursor, replay->data);
      replay_free (replay);
    }
}

void
relay_free (Relay *relay)
{
  if (relay == NULL)
    return;
  g_clear_pointer (&relay->db, db_free);
  ring_free (relay->ring);
  g_array_unref (relay->listeners);
  g_mutex_clear (&relay->mutex);
  g_cond_clear (&relay->wake);
  g_free (relay->cursor);
  g_free (relay);
}
