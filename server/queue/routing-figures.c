/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Counting guesses by label. */
#include "queue/routing-figures.h"

#include <math.h>
#include <string.h>

/* Of one label. */
typedef struct
{
  guint right, said, there; /* rightly guessed, guessed, really there */
} Count;

struct RoutingTally
{
  GHashTable *labels; /* label → Count */
  guint texts, right, sure, sure_right, unseen, unseen_refused;
};

RoutingTally *
routing_tally_new (void)
{
  RoutingTally *tally = g_new0 (RoutingTally, 1);

  tally->labels = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return tally;
}

static Count *
find_count (RoutingTally *tally, const char *label)
{
  Count *count = g_hash_table_lookup (tally->labels, label);

  if (count == NULL)
    {
      count = g_new0 (Count, 1);
      g_hash_table_insert (tally->labels, g_strdup (label), count);
    }
  return count;
}

void
routing_tally_add (RoutingTally *tally, const char *truth, const char *guess, gboolean is_sure,
                   gboolean is_known)
{
  gboolean is_right = strcmp (truth, guess) == 0;

  find_count (tally, truth)->there++;
  find_count (tally, guess)->said++;
  find_count (tally, truth)->right += is_right != FALSE;
  tally->texts++;
  tally->right += is_right != FALSE;
  tally->sure += is_sure != FALSE;
  tally->sure_right += is_sure && is_right;
  tally->unseen += !is_known;
  tally->unseen_refused += !is_known && !is_sure;
}

static double
share (guint part, guint whole)
{
  return whole > 0 ? (double) part / whole : NAN;
}

RoutingFigures
routing_tally_figures (const RoutingTally *tally)
{
  RoutingFigures figures = { .texts = tally->texts,
                             .accuracy = share (tally->right, tally->texts),
                             .coverage = share (tally->sure, tally->texts),
                             .accuracy_covered = share (tally->sure_right, tally->sure),
                             .unseen_refused = share (tally->unseen_refused, tally->unseen),
                             .gain = share (tally->sure_right, tally->texts)
                                     - share (tally->sure - tally->sure_right, tally->texts) };
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, tally->labels);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const Count *count = value;

      /* 2PR/(P+R), multiplied out. */
      figures.macro_f1 += 2.0 * count->right / (count->said + count->there);
    }
  figures.macro_f1 /= g_hash_table_size (tally->labels);
  return figures;
}

void
routing_tally_free (RoutingTally *tally)
{
  g_hash_table_unref (tally->labels);
  g_free (tally);
}
