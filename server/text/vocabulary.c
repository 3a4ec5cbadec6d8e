/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Counting features, choosing which to know, and looking them up. */
#include "text/vocabulary.h"

#include "text/features.h"

#include <math.h>
#include <string.h>

#define CENSUS_FIRST_SIZE 65536u

/* How many texts a feature stands in; none is an empty slot. */
typedef struct
{
  guint32 key;
  guint32 texts;
} Count;

struct TextCensus
{
  Count *slots; /* open addressing, never more than half full */
  guint size, used;
  guint texts;
};

/* Keys are spread evenly, so by their first bits one gets near each of them at once. */
#define DRAWER_BITS 16
#define DRAWERS (1u << DRAWER_BITS)

struct TextVocabulary
{
  guint32 *keys; /* in order */
  guint *drawers; /* where the keys with the same first bits begin; one more for the end */
  float *weights;
  guint count;
  float stranger;
};

TextCensus *
text_census_new (void)
{
  TextCensus *census = g_new0 (TextCensus, 1);

  census->size = CENSUS_FIRST_SIZE;
  census->slots = g_new0 (Count, census->size);
  return census;
}

/* The slot of @key, or the empty one where it belongs. Keys are hashes already. */
static Count *
find_slot (const TextCensus *census, guint32 key)
{
  guint at = (key >> 1) & (census->size - 1);

  while (census->slots[at].texts > 0 && census->slots[at].key != key)
    at = (at + 1) & (census->size - 1);
  return &census->slots[at];
}

static void
grow (TextCensus *census)
{
  g_autofree Count *slots = census->slots;
  guint size = census->size;

  census->size *= 2;
  census->slots = g_new0 (Count, census->size);
  for (guint i = 0; i < size; i++)
    {
      if (slots[i].texts > 0)
        *find_slot (census, slots[i].key) = slots[i];
    }
}

void
text_census_add (TextCensus *census, const GArray *features)
{
  census->texts++;
  for (guint i = 0; i < features->len; i++)
    {
      guint32 key = g_array_index (features, TextFeature, i).key;
      Count *slot = find_slot (census, key);

      slot->key = key;
      if (slot->texts++ == 0 && ++census->used > census->size / 2)
        grow (census);
    }
}

void
text_census_free (TextCensus *census)
{
  g_free (census->slots);
  g_free (census);
}

static int
compare_commonness (gconstpointer a, gconstpointer b)
{
  const Count *one = a, *other = b;

  if (one->texts != other->texts)
    return one->texts > other->texts ? -1 : 1;
  return one->key < other->key ? -1 : one->key > other->key;
}

static int
compare_keys (gconstpointer a, gconstpointer b)
{
  const Count *one = a, *other = b;

  return one->key < other->key ? -1 : one->key > other->key;
}

/* The smoothed inverse document frequency: one text more that has every feature.
 * Source: Manning, Raghavan and Schütze, Introduction to Information Retrieval, section 6.2. */
static float
weigh (guint of_texts, guint texts)
{
  return logf ((1.0f + of_texts) / (1.0f + texts)) + 1;
}

static guint
drawer_of (guint32 key)
{
  return key >> (32 - DRAWER_BITS);
}

static void
fill_drawers (TextVocabulary *vocabulary)
{
  guint next = 0;

  vocabulary->drawers = g_new (guint, DRAWERS + 1);
  for (guint drawer = 0; drawer < DRAWERS; drawer++)
    {
      vocabulary->drawers[drawer] = next;
      while (next < vocabulary->count && drawer_of (vocabulary->keys[next]) == drawer)
        next++;
    }
  vocabulary->drawers[DRAWERS] = next;
}

TextVocabulary *
text_vocabulary_new (const TextCensus *census, guint texts_min, guint most)
{
  TextVocabulary *vocabulary = g_new0 (TextVocabulary, 1);
  g_autoptr (GArray) kept = g_array_new (FALSE, FALSE, sizeof (Count));

  for (guint i = 0; i < census->size; i++)
    {
      if (census->slots[i].texts >= texts_min)
        g_array_append_val (kept, census->slots[i]);
    }
  g_array_sort (kept, compare_commonness);
  g_array_set_size (kept, MIN (kept->len, most));
  g_array_sort (kept, compare_keys);

  vocabulary->count = kept->len;
  vocabulary->keys = g_new (guint32, kept->len);
  vocabulary->weights = g_new (float, kept->len);
  for (guint i = 0; i < kept->len; i++)
    {
      const Count *count = &g_array_index (kept, Count, i);

      vocabulary->keys[i] = count->key;
      vocabulary->weights[i] = weigh (census->texts, count->texts);
    }
  vocabulary->stranger = weigh (census->texts, 1);
  fill_drawers (vocabulary);
  return vocabulary;
}

TextVocabulary *
text_vocabulary_restore (const guint32 *keys, const float *weights, guint count, float stranger)
{
  TextVocabulary *vocabulary;

  for (guint i = 1; i < count; i++)
    {
      if (keys[i - 1] >= keys[i])
        return NULL;
    }
  vocabulary = g_new0 (TextVocabulary, 1);
  vocabulary->count = count;
  vocabulary->keys = g_memdup2 (keys, count * sizeof *keys);
  vocabulary->weights = g_memdup2 (weights, count * sizeof *weights);
  vocabulary->stranger = stranger;
  fill_drawers (vocabulary);
  return vocabulary;
}

guint
text_vocabulary_size (const TextVocabulary *vocabulary)
{
  return vocabulary->count;
}

const guint32 *
text_vocabulary_keys (const TextVocabulary *vocabulary)
{
  return vocabulary->keys;
}

const float *
text_vocabulary_weights (const TextVocabulary *vocabulary)
{
  return vocabulary->weights;
}

float
text_vocabulary_stranger (const TextVocabulary *vocabulary)
{
  return vocabulary->stranger;
}

guint
text_vocabulary_find (const TextVocabulary *vocabulary, guint32 key)
{
  guint end = vocabulary->drawers[drawer_of (key) + 1];

  for (guint i = vocabulary->drawers[drawer_of (key)]; i < end; i++)
    {
      if (vocabulary->keys[i] == key)
        return i;
    }
  return G_MAXUINT;
}

void
text_vocabulary_row (const TextVocabulary *vocabulary, const GArray *features, GArray *entries)
{
  float squares[2] = { 0 };
  guint first = entries->len;

  for (guint i = 0; i < features->len; i++)
    {
      const TextFeature *feature = &g_array_index (features, TextFeature, i);
      LinearEntry entry = { .feature = text_vocabulary_find (vocabulary, feature->key) };
      gboolean is_known = entry.feature != G_MAXUINT;

      entry.value = (1 + logf ((float) feature->count))
                    * (is_known ? vocabulary->weights[entry.feature] : vocabulary->stranger);
      squares[feature->key & TEXT_FEATURE_CHARACTERS] += entry.value * entry.value;
      if (is_known)
        g_array_append_val (entries, entry);
    }
  for (guint i = first; i < entries->len; i++)
    {
      LinearEntry *entry = &g_array_index (entries, LinearEntry, i);

      entry->value /= sqrtf (squares[vocabulary->keys[entry->feature] & TEXT_FEATURE_CHARACTERS]);
    }
}

void
text_vocabulary_free (TextVocabulary *vocabulary)
{
  g_free (vocabulary->drawers);
  g_free (vocabulary->keys);
  g_free (vocabulary->weights);
  g_free (vocabulary);
}
