/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Counters, gauges and histograms, and their Prometheus text. Counting is one atomic addition; the
 * names are fixed at compile time, so that /metrics never grows with what people send. */
#pragma once

#include <glib.h>

typedef struct Metrics Metrics;

typedef enum
{
  METRIC_HTTP_2XX,
  METRIC_HTTP_3XX,
  METRIC_HTTP_4XX,
  METRIC_HTTP_5XX,
  METRIC_HTTP_CONNECTIONS_SWEPT,
  METRIC_RATE_LIMITED,
  METRIC_LIVE_OPENED,
  METRIC_LIVE_CLOSED,
  METRIC_LIVE_SLOW,
  METRIC_LIVE_FRAMES_IN,
  METRIC_LIVE_FRAMES_OUT,
  METRIC_MESSAGES,
  METRIC_MESSAGES_REPEATED,
  METRIC_WRITER_BATCHES,
  METRIC_WRITER_BISECTED,
  METRIC_EVENTS,
  METRIC_RESUMES_RING,
  METRIC_RESUMES_DATABASE,
  METRIC_RESYNCS,
  METRIC_ASSIGNMENTS,
  METRIC_SEARCH_TEXTS,
  METRIC_COUNTERS,
} MetricCounter;

typedef enum
{
  METRIC_REQUEST_SECONDS,
  METRIC_WRITER_SECONDS,
  METRIC_RELAY_SECONDS,
  METRIC_DISPATCH_SECONDS,
  METRIC_HISTOGRAMS,
} MetricHistogram;

Metrics *metrics_new (void);
void metrics_count (Metrics *metrics, MetricCounter counter, guint64 by);

/* @microseconds is sorted into buckets from 0.1 ms to 10 s. */
void metrics_time (Metrics *metrics, MetricHistogram histogram, gint64 microseconds);

/* Returns: (transfer full): the exposition text, version 0.0.4. */
char *metrics_to_text (Metrics *metrics);
void metrics_free (Metrics *metrics);
