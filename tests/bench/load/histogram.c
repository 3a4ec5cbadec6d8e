/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Latencies in buckets that grow with the value, after Gil Tene's HdrHistogram: constant memory,
 * constant time, and percentiles with a bounded relative error.
 */

#include "histogram.h"

#include <math.h>

static guint
bucket_of (guint64 value)
{
  guint shift = 0;

  while ((value >> shift) >= 2 * HISTOGRAM_STEPS)
    shift++;

  guint64 bucket = (guint64) shift * HISTOGRAM_STEPS + (value >> shift);
  return (guint) MIN (bucket, HISTOGRAM_BUCKETS - 1);
}

static guint64
highest_value_of (guint bucket)
{
  if (bucket < 2 * HISTOGRAM_STEPS)
    return bucket;

  guint shift = bucket / HISTOGRAM_STEPS - 1;
  guint64 step = bucket - shift * HISTOGRAM_STEPS;
  return ((step + 1) << shift) - 1;
}

void
histogram_add (Histogram *histogram, gint64 microseconds)
{
  histogram->counts[bucket_of ((guint64) MAX (microseconds, 0))]++;
  histogram->total++;
}

double
histogram_percentile (const Histogram *histogram, double percent)
{
  if (histogram->total == 0)
    return 0;

  guint64 wanted = MAX (1, (guint64) ceil ((double) histogram->total * percent / 100));
  guint64 counted = 0;
  guint bucket = 0;

  for (; bucket < HISTOGRAM_BUCKETS - 1; bucket++)
    {
      counted += histogram->counts[bucket];
      if (counted >= wanted)
        break;
    }
  return (double) highest_value_of (bucket) / 1000;
}
