/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Latencies in a histogram of constant size, and their percentiles. */
#pragma once

#include <glib.h>

/* A power of two holds this many buckets, so that a percentile is at most 1.6 % off. */
#define HISTOGRAM_STEPS 64
#define HISTOGRAM_BUCKETS (HISTOGRAM_STEPS * 32)

/**
 * Histogram:
 * @counts: how many values fell into each bucket
 * @total: how many values there are
 *
 * Latencies in microseconds. All zero is an empty histogram.
 */
typedef struct
{
  guint64 counts[HISTOGRAM_BUCKETS];
  guint64 total;
} Histogram;

/**
 * histogram_add:
 * @microseconds: a value; negative ones count as zero
 */
void histogram_add (Histogram *histogram, gint64 microseconds);

/**
 * histogram_percentile:
 * @percent: 0 to 100
 *
 * Returns: the value that @percent of all values do not exceed, in milliseconds; 0 when empty
 */
double histogram_percentile (const Histogram *histogram, double percent);
