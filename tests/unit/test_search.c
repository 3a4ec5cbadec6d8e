/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Search before the database has a say: how text is cut in every kind of script, how questions are
 * read, where hits are marked. */
#include "base/problem.h"
#include "ticket/search-spans.h"

#include <string.h>

/* The pieces of @text, one after the other. */
static char *
cut (const char *text)
{
  g_autoptr (GArray) tokens = words_cut (text);
  GString *pieces = g_string_new (NULL);

  for (guint i = 0; i < tokens->len; i++)
    {
      const Word *token = &g_array_index (tokens, Word, i);

      g_assert_cmpuint (token->start, <, token->end);
      g_assert_cmpuint (token->end, <=, strlen (text));
      g_string_append_printf (pieces, "%s%s", i > 0 ? " " : "", token->text);
    }
  return g_string_free (pieces, FALSE);
}

static void
assert_cut (const char *text, const char *expected)
{
  g_autofree char *pieces = cut (text);

  g_assert_cmpstr (pieces, ==, expected);
}

static void
test_words_lose_case_accents_and_marks_of_writing (void)
{
  assert_cut ("", "");
  assert_cut ("  \n?! **…** 🎉 ", "");
  assert_cut ("Where is **my** order?", "where is my order");
  assert_cut ("CAFÉ cafe\u0301 Größe Ångström", "cafe cafe grosse angstrom");
  assert_cut ("Straße ΟΔΌΣ οδός", "strasse οδοσ οδοσ");
  assert_cut ("don't e-mail TKT-000042", "don t e mail tkt 000042");
  assert_cut ("ﬁne ｆｕｌｌ", "fine full");
  assert_cut ("soft\u00adhyphen zero\u200dwidth", "softhyphen zerowidth");
  assert_cut ("й и ё", "й и ё");
  assert_cut ("مُحَمَّد كتـــاب أحمد إلى", "محمد كتاب احمد الي");
  assert_cut ("İstanbul ırmak", "istanbul irmak");
}

static void
test_indian_scripts_keep_their_vowels (void)
{
  assert_cut ("আমার অর্ডারটি ৩৩১২", "আমার অর্ডারটি 3312");
  /* Written with one code point or with two. */
  assert_cut ("\u09cb \u0995\u09cb \u0995\u09c7\u09be", "\u0995\u09cb \u0995\u09cb");
  assert_cut ("हिन्दी किताब", "हिन्दी किताब");
}

static void
test_scripts_without_spaces_become_pairs (void)
{
  assert_cut ("我的订单", "我的 的订 订单 单");
  assert_cut ("猫", "猫");
  assert_cut ("注文1042番", "注文 文 1042 番");
  assert_cut ("ガカ", "ガカ カ");
  assert_cut ("ｶﾞｶ", "ガカ カ");
  assert_cut ("주문 번호", "주문 문 번호 호");
  assert_cut ("เที่ยว", "เที่ ที่ย ยว ว");
}

static void
test_long_numbers_are_one (void)
{
  assert_cut ("+880 1712-345678", "880 1712 345678 #8801712345678 ~12345678");
  assert_cut ("01712345678", "01712345678 #01712345678 ~12345678");
  assert_cut ("1042", "1042");
  assert_cut ("1042, 3312, 881", "1042 3312 881");
  assert_cut ("٠١٢٣٤٥٦", "0123456 #0123456 ~0123456");
}

static void
test_any_text_can_be_cut (void)
{
  for (guint round = 0; round < 3000; round++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      g_autoptr (GArray) tokens = NULL;
      g_autofree char *terms = NULL;

      for (gint32 i = g_test_rand_int_range (0, 40); i > 0; i--)
        {
          gunichar c = (gunichar) g_test_rand_int_range (1, i % 2 ? 0x500 : 0x30000);

          if (g_unichar_validate (c))
            g_string_append_unichar (text, c);
        }
      tokens = words_cut (text->str);
      terms = search_terms (tokens);
      g_assert_true (g_utf8_validate (terms, -1, NULL));
      for (guint i = 0; i < tokens->len; i++)
        g_assert_null (strpbrk (g_array_index (tokens, Word, i).text, "'\\ \n"));
    }
}

static void
test_distance_counts_slips (void)
{
  g_assert_cmpuint (search_distance ("refund", "refund", 2), ==, 0);
  g_assert_cmpuint (search_distance ("refnud", "refund", 2), ==, 1);
  g_assert_cmpuint (search_distance ("refun", "refund", 2), ==, 1);
  g_assert_cmpuint (search_distance ("reefund", "refund", 2), ==, 1);
  g_assert_cmpuint (search_distance ("rafand", "refund", 2), ==, 2);
  g_assert_cmpuint (search_distance ("অর্ডর", "অর্ডার", 2), ==, 1);
  g_assert_cmpuint (search_distance ("a", "abcdef", 2), >, 2);
}

static void
assert_question (const char *text, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SearchQuery) query = search_query_new (text, &error);
  g_autofree char *terms = NULL;

  g_assert_no_error (error);
  terms = search_query_terms (query, FALSE);
  g_assert_cmpstr (terms, ==, expected);
}

static void
test_questions_are_understood (void)
{
  assert_question ("refund order", "('refund') & ('order')");
  assert_question ("\"wrong book\" -gift", "('wrong' <1> 'book') & !('gift')");
  assert_question ("“wrong book", "('wrong' <1> 'book')");
  assert_question ("-\"gift card\" lost", "!('gift' <1> 'card') & ('lost')");
  assert_question ("ada@example.com", "('ada' <1> 'example' <1> 'com')");
  assert_question ("a - b", "('a') & ('b')");
  assert_question ("我的订单", "('我的' <1> '的订' <1> '订单')");
  assert_question ("猫", "('猫':*)");
  assert_question ("注文1042番", "('注文' <2> '1042' <1> '番':*)");
  assert_question ("+880 1712 345678", "((('880') & ('1712') & ('345678')) | '#8801712345678'"
                                       " | '~12345678')");
  assert_question ("?!", "");
  assert_question ("a' | 'b & !c:* <-> (d)", "('a') & ('b') & ('c') & ('d')");
}

static void
test_questions_that_ask_nothing_are_refused (void)
{
  g_autofree char *long_text = g_strnfill (SEARCH_QUERY_MAX + 1, 'x');
  g_autofree char *many = g_strnfill (2 * SEARCH_TERMS_MAX + 1, 'x');
  const char *const refused[] = { NULL, "", " \t\u3000", "-gift", long_text, many };

  for (guint i = 0; many[i] != '\0'; i++)
    many[i] = i % 2 ? ' ' : 'x';
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (search_query_new (refused[i], &error));
      g_assert_error (error, PROBLEM, PROBLEM_BAD_REQUEST);
    }
}

static void
test_forms_stand_for_their_word (void)
{
  g_autoptr (SearchQuery) query = search_query_new ("\"my\" refnud 42 orders", NULL);
  g_autoptr (GPtrArray) words = search_query_words (query);
  g_autofree char *terms = NULL;
  g_autofree char *exact = NULL;

  g_assert_cmpuint (words->len, ==, 2);
  g_assert_true (search_query_is_unfinished (query));
  search_query_add_form (query, 0, "refund");
  search_query_add_form (query, 1, "order");
  terms = search_query_terms (query, FALSE);
  exact = search_query_terms (query, TRUE);
  g_assert_cmpstr (terms, ==, "('my') & ('refnud' | 'refund') & ('42') & ('orders' | 'order')");
  g_assert_cmpstr (exact, ==, "('my') & ('refnud') & ('42') & ('orders')");
}

static void
test_numbers_name_tickets_and_people (void)
{
  static const struct
  {
    const char *text;
    gint64 ticket, person;
  } cases[] = { { "TKT-000042", 42, 42 },  { "tkt42", 42, 42 },
                { "#42", 42, 42 },         { "৪২", 42, 42 },
                { "Visitor 42", 0, 42 },   { "42 books", 0, 0 },
                { "order 42 late", 0, 0 }, { "99999999999999999999", 0, 0 } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (SearchQuery) query = search_query_new (cases[i].text, NULL);
      const char *called;

      g_assert_cmpint (search_query_ticket (query), ==, cases[i].ticket);
      g_assert_cmpint (search_query_person (query, &called), ==, cases[i].person);
    }
}

static void
assert_spans (const char *question, const char *text, guint most, const char *expected)
{
  g_autoptr (SearchQuery) query = search_query_new (question, NULL);
  g_autoptr (GString) json = g_string_new (NULL);

  search_append_spans (json, text, query, FALSE, most);
  g_assert_cmpstr (json->str, ==, expected);
}

static void
test_hits_are_marked_where_they_are (void)
{
  g_autoptr (GString) long_text = g_string_new (NULL);

  assert_spans ("cafe", "Un Café!", 0,
                "[{\"t\":\"Un \",\"hit\":false},{\"t\":\"Café\",\"hit\":true},"
                "{\"t\":\"!\",\"hit\":false}]");
  assert_spans ("订单", "我的订单\n到了", 0,
                "[{\"t\":\"我的\",\"hit\":false},{\"t\":\"订单\",\"hit\":true},"
                "{\"t\":\" 到了\",\"hit\":false}]");
  assert_spans ("x -y", "y", 0, "[{\"t\":\"y\",\"hit\":false}]");
  assert_spans ("x", NULL, 0, "[]");
  assert_spans ("x", "", 0, "[]");
  for (guint i = 0; i < 400; i++)
    g_string_append (long_text, i == 300 ? "needle " : "hay ");
  assert_spans ("needle", long_text->str, 80,
                "[{\"t\":\"…hay hay hay hay hay hay hay hay hay hay hay hay \",\"hit\":false},"
                "{\"t\":\"needle\",\"hit\":true},"
                "{\"t\":\" hay hay hay hay hay hay…\",\"hit\":false}]");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/search/words", test_words_lose_case_accents_and_marks_of_writing);
  g_test_add_func ("/search/indian", test_indian_scripts_keep_their_vowels);
  g_test_add_func ("/search/pairs", test_scripts_without_spaces_become_pairs);
  g_test_add_func ("/search/long-numbers", test_long_numbers_are_one);
  g_test_add_func ("/search/any-text", test_any_text_can_be_cut);
  g_test_add_func ("/search/distance", test_distance_counts_slips);
  g_test_add_func ("/search/questions", test_questions_are_understood);
  g_test_add_func ("/search/refused", test_questions_that_ask_nothing_are_refused);
  g_test_add_func ("/search/forms", test_forms_stand_for_their_word);
  g_test_add_func ("/search/numbers", test_numbers_name_tickets_and_people);
  g_test_add_func ("/search/spans", test_hits_are_marked_where_they_are);
  return g_test_run ();
}
