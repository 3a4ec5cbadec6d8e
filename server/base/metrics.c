/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Counters and histograms as plain atomics, written out as Prometheus text. */
#include "base/metrics.h"

#include <stdatomic.h>

#define BUCKETS 11

static const double bucket_seconds[BUCKETS]
    = { 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.25, 1.0, 10.0 };

typedef struct
{
  atomic_ullong buckets[BUCKETS + 1];
  atomic_ullong microseconds;
} Histogram;

struct Metrics
{
  gint64 started;
  atomic_ullong counters[METRIC_COUNTERS];
  Histogram histograms[METRIC_HISTOGRAMS];
};

typedef struct
{
  const char *name;
  const char *help;
} MetricInfo;

static const MetricInfo counter_info[METRIC_COUNTERS] = {
  [METRIC_HTTP_2XX] = { "http_responses_2xx", "Requests answered with success" },
  [METRIC_HTTP_3XX] = { "http_responses_3xx", "Requests answered with a redirect or not modified" },
  [METRIC_HTTP_4XX] = { "http_responses_4xx", "Requests refused" },
  [METRIC_HTTP_5XX] = { "http_responses_5xx", "Requests failed" },
  [METRIC_HTTP_CONNECTIONS_SWEPT] = { "http_connections_swept", "Idle connections closed" },
  [METRIC_RATE_LIMITED] = { "rate_limited", "Requests over the rate limit" },
  [METRIC_LIVE_OPENED] = { "live_sockets_opened", "Live sockets opened" },
  [METRIC_LIVE_CLOSED] = { "live_sockets_closed", "Live sockets closed" },
  [METRIC_LIVE_SLOW] = { "live_sockets_slow", "Live sockets dropped because they read too slowly" },
  [METRIC_LIVE_FRAMES_IN] = { "live_frames_in", "Frames received on live sockets" },
  [METRIC_LIVE_FRAMES_OUT] = { "live_frames_out", "Frames sent on live sockets" },
  [METRIC_MESSAGES] = { "messages_written", "Messages made durable" },
  [METRIC_MESSAGES_REPEATED] = { "messages_repeated", "Messages that were there already" },
  [METRIC_WRITER_BATCHES] = { "writer_batches", "Transactions of the message writer" },
  [METRIC_WRITER_BISECTED] = { "writer_bisected", "Batches that failed and were divided" },
  [METRIC_EVENTS] = { "events_relayed", "Committed events handed out" },
  [METRIC_RESUMES_RING] = { "resumes_from_memory", "Resumes answered from the ring" },
  [METRIC_RESUMES_DATABASE] = { "resumes_from_database", "Resumes answered from the database" },
  [METRIC_RESYNCS] = { "resyncs", "Resumes that had to fetch again" },
  [METRIC_ASSIGNMENTS] = { "assignments", "Tickets handed to agents by the dispatcher" },
  [METRIC_SEARCH_TEXTS] = { "search_texts_indexed", "Texts written into the search index" },
};

static const MetricInfo histogram_info[METRIC_HISTOGRAMS] = {
  [METRIC_REQUEST_SECONDS] = { "request_seconds", "Time from request to reply" },
  [METRIC_WRITER_SECONDS] = { "writer_seconds", "Time of a message batch" },
  [METRIC_RELAY_SECONDS] = { "relay_seconds", "Time to read committed events" },
  [METRIC_DISPATCH_SECONDS] = { "dispatch_seconds", "Time of a dispatcher pass" },
};

Metrics *
metrics_new (void)
{
  Metrics *metrics = g_new0 (Metrics, 1);

  metrics->started = g_get_real_time ();
  return metrics;
}

void
metrics_free (Metrics *metrics)
{
  g_free (metrics);
}

void
metrics_count (Metrics *metrics, MetricCounter counter, guint64 by)
{
  atomic_fetch_add_explicit (&metrics->counters[counter], by, memory_order_relaxed);
}

void
metrics_time (Metrics *metrics, MetricHistogram histogram, gint64 microseconds)
{
  Histogram *h = &metrics->histograms[histogram];
  guint bucket = 0;

  while (bucket < BUCKETS && microseconds > bucket_seconds[bucket] * G_USEC_PER_SEC)
    bucket++;
  atomic_fetch_add_explicit (&h->buckets[bucket], 1, memory_order_relaxed);
  atomic_fetch_add_explicit (&h->microseconds, (guint64) MAX (microseconds, 0),
                             memory_order_relaxed);
}

static void
append_header (GString *text, const MetricInfo *info, const char *suffix, const char *type)
{
  g_string_append_printf (text, "# HELP deskbell_%s%s %s\n# TYPE deskbell_%s%s %s\n", info->name,
                          suffix, info->help, info->name, suffix, type);
}

static void
append_histogram (GString *text, const MetricInfo *info, Histogram *histogram)
{
  char number[G_ASCII_DTOSTR_BUF_SIZE];
  guint64 sum = 0;

  append_header (text, info, "", "histogram");
  for (guint i = 0; i < BUCKETS; i++)
    {
      sum += atomic_load_explicit (&histogram->buckets[i], memory_order_relaxed);
      g_string_append_printf (text, "deskbell_%s_bucket{le=\"%s\"} %" G_GUINT64_FORMAT "\n",
                              info->name,
                              g_ascii_formatd (number, sizeof number, "%g", bucket_seconds[i]),
                              sum);
    }
  sum += atomic_load_explicit (&histogram->buckets[BUCKETS], memory_order_relaxed);
  g_ascii_formatd (number, sizeof number, "%.6f",
                   (double) atomic_load_explicit (&histogram->microseconds, memory_order_relaxed)
                       / G_USEC_PER_SEC);
  g_string_append_printf (text,
                          "deskbell_%s_bucket{le=\"+Inf\"} %" G_GUINT64_FORMAT
                          "\ndeskbell_%s_sum %s\ndeskbell_%s_count %" G_GUINT64_FORMAT "\n",
                          info->name, sum, info->name, number, info->name, sum);
}

char *
metrics_to_text (Metrics *metrics)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < METRIC_COUNTERS; i++)
    {
      append_header (text, &counter_info[i], "_total", "counter");
      g_string_append_printf (text, "deskbell_%s_total %" G_GUINT64_FORMAT "\n",
                              counter_info[i].name,
                              (guint64) atomic_load_explicit (&metrics->counters[i],
                                                              memory_order_relaxed));
    }
  for (guint i = 0; i < METRIC_HISTOGRAMS; i++)
    append_histogram (text, &histogram_info[i], &metrics->histograms[i]);
  g_string_append_printf (text,
                          "# HELP deskbell_start_time_seconds When the process started\n"
                          "# TYPE deskbell_start_time_seconds gauge\n"
                          "deskbell_start_time_seconds %" G_GINT64_FORMAT "\n",
                          metrics->started / G_USEC_PER_SEC);
  return g_string_free (text, FALSE);
}
