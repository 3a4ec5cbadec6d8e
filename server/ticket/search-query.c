/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Reading a question. What stands between spaces is one term; several words in it (an address, a
 * hyphenated word, a stretch of Chinese) are neighbours in what is found, as in a quoted phrase. */
#include "ticket/search-query.h"

#include "base/problem.h"

#include <glib/gi18n.h>
#include <string.h>

typedef struct
{
  gboolean is_excluded, is_quoted;
  guint first, count; /* its tokens */
  GPtrArray *forms; /* other words that stand for its only one */
} Term;

struct SearchQuery
{
  GArray *tokens; /* of Word, of the whole question */
  GArray *terms; /* of Term */
  gboolean is_unfinished; /* nothing follows the last term */
  GHashTable *hits; /* the words, grams and forms that are asked for */
};

static const Word *
token_at (const SearchQuery *query, guint index)
{
  return &g_array_index (query->tokens, Word, index);
}

static const Term *
term_at (const SearchQuery *query, guint index)
{
  return &g_array_index (query->terms, Term, index);
}

static void
term_clear (gpointer data)
{
  g_ptr_array_unref (((Term *) data)->forms);
}

static gboolean
is_quote (gunichar c)
{
  return c == '"' || c == 0x201c || c == 0x201d || c == 0x201e || c == 0xab || c == 0xbb;
}

static const char *
find_quote (const char *at)
{
  while (*at != '\0' && !is_quote (g_utf8_get_char (at)))
    at = g_utf8_next_char (at);
  return at;
}

static const char *
find_space_or_quote (const char *at)
{
  while (*at != '\0' && !g_unichar_isspace (g_utf8_get_char (at))
         && !is_quote (g_utf8_get_char (at)))
    at = g_utf8_next_char (at);
  return at;
}

/* Makes the tokens between bytes @start and @end a term, if there are any. */
static void
add_term (SearchQuery *query, gboolean excluded, gboolean quoted, gsize start, gsize end)
{
  Term term = { .is_excluded = excluded, .is_quoted = quoted };

  for (guint i = 0; i < query->tokens->len; i++)
    {
      const Word *token = token_at (query, i);

      if (token->kind == WORD_LONG_NUMBER || token->start < start || token->end > end)
        continue;
      if (term.count == 0)
        term.first = i;
      term.count++;
    }
  if (term.count == 0)
    return;
  term.forms = g_ptr_array_new_with_free_func (g_free);
  g_array_append_val (query->terms, term);
}

static void
read_terms (SearchQuery *query, const char *text)
{
  const char *at = text;

  while (*at != '\0')
    {
      const char *start, *end;
      gboolean excluded, quoted;

      if (g_unichar_isspace (g_utf8_get_char (at)))
        {
          at = g_utf8_next_char (at);
          continue;
        }
      excluded = *at == '-' && at[1] != '\0' && !g_unichar_isspace (g_utf8_get_char (at + 1));
      start = excluded ? at + 1 : at;
      quoted = is_quote (g_utf8_get_char (start));
      if (quoted)
        start = g_utf8_next_char (start);
      end = quoted ? find_quote (start) : find_space_or_quote (start);
      add_term (query, excluded, quoted, (gsize) (start - text), (gsize) (end - text));
      query->is_unfinished = !excluded && !quoted && *end == '\0';
      at = quoted && *end != '\0' ? g_utf8_next_char (end) : end;
    }
}

/* A stretch without spaces is asked for by its pairs; its last character stands in the last pair
 * already, unless it is all there is. */
static gboolean
is_covered (const SearchQuery *query, const Term *term, guint index)
{
  return index > term->first && token_at (query, index)->kind == WORD_TAIL
         && token_at (query, index - 1)->kind == WORD_GRAM;
}

static void
collect_hits (SearchQuery *query)
{
  for (guint i = 0; i < query->terms->len; i++)
    {
      const Term *term = term_at (query, i);

      for (guint j = term->first; j < term->first + term->count && !term->is_excluded; j++)
        {
          if (!is_covered (query, term, j))
            g_hash_table_add (query->hits, g_strdup (token_at (query, j)->text));
        }
    }
  for (guint i = 0; i < query->tokens->len; i++)
    {
      if (token_at (query, i)->kind == WORD_LONG_NUMBER)
        g_hash_table_add (query->hits, g_strdup (token_at (query, i)->text));
    }
}

static gboolean
only_excludes (const SearchQuery *query)
{
  for (guint i = 0; i < query->terms->len; i++)
    {
      if (!term_at (query, i)->is_excluded)
        return FALSE;
    }
  return query->terms->len > 0;
}

static gboolean
is_blank (const char *text)
{
  while (*text != '\0' && g_unichar_isspace (g_utf8_get_char (text)))
    text = g_utf8_next_char (text);
  return *text == '\0';
}

SearchQuery *
search_query_new (const char *text, GError **error)
{
  g_autoptr (SearchQuery) query = NULL;

  if (text == NULL || is_blank (text))
    {
      problem_set (error, PROBLEM_BAD_REQUEST, _ ("Say what to search for, in “q”."));
      return NULL;
    }
  if (g_utf8_strlen (text, -1) > SEARCH_QUERY_MAX)
    {
      problem_set (error, PROBLEM_BAD_REQUEST, _ ("Search for at most %d characters."),
                   SEARCH_QUERY_MAX);
      return NULL;
    }
  query = g_new0 (SearchQuery, 1);
  query->tokens = words_cut (text);
  query->terms = g_array_new (FALSE, FALSE, sizeof (Term));
  g_array_set_clear_func (query->terms, term_clear);
  query->hits = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  read_terms (query, text);
  collect_hits (query);
  if (query->terms->len > SEARCH_TERMS_MAX)
    problem_set (error, PROBLEM_BAD_REQUEST, _ ("Search for at most %d words."), SEARCH_TERMS_MAX);
  else if (only_excludes (query))
    problem_set (error, PROBLEM_BAD_REQUEST,
                 _ ("Name at least one word to find, not only words to leave out."));
  else
    return g_steal_pointer (&query);
  return NULL;
}

void
search_query_free (SearchQuery *query)
{
  if (query == NULL)
    return;
  g_array_unref (query->tokens);
  g_array_unref (query->terms);
  g_hash_table_unref (query->hits);
  g_free (query);
}

gboolean
search_query_is_empty (const SearchQuery *query)
{
  return query->terms->len == 0;
}

static gboolean
has_forms (const SearchQuery *query, const Term *term)
{
  return term->count == 1 && !term->is_excluded && !term->is_quoted
         && search_is_dictionary_word (token_at (query, term->first));
}

GPtrArray *
search_query_words (const SearchQuery *query)
{
  GPtrArray *words = g_ptr_array_new ();

  for (guint i = 0; i < query->terms->len; i++)
    {
      const Term *term = term_at (query, i);

      if (has_forms (query, term))
        g_ptr_array_add (words, token_at (query, term->first)->text);
    }
  return words;
}

gboolean
search_query_is_unfinished (const SearchQuery *query)
{
  return query->is_unfinished && query->terms->len > 0
         && has_forms (query, term_at (query, query->terms->len - 1));
}

void
search_query_add_form (SearchQuery *query, guint index, const char *form)
{
  for (guint i = 0; i < query->terms->len; i++)
    {
      const Term *term = term_at (query, i);

      if (!has_forms (query, term) || index-- > 0)
        continue;
      g_ptr_array_add (term->forms, g_strdup (form));
      g_hash_table_add (query->hits, g_strdup (form));
      return;
    }
}

/* The term's words as neighbours. */
static void
append_phrase (const SearchQuery *query, const Term *term, gboolean names, GString *terms)
{
  guint position = 0;

  for (guint i = term->first; i < term->first + term->count; i++)
    {
      const Word *token = token_at (query, i);
      gboolean begins
          = token->kind == WORD_TAIL
            || (names && term->count == 1 && !term->is_quoted && token->kind == WORD_LETTERS);

      if (is_covered (query, term, i))
        continue;
      if (position > 0)
        g_string_append_printf (terms, " <%u> ", token->position - position);
      g_string_append_printf (terms, "'%s'%s", token->text, begins ? ":*" : "");
      position = token->position;
    }
}

static void
append_term (const SearchQuery *query, const Term *term, gboolean exact, gboolean names,
             GString *terms)
{
  g_string_append (terms, term->is_excluded ? "!(" : "(");
  append_phrase (query, term, names, terms);
  for (guint i = 0; i < term->forms->len && !exact; i++)
    g_string_append_printf (terms, " | '%s'", (char *) g_ptr_array_index (term->forms, i));
  g_string_append_c (terms, ')');
}

/* How many terms from @index on are parts of one long number, which @whole is then. */
static guint
count_parts (const SearchQuery *query, guint index, const Word **whole)
{
  const Term *first = term_at (query, index);

  for (guint i = 0; i < query->tokens->len; i++)
    {
      const Word *token = token_at (query, i);
      guint count = 0;

      if (token->kind != WORD_LONG_NUMBER || first->is_excluded || first->is_quoted
          || token_at (query, first->first)->start != token->start)
        continue;
      while (index + count < query->terms->len
             && token_at (query, term_at (query, index + count)->first)->start < token->end)
        count++;
      *whole = token;
      return count;
    }
  return 0;
}

static char *
make_terms (const SearchQuery *query, gboolean exact, gboolean names)
{
  GString *terms = g_string_new (NULL);
  guint count;

  for (guint i = 0; i < query->terms->len; i += count)
    {
      const Word *whole = NULL;
      guint parts = count_parts (query, i, &whole);

      count = MAX (parts, 1);
      if (terms->len > 0)
        g_string_append (terms, " & ");
      g_string_append (terms, parts > 0 ? "((" : "");
      for (guint j = 0; j < count; j++)
        {
          g_string_append (terms, j > 0 ? " & " : "");
          append_term (query, term_at (query, i + j), exact, names, terms);
        }
      /* The tail follows its whole. */
      if (parts > 0)
        g_string_append_printf (terms, ") | '%s'", whole->text);
      if (parts > 0 && !exact)
        g_string_append_printf (terms, " | '%s'", whole[1].text);
      g_string_append (terms, parts > 0 ? ")" : "");
    }
  return g_string_free (terms, FALSE);
}

char *
search_query_terms (const SearchQuery *query, gboolean exact)
{
  return make_terms (query, exact, FALSE);
}

char *
search_query_names (const SearchQuery *query)
{
  return make_terms (query, FALSE, TRUE);
}

/* The number that is the whole question, save one word @before it (empty when there is none); 0
 * when there is more. */
static gint64
find_number (const SearchQuery *query, const char **before)
{
  guint count = 0;
  gint64 number;

  while (count < query->tokens->len && token_at (query, count)->kind != WORD_LONG_NUMBER)
    count++;
  *before = count == 2 ? token_at (query, 0)->text : "";
  if (count == 0 || count > 2 || token_at (query, count - 1)->kind != WORD_NUMBER
      || (count == 2 && token_at (query, 0)->kind != WORD_LETTERS)
      || !g_ascii_string_to_signed (token_at (query, count - 1)->text, 10, 1, G_MAXINT64, &number,
                                    NULL))
    return 0;
  return number;
}

gint64
search_query_ticket (const SearchQuery *query)
{
  const char *before;
  gint64 number = find_number (query, &before);

  return *before == '\0' || strcmp (before, "tkt") == 0 ? number : 0;
}

gint64
search_query_person (const SearchQuery *query, const char **called)
{
  return find_number (query, called);
}

static gboolean
begins_like_a_name (const SearchQuery *query, const Word *token)
{
  for (guint i = 0; i < query->terms->len; i++)
    {
      const Term *term = term_at (query, i);

      if (has_forms (query, term)
          && g_str_has_prefix (token->text, token_at (query, term->first)->text))
        return TRUE;
    }
  return FALSE;
}

/* A single character that was asked for begins pairs. */
static gboolean
begins_with_hit (const SearchQuery *query, const Word *token)
{
  g_autofree char *first = g_utf8_substring (token->text, 0, 1);

  return g_hash_table_contains (query->hits, first);
}

gboolean
search_query_hits (const SearchQuery *query, const Word *token, gboolean names)
{
  return g_hash_table_contains (query->hits, token->text)
         || (token->kind == WORD_GRAM && begins_with_hit (query, token))
         || (token->kind == WORD_LETTERS && names && begins_like_a_name (query, token));
}
