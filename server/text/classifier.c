/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Guessing what a text is, and saying why. */
#include "text/classifier-private.h"
#include "text/features.h"

#include <string.h>

guint
text_classifier_choose (const LinearModel *model, const LinearEntry *entries, guint count,
                        double *signs)
{
  g_autofree float *margins = g_new (float, model->stride);
  double known = 0;
  float next = -G_MAXFLOAT;
  guint best = 0;

  linear_model_margins (model, entries, count, margins);
  for (guint k = 1; k < model->classes; k++)
    best = margins[k] > margins[best] ? k : best;
  for (guint k = 0; k < model->classes; k++)
    next = k != best ? MAX (next, margins[k]) : next;
  for (guint i = 0; i < count; i++)
    known += entries[i].value * entries[i].value;

  /* How surely it is this one, how far before the next, and how much of the text is known. */
  signs[0] = margins[best];
  signs[1] = margins[best] - next;
  signs[2] = known / 2;
  return best;
}

TextGuess
text_classifier_guess (const TextClassifier *classifier, const char *text)
{
  g_autoptr (GArray) features = text_features (text);
  g_autoptr (GArray) entries = g_array_new (FALSE, FALSE, sizeof (LinearEntry));
  double signs[CALIBRATION_SIGNS];
  TextGuess guess;

  text_vocabulary_row (classifier->vocabulary, features, entries);
  guess.class = text_classifier_choose (classifier->model, (const LinearEntry *) entries->data,
                                        entries->len, signs);
  guess.label = g_ptr_array_index (classifier->labels, guess.class);
  /* Of a text without a single known word there is nothing to say. */
  guess.confidence
      = entries->len > 0 ? calibration_confidence (&classifier->calibration, signs) : 0;
  return guess;
}

/* What each time says that a feature stands in the text: by the number of the feature, in order. */
typedef struct
{
  const TextClassifier *classifier;
  GArray *votes; /* of LinearEntry */
  GHashTable *weights; /* words → double * */
} Hearing;

static GArray *
count_votes (const TextClassifier *classifier, const char *text, guint class)
{
  g_autoptr (GArray) features = text_features (text);
  GArray *votes = g_array_new (FALSE, FALSE, sizeof (LinearEntry));
  guint next = 0;

  text_vocabulary_row (classifier->vocabulary, features, votes);
  for (guint i = 0; i < features->len && next < votes->len; i++)
    {
      const TextFeature *feature = &g_array_index (features, TextFeature, i);
      LinearEntry *vote = &g_array_index (votes, LinearEntry, next);

      if (text_vocabulary_keys (classifier->vocabulary)[vote->feature] != feature->key)
        continue;
      vote->value *= linear_model_weights (classifier->model, vote->feature)[class]
                     / (float) feature->count;
      next++;
    }
  return votes;
}

static int
compare_features (gconstpointer a, gconstpointer b)
{
  guint one = ((const LinearEntry *) a)->feature;
  guint other = ((const LinearEntry *) b)->feature;

  return one < other ? -1 : one > other;
}

static void
hear_cb (guint32 key, const char *words, gpointer data)
{
  Hearing *hearing = data;
  LinearEntry wanted = { .feature = text_vocabulary_find (hearing->classifier->vocabulary, key) };
  guint found;
  double *weight;

  if (wanted.feature == G_MAXUINT
      || !g_array_binary_search (hearing->votes, &wanted, compare_features, &found))
    return;
  weight = g_hash_table_lookup (hearing->weights, words);
  if (weight == NULL)
    {
      weight = g_new0 (double, 1);
      g_hash_table_insert (hearing->weights, g_strdup (words), weight);
    }
  *weight += g_array_index (hearing->votes, LinearEntry, found).value;
}

static void
reason_clear (gpointer data)
{
  g_free (((TextReason *) data)->words);
}

static int
compare_reasons (gconstpointer a, gconstpointer b)
{
  const TextReason *one = a, *other = b;

  if (one->weight != other->weight)
    return one->weight > other->weight ? -1 : 1;
  return strcmp (one->words, other->words);
}

GArray *
text_classifier_reasons (const TextClassifier *classifier, const char *text, guint class,
                         guint most)
{
  GArray *reasons = g_array_new (FALSE, FALSE, sizeof (TextReason));
  g_autoptr (GArray) votes = count_votes (classifier, text, class);
  g_autoptr (GHashTable) weights = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  Hearing hearing = { classifier, votes, weights };
  GHashTableIter iter;
  gpointer words, weight;

  g_array_set_clear_func (reasons, reason_clear);
  text_features_each (text, hear_cb, &hearing);
  g_hash_table_iter_init (&iter, weights);
  while (g_hash_table_iter_next (&iter, &words, &weight))
    {
      TextReason reason = { words, *(double *) weight };

      if (reason.weight <= 0)
        continue;
      reason.words = g_strdup (words);
      g_array_append_val (reasons, reason);
    }
  g_array_sort (reasons, compare_reasons);
  g_array_set_size (reasons, MIN (reasons->len, most));
  return reasons;
}

gboolean
text_classifier_knows (const TextClassifier *classifier, const char *label)
{
  return g_ptr_array_find_with_equal_func (classifier->labels, label, g_str_equal, NULL);
}

void
text_classifier_free (TextClassifier *classifier)
{
  g_clear_pointer (&classifier->vocabulary, text_vocabulary_free);
  g_clear_pointer (&classifier->model, linear_model_free);
  g_ptr_array_unref (classifier->labels);
  g_free (classifier);
}
