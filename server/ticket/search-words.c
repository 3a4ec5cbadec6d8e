/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Words as PostgreSQL takes them for the index, and how far a slip is from what was meant. */
#include "ticket/search-words.h"

#define DICTIONARY_WORD_MIN 2
#define DICTIONARY_WORD_MAX 32

char *
search_terms (const GArray *words)
{
  GString *terms = g_string_new (NULL);

  for (guint i = 0; i < words->len; i++)
    {
      const Word *word = &g_array_index (words, Word, i);

      g_string_append_printf (terms, "%s'%s':%u", i > 0 ? " " : "", word->text, word->position);
    }
  return g_string_free (terms, FALSE);
}

gboolean
search_is_dictionary_word (const Word *word)
{
  glong length = word->kind == WORD_LETTERS ? g_utf8_strlen (word->text, -1) : 0;

  return length >= DICTIONARY_WORD_MIN && length <= DICTIONARY_WORD_MAX;
}

guint
search_distance (const char *a, const char *b, guint most)
{
  glong rows, columns;
  g_autofree gunichar *from = g_utf8_to_ucs4_fast (a, -1, &rows);
  g_autofree gunichar *to = g_utf8_to_ucs4_fast (b, -1, &columns);
  guint cost[3][WORD_LENGTH_MAX + 1] = { { 0 } };

  if (rows > WORD_LENGTH_MAX || columns > WORD_LENGTH_MAX || ABS (rows - columns) > (glong) most)
    return most + 1;
  for (glong j = 0; j <= columns; j++)
    cost[0][j] = (guint) j;
  for (glong i = 1; i <= rows; i++)
    {
      const guint *before = cost[(i + 1) % 3], *above = cost[(i - 1) % 3];
      guint *row = cost[i % 3];

      row[0] = (guint) i;
      for (glong j = 1; j <= columns; j++)
        {
          row[j] = MIN (MIN (above[j], row[j - 1]) + 1, above[j - 1] + (from[i - 1] != to[j - 1]));
          if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1])
            row[j] = MIN (row[j], before[j - 2] + 1);
        }
    }
  return cost[rows % 3][columns];
}
