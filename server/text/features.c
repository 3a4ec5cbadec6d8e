/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * n-grams of words and characters, and their hashes. */
#include "text/features.h"

#include "text/words.h"

#include <string.h>

#define CHARACTERS_MIN 3
#define CHARACTERS_MAX 5

/* Longer numbers are somebody's order or phone; only how long they are tells something. */
#define NUMBER_DIGITS_MAX 3

/* FNV-1a, whose bits are mixed once more (the finaliser of MurmurHash3), so that all of them can
 * be used.
 * Source: Fowler, Noll and Vo, http://www.isthe.com/chongo/tech/comp/fnv/; Appleby, MurmurHash3. */
static guint32
hash (const char *bytes, gsize length)
{
  guint32 value = 2166136261u;

  for (gsize i = 0; i < length; i++)
    value = (value ^ (guint8) bytes[i]) * 16777619u;
  value = (value ^ (value >> 16)) * 0x85ebca6bu;
  value = (value ^ (value >> 13)) * 0xc2b2ae35u;
  return value ^ (value >> 16);
}

typedef struct
{
  TextFeatureFunc func;
  gpointer data;
} Sink;

static void
tell (const Sink *sink, const char *words)
{
  sink->func (hash (words, strlen (words)) & ~TEXT_FEATURE_CHARACTERS, words, sink->data);
}

/* The stretches of characters in @word, with a space on either side of it. */
static void
tell_characters (const Sink *sink, const char *word)
{
  char padded[WORD_LENGTH_MAX * 6 + 3];
  guint16 starts[WORD_LENGTH_MAX + 4];
  guint count = 0;
  const char *at;

  g_snprintf (padded, sizeof padded, " %s ", word);
  for (at = padded; *at != '\0' && count < G_N_ELEMENTS (starts) - 1; at = g_utf8_next_char (at))
    starts[count++] = (guint16) (at - padded);
  starts[count] = (guint16) (at - padded);
  for (guint first = 0; first < count; first++)
    {
      for (guint n = CHARACTERS_MIN; n <= CHARACTERS_MAX && first + n <= count; n++)
        sink->func (hash (padded + starts[first], starts[first + n] - starts[first])
                        | TEXT_FEATURE_CHARACTERS,
                    word, sink->data);
    }
}

/* A word as it counts beside others. */
static const char *
name_word (const Word *word, char *buffer, gsize size)
{
  gsize length = strlen (word->text);

  if (word->kind != WORD_NUMBER || length <= NUMBER_DIGITS_MAX)
    return word->text;
  g_snprintf (buffer, size, "#%" G_GSIZE_FORMAT, length);
  return buffer;
}

static void
tell_words (const Sink *sink, const GArray *words)
{
  g_autoptr (GString) pair = g_string_new (NULL); /* begins with the word before */

  for (guint i = 0; i < words->len; i++)
    {
      const Word *word = &g_array_index (words, Word, i);
      char buffer[32];
      const char *name;

      if (word->kind == WORD_LONG_NUMBER)
        break; /* they stand behind all others */
      name = name_word (word, buffer, sizeof buffer);
      tell (sink, name);
      if (pair->len > 0)
        {
          g_string_append_c (pair, ' ');
          g_string_append (pair, name);
          tell (sink, pair->str);
        }
      g_string_assign (pair, name);
      if (word->kind == WORD_LETTERS)
        tell_characters (sink, word->text);
    }
}

void
text_features_each (const char *text, TextFeatureFunc func, gpointer data)
{
  const Sink sink = { func, data };
  g_autofree char *beginning = NULL;
  g_autoptr (GArray) words = NULL;
  gsize length = strnlen (text, TEXT_FEATURES_BYTES + 1);

  if (length > TEXT_FEATURES_BYTES)
    {
      const char *end = g_utf8_find_prev_char (text, text + TEXT_FEATURES_BYTES);

      beginning = g_strndup (text, (gsize) (end - text));
      text = beginning;
    }
  words = words_cut (text);
  tell_words (&sink, words);
}

static void
collect_cb (guint32 key, const char *words G_GNUC_UNUSED, gpointer data)
{
  TextFeature feature = { key, 1 };

  g_array_append_val (data, feature);
}

static int
compare_keys (gconstpointer a, gconstpointer b)
{
  guint32 one = ((const TextFeature *) a)->key;
  guint32 other = ((const TextFeature *) b)->key;

  return one < other ? -1 : one > other;
}

GArray *
text_features (const char *text)
{
  GArray *features = g_array_new (FALSE, FALSE, sizeof (TextFeature));
  TextFeature *all;
  guint count = 0;

  text_features_each (text, collect_cb, features);
  g_array_sort (features, compare_keys);
  all = (TextFeature *) features->data;
  for (guint i = 0; i < features->len; i++)
    {
      if (count > 0 && all[count - 1].key == all[i].key)
        all[count - 1].count++;
      else
        all[count++] = all[i];
    }
  g_array_set_size (features, count);
  return features;
}
