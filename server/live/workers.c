/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Each thread is a pool of one, which is a queue with a thread. */
#include "live/workers.h"

#include "db/db.h"
#include "db/pool.h"

#define THREADS 2
#define WAITING_MAX 2000

typedef struct
{
  WorkersJob run;
  gpointer data;
} Job;

struct Workers
{
  GThreadPool *threads[THREADS];
};

static void
run_job_cb (gpointer data, gpointer user_data)
{
  const Services *services = user_data;
  g_autofree Job *job = data;
  g_autoptr (GError) error = NULL;
  Db *db = db_pool_take (services->pool, &error);

  job->run (db, error, job->data);
  if (db != NULL)
    db_pool_give (services->pool, db);
}

Workers *
workers_new (const Services *services)
{
  Workers *workers = g_new0 (Workers, 1);

  /* Threads of a pool that is not exclusive are shared with GLib, so that this cannot fail. */
  for (guint i = 0; i < THREADS; i++)
    workers->threads[i] = g_thread_pool_new (run_job_cb, (gpointer) services, 1, FALSE, NULL);
  return workers;
}

gboolean
workers_put (Workers *workers, gint64 lane, WorkersJob job, gpointer data)
{
  GThreadPool *thread = workers->threads[lane % THREADS];
  Job *queued;

  if (g_thread_pool_unprocessed (thread) >= WAITING_MAX)
    return FALSE;
  queued = g_new (Job, 1);
  queued->run = job;
  queued->data = data;
  g_thread_pool_push (thread, queued, NULL);
  return TRUE;
}

void
workers_free (Workers *workers)
{
  for (guint i = 0; i < THREADS; i++)
    g_thread_pool_free (workers->threads[i], FALSE, TRUE);
  g_free (workers);
}
