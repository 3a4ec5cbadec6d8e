/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The way back to the main loop. The message of libsoup is touched there only; a client that hung
 * up meanwhile is noticed by its signal, and the answer is dropped. */
#include "http/exchange.h"

#include "base/log.h"
#include "base/metrics.h"
#include "event/relay.h"
#include "http/upload.h"

#include <string.h>

struct Answers
{
  gatomicrefcount references;
  ExchangeDeliver deliver;
  gpointer data;
  GMutex lock;
  GQueue waiting; /* Exchange, under @lock */
};

Answers *
answers_new (ExchangeDeliver deliver, gpointer data)
{
  Answers *answers = g_new0 (Answers, 1);

  g_atomic_ref_count_init (&answers->references);
  g_mutex_init (&answers->lock);
  answers->deliver = deliver;
  answers->data = data;
  return answers;
}

static Answers *
answers_ref (Answers *answers)
{
  g_atomic_ref_count_inc (&answers->references);
  return answers;
}

void
answers_unref (Answers *answers)
{
  if (!g_atomic_ref_count_dec (&answers->references))
    return;
  g_mutex_clear (&answers->lock);
  g_free (answers);
}

void
answers_deliver (Answers *answers)
{
  GQueue waiting;
  Exchange *exchange;

  g_mutex_lock (&answers->lock);
  waiting = answers->waiting;
  g_queue_init (&answers->waiting);
  g_mutex_unlock (&answers->lock);

  while ((exchange = g_queue_pop_head (&waiting)) != NULL)
    {
      if (answers->deliver (exchange, exchange->reply, answers->data))
        exchange_close (exchange);
    }
}

static gboolean
deliver_cb (gpointer data)
{
  answers_deliver (data);
  return G_SOURCE_REMOVE;
}

static void
push (Answers *answers, Exchange *exchange)
{
  gboolean first;

  g_mutex_lock (&answers->lock);
  first = g_queue_is_empty (&answers->waiting);
  g_queue_push_tail (&answers->waiting, exchange);
  g_mutex_unlock (&answers->lock);
  if (first)
    g_idle_add_full (G_PRIORITY_DEFAULT, deliver_cb, answers_ref (answers),
                     (GDestroyNotify) answers_unref);
}

static void
disconnected_cb (SoupServerMessage *message G_GNUC_UNUSED, gpointer data)
{
  Exchange *exchange = data;

  exchange->gone = TRUE;
}

Exchange *
exchange_new (Answers *answers, const Services *services, SoupServerMessage *message)
{
  Exchange *exchange = g_new0 (Exchange, 1);

  g_atomic_ref_count_init (&exchange->references);
  exchange->answers = answers_ref (answers);
  exchange->message = g_object_ref (message);
  exchange->started = g_get_monotonic_time ();
  exchange->request.services = services;
  exchange->request.exchange = exchange;
  g_signal_connect (message, "disconnected", G_CALLBACK (disconnected_cb), exchange);
  return exchange;
}

void
exchange_close (Exchange *exchange)
{
  g_signal_handlers_disconnect_by_data (exchange->message, exchange);
  g_clear_object (&exchange->message);
  exchange_unref (exchange);
}

Exchange *
exchange_ref (Exchange *exchange)
{
  g_atomic_ref_count_inc (&exchange->references);
  return exchange;
}

void
exchange_unref (Exchange *exchange)
{
  if (!g_atomic_ref_count_dec (&exchange->references))
    return;
  upload_unref (exchange->upload);
  request_clear (&exchange->request);
  g_free (exchange->token);
  reply_free (exchange->reply);
  answers_unref (exchange->answers);
  g_free (exchange);
}

const Request *
exchange_request (const Exchange *exchange)
{
  return &exchange->request;
}

static gboolean
changes_nothing (const char *method)
{
  return strcmp (method, "GET") == 0 || strcmp (method, "HEAD") == 0;
}

void
exchange_report (const Exchange *exchange, guint status)
{
  static const MetricCounter classes[]
      = { METRIC_HTTP_2XX, METRIC_HTTP_3XX, METRIC_HTTP_4XX, METRIC_HTTP_5XX };
  const Request *request = &exchange->request;
  const char *route = request->match.route != NULL ? request->match.route->path : "-";
  gint64 elapsed = g_get_monotonic_time () - exchange->started;
  g_autofree char *status_text = g_strdup_printf ("%u", status);
  g_autofree char *milliseconds = g_strdup_printf ("%.1f", (double) elapsed / 1000);
  g_autofree char *user = request->actor != NULL
                              ? g_strdup_printf ("%" G_GINT64_FORMAT, request->actor->user_id)
                              : g_strdup ("-");

  if (status >= 200 && status < 600)
    metrics_count (request->services->metrics, classes[status / 100 - 2], 1);
  metrics_time (request->services->metrics, METRIC_REQUEST_SECONDS, elapsed);
  log_set_request (request->id);
  g_log_structured (G_LOG_DOMAIN, G_LOG_LEVEL_INFO, "method", request->method, "route", route,
                    "status", status_text, "ms", milliseconds, "user", user, "MESSAGE", "%s %s %u",
                    request->method, route, status);
  log_set_request (NULL);
}

void
exchange_finish (Exchange *exchange, Reply *reply)
{
  const Request *request = &exchange->request;

  if (request->services->relay != NULL && !changes_nothing (request->method))
    relay_nudge (request->services->relay);
  if (reply != NULL)
    exchange_report (exchange, reply_status (reply));
  exchange->reply = reply;
  push (exchange->answers, exchange);
}
