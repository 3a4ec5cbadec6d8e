/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * What a person types into the search box, and the text in which it is marked: the first line is
 * the question, the rest the text. */
#include "fuzz.h"

#include "base/json.h"
#include "ticket/search-spans.h"

#include <string.h>

static void
check_spans (const char *text, const SearchQuery *query, guint most)
{
  g_autoptr (GString) json = g_string_new (NULL);

  search_append_spans (json, text, query, FALSE, most);
  g_assert_true (json_check (json->str, json->len, NULL));
}

/* Words stand in the text that was cut. */
static void
check_words (const char *text)
{
  g_autoptr (GArray) words = words_cut (text);
  g_autofree char *terms = search_terms (words);
  gsize length = strlen (text);

  g_assert_nonnull (terms);
  for (guint i = 0; i < words->len; i++)
    {
      const Word *word = &g_array_index (words, Word, i);

      g_assert_cmpuint (word->start, <, word->end);
      g_assert_cmpuint (word->end, <=, length);
      g_assert_null (strpbrk (word->text, "' \\:&|!()"));
    }
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  FuzzInput input = { data, size };
  g_autofree char *line = fuzz_line (&input, 1024);
  g_autofree char *question = g_utf8_make_valid (line, -1);
  g_autofree char *text = fuzz_text (&input);
  g_autoptr (GError) error = NULL;
  g_autoptr (SearchQuery) query = search_query_new (question, &error);
  g_autofree char *terms = NULL;
  g_autofree char *names = NULL;

  check_words (text);
  g_assert_true ((query != NULL) == (error == NULL));
  if (query == NULL)
    return 0;
  terms = search_query_terms (query, FALSE);
  names = search_query_names (query);
  g_assert_true (terms != NULL && names != NULL);
  g_assert_cmpint (search_query_ticket (query), >=, 0);
  check_spans (text, query, 0);
  check_spans (text, query, 40);
  return 0;
}
