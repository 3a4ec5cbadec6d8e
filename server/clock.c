/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The list of timed jobs, and the thread that runs them one after the other. A job that fails comes
 * again at its next time; the database's own log line says why it failed. */
#include "clock.h"

#include "db/pool.h"
#include "event/relay.h"
#include "queue/hours.h"
#include "queue/standby.h"

typedef gboolean (*ClockJob) (Db *db, const char *name, GError **error);

typedef struct
{
  const char *name; /* for the log; of most also the statement they run */
  guint seconds; /* between two runs */
  ClockJob job;
} Timed;

static gboolean
run_statement (Db *db, const char *statement, GError **error)
{
  g_autoptr (DbResult) result = db_run (db, statement, (DbParam[]){ DB_END }, error);

  return result != NULL;
}

/* Runs the statements that the database composed, one by one. */
static gboolean
run_composed (Db *db, const char *statement, GError **error)
{
  g_autoptr (DbResult) composed = db_run (db, statement, (DbParam[]){ DB_END }, error);

  if (composed == NULL)
    return FALSE;
  for (guint i = 0; i < db_result_rows (composed); i++)
    {
      if (!db_execute (db, db_result_text (composed, i, "sql"), error))
        return FALSE;
    }
  return TRUE;
}

/* THE list. */
static const Timed timed[] = {
  { "presence_sweep", 1, run_statement },
  { "hours", 1, hours_turn_due },
  { "standby", 1, standby_watch },
  { "presence_turn", 1, run_statement },
  { "offers_expire", 1, run_statement },
  { "tickets_time_out", 1, run_statement },
  { "tickets_wake_due", 1, run_statement },
  { "tag_count_fold", 10, run_statement },
  { "tickets_purge", 10, run_statement },
  { "attachments_expire", 5, run_statement },
  { "figures_fold", 1, run_statement },
  { "notices_fold", 1, run_statement },
  { "notices_purge", 600, run_statement },
  { "blocks_expire", 5, run_statement },
  { "identity_nonce_purge", 600, run_statement },
  { "session_purge", 3600, run_statement },
  { "attempts_purge", 600, run_statement },
  { "app_codes_purge", 600, run_statement },
  { "wrong_try_purge", 3600, run_statement },
  { "challenge_purge", 600, run_statement },
  { "password_reset_purge", 600, run_statement },
  { "request_done_purge", 3600, run_statement },
  { "ticket_drafts_purge", 3600, run_statement },
  { "event_partitions_ahead", 3600, run_statement },
  { "event_partitions_behind", 3600, run_composed },
  { "search_partitions_ahead", 3600, run_statement },
  { "audit_partitions_ahead", 3600, run_statement },
  { "audit_partitions_behind", 3600, run_composed },
};

struct Clock
{
  const Services *services;
  GThread *thread;
  GMutex mutex;
  GCond wake;
  gboolean stopping;
};

static void
run_due (Clock *clock, Db *db, gint64 now, gint64 *due)
{
  for (guint i = 0; i < G_N_ELEMENTS (timed); i++)
    {
      g_autoptr (GError) error = NULL;

      if (due[i] > now)
        continue;
      due[i] = now + (gint64) timed[i].seconds * G_USEC_PER_SEC;
      if (!timed[i].job (db, timed[i].name, &error))
        g_debug ("the clock runs %s again: %s", timed[i].name, error->message);
    }
  relay_nudge (clock->services->relay);
}

static gboolean
wait_a_second (Clock *clock)
{
  gint64 until = g_get_monotonic_time () + G_USEC_PER_SEC;
  gboolean stopping;

  g_mutex_lock (&clock->mutex);
  while (!clock->stopping && g_cond_wait_until (&clock->wake, &clock->mutex, until))
    ;
  stopping = clock->stopping;
  g_mutex_unlock (&clock->mutex);
  return !stopping;
}

static gpointer
run (gpointer data)
{
  Clock *clock = data;
  gint64 due[G_N_ELEMENTS (timed)] = { 0 };
  Db *db = NULL;

  do
    {
      g_autoptr (GError) error = NULL;

      if (db == NULL || !db_is_alive (db))
        {
          g_clear_pointer (&db, db_free);
          db = db_open (db_pool_database (clock->services->pool), &error);
        }
      if (db != NULL)
        run_due (clock, db, g_get_monotonic_time (), due);
    }
  while (wait_a_second (clock));
  db_free (db);
  return NULL;
}

Clock *
clock_start (const Services *services)
{
  Clock *clock = g_new0 (Clock, 1);

  clock->services = services;
  g_mutex_init (&clock->mutex);
  g_cond_init (&clock->wake);
  clock->thread = g_thread_new ("clock", run, clock);
  return clock;
}

void
clock_stop (Clock *clock)
{
  if (clock == NULL)
    return;
  g_mutex_lock (&clock->mutex);
  clock->stopping = TRUE;
  g_cond_signal (&clock->wake);
  g_mutex_unlock (&clock->mutex);
  g_thread_join (clock->thread);
  g_mutex_clear (&clock->mutex);
  g_cond_clear (&clock->wake);
  g_free (clock);
}
