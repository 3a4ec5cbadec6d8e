/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Two threads and a bounded queue before them. */
#include "account/hashing.h"

#include "base/log.h"
#include "base/problem.h"

#include <glib/gi18n.h>

#define THREADS 2

/* Who comes after these would wait for more than six seconds. */
#define WAITING_MAX 128
#define RETRY_AFTER_SECONDS 5

struct Hashing
{
  GThreadPool *threads;
};

typedef struct
{
  Exchange *exchange;
  HashingHandler handler;
} Job;

static void
work_cb (gpointer data, gpointer user_data G_GNUC_UNUSED)
{
  g_autofree Job *job = data;
  const Request *request = exchange_request (job->exchange);
  g_autoptr (GError) error = NULL;
  Reply *reply;

  log_set_request (request_id (request));
  reply = job->handler (request, &error);
  if (reply == NULL)
    {
      if (problem_code (error) == PROBLEM_INTERNAL)
        g_warning ("%s", error->message);
      reply = reply_error (error, request_id (request));
    }
  log_set_request (NULL);
  exchange_finish (job->exchange, reply);
}

Hashing *
hashing_new (void)
{
  Hashing *hashing = g_new0 (Hashing, 1);

  hashing->threads = g_thread_pool_new (work_cb, NULL, THREADS, FALSE, NULL);
  return hashing;
}

void
hashing_free (Hashing *hashing)
{
  g_thread_pool_free (hashing->threads, FALSE, TRUE);
  g_free (hashing);
}

Reply *
hashing_answer (Hashing *hashing, const Request *request, HashingHandler handler, GError **error)
{
  Job *job;

  if (g_thread_pool_unprocessed (hashing->threads) >= WAITING_MAX)
    {
      GError *problem = NULL;

      problem_set (&problem, PROBLEM_UNAVAILABLE,
                   _ ("Many people are signing in. Try again in a moment."));
      problem_set_retry_after (problem, RETRY_AFTER_SECONDS);
      g_propagate_error (error, problem);
      return NULL;
    }
  job = g_new0 (Job, 1);
  job->exchange = request_defer (request);
  job->handler = handler;
  g_thread_pool_push (hashing->threads, job, NULL);
  return REPLY_LATER;
}
