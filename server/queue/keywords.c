/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Finding keywords: the words of each, one after the other, among the words of the text. */
#include "queue/keywords.h"

#include "text/words.h"

#include <string.h>

/* What speaks for somebody else in every text. */
#define DOUBT 0.25

typedef struct
{
  gint64 department;
  char *name; /* as it was given */
  GArray *words; /* of Word */
  gboolean is_beginning; /* of the last word */
} Keyword;

struct Keywords
{
  GPtrArray *all; /* of Keyword */
};

static void
keyword_free (gpointer data)
{
  Keyword *keyword = data;

  g_free (keyword->name);
  g_array_unref (keyword->words);
  g_free (keyword);
}

Keywords *
keywords_new (void)
{
  Keywords *keywords = g_new0 (Keywords, 1);

  keywords->all = g_ptr_array_new_with_free_func (keyword_free);
  return keywords;
}

/* Returns: (transfer full): the words of @text alone, without what is made of several of them. */
static GArray *
cut (const char *text)
{
  GArray *words = words_cut (text);

  for (guint i = 0; i < words->len; i++)
    {
      if (g_array_index (words, Word, i).kind == WORD_LONG_NUMBER)
        {
          g_array_set_size (words, i);
          break;
        }
    }
  return words;
}

void
keywords_add (Keywords *keywords, gint64 department, const char *keyword)
{
  Keyword *added = g_new0 (Keyword, 1);

  added->department = department;
  added->name = g_strdup (keyword);
  added->words = cut (keyword);
  added->is_beginning = g_str_has_suffix (keyword, "*");
  /* A single character behind others only says where a text without spaces ended. */
  if (added->words->len > 1
      && g_array_index (added->words, Word, added->words->len - 1).kind == WORD_TAIL)
    g_array_set_size (added->words, added->words->len - 1);
  if (added->words->len > 0)
    g_ptr_array_add (keywords->all, added);
  else
    keyword_free (added);
}

static gboolean
stands_at (const Keyword *keyword, const GArray *words, guint first)
{
  guint count = keyword->words->len;

  if (first + count > words->len)
    return FALSE;
  for (guint i = 0; i < count; i++)
    {
      const char *wanted = g_array_index (keyword->words, Word, i).text;
      const char *found = g_array_index (words, Word, first + i).text;
      gboolean fits = keyword->is_beginning && i + 1 == count ? g_str_has_prefix (found, wanted)
                                                              : strcmp (found, wanted) == 0;

      if (!fits)
        return FALSE;
    }
  return TRUE;
}

static gboolean
stands_in (const Keyword *keyword, const GArray *words)
{
  for (guint first = 0; first < words->len; first++)
    {
      if (stands_at (keyword, words, first))
        return TRUE;
    }
  return FALSE;
}

/* Returns: (transfer container) (element-type Keyword): those that stand in @text, each once for
 * its department. */
static GPtrArray *
find (const Keywords *keywords, const char *text)
{
  GPtrArray *found = g_ptr_array_new ();
  g_autoptr (GArray) words = cut (text);

  for (guint i = 0; i < keywords->all->len; i++)
    {
      Keyword *keyword = g_ptr_array_index (keywords->all, i);
      gboolean is_known = FALSE;

      for (guint j = 0; j < found->len; j++)
        {
          const Keyword *other = g_ptr_array_index (found, j);

          is_known |= other->department == keyword->department
                      && strcmp (other->name, keyword->name) == 0;
        }
      if (!is_known && stands_in (keyword, words))
        g_ptr_array_add (found, keyword);
    }
  return found;
}

static guint
count_of (const GPtrArray *found, gint64 department)
{
  guint count = 0;

  for (guint i = 0; i < found->len; i++)
    count += ((const Keyword *) g_ptr_array_index (found, i))->department == department;
  return count;
}

void
keywords_guess (const Keywords *keywords, const char *text, KeywordGuess *guess)
{
  g_autoptr (GPtrArray) found = find (keywords, text);
  guint most = 0;

  *guess = (KeywordGuess){ .found = g_ptr_array_new () };
  for (guint i = 0; i < found->len; i++)
    {
      gint64 department = ((const Keyword *) g_ptr_array_index (found, i))->department;
      guint count = count_of (found, department);

      if (count < most || (count == most && department >= guess->department))
        continue;
      most = count;
      guess->department = department;
    }
  for (guint i = 0; i < found->len; i++)
    {
      const Keyword *keyword = g_ptr_array_index (found, i);

      if (keyword->department == guess->department)
        g_ptr_array_add (guess->found, keyword->name);
    }
  guess->confidence = most / (found->len + DOUBT);
}

void
keyword_guess_clear (KeywordGuess *guess)
{
  g_clear_pointer (&guess->found, g_ptr_array_unref);
}

void
keywords_free (Keywords *keywords)
{
  g_ptr_array_unref (keywords->all);
  g_free (keywords);
}
