/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Keywords in any script, files of labelled texts, strictly read, and figures by hand. */
#include "queue/keywords.h"
#include "queue/routing-figures.h"
#include "queue/routing-table.h"

#include <math.h>
#include <string.h>

static RoutingTable *
parse (const char *csv, GError **error)
{
  return routing_table_parse (csv, strlen (csv), error);
}

static void
test_reads_what_rfc_4180_allows (void)
{
  g_autoptr (RoutingTable) table = parse ("\xef\xbb\xbf"
                                          "label,text\r\n"
                                          "a,plain words\r\n"
                                          "b,\"one, \"\"two\"\"\r\nthree\"\n"
                                          "\"c d\",টাকা",
                                          NULL);

  g_assert_nonnull (table);
  g_assert_cmpuint (table->texts->len, ==, 3);
  g_assert_cmpstr (g_ptr_array_index (table->texts, 0), ==, "plain words");
  g_assert_cmpstr (g_ptr_array_index (table->texts, 1), ==, "one, \"two\"\r\nthree");
  g_assert_cmpstr (g_ptr_array_index (table->labels, 2), ==, "c d");
  g_assert_cmpstr (g_ptr_array_index (table->texts, 2), ==, "টাকা");
}

static void
test_says_which_line_is_wrong (void)
{
  const struct
  {
    const char *csv;
    guint line;
  } cases[] = {
    { "", 1 },
    { "text\nx", 1 },
    { "text,kind\nx,y\n", 1 },
    { "text,text\nx,y\n", 1 },
    { "text,label", 1 },
    { "text,label\n", 2 },
    { "text,label\nx,y\nalone\n", 3 },
    { "text,label\nx,y,z\n", 2 },
    { "text,label\nx,y\n\nx,y\n", 3 },
    { "text,label\n\"a\nb\",y\nx, \n", 4 },
    { "text,label\n  ,y\n", 2 },
    { "text,label\nx,y\n\"never\nclosed\n", 3 },
    { "text,label\n\"x\" ,y\n", 2 },
    { "text,label\na \"b\",y\n", 2 },
    { "text,label\nx,y\rz,y\n", 2 },
    { "text,label\nx,y\n\xff,y\n", 3 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *prefix = g_strdup_printf ("Line %u: ", cases[i].line);
      g_autoptr (GError) error = NULL;

      g_assert_null (parse (cases[i].csv, &error));
      g_assert_true (g_str_has_prefix (error->message, prefix));
    }
}

static void
test_a_nul_is_no_text (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (routing_table_parse ("text,label\na\0b,y\n", 17, &error));
  g_assert_true (g_str_has_prefix (error->message, "Line 2: "));
}

/* a a a b b c, guessed a a b b c c: by hand precision and recall of a are 1 and 2/3, of b ½ and ½,
 * of c ½ and 1. */
static void
test_figures_by_hand (void)
{
  const char *const truth = "aaabbc", *const guess = "aabbcc";
  g_autoptr (RoutingTally) tally = routing_tally_new ();
  RoutingFigures figures;

  for (guint i = 0; truth[i] != '\0'; i++)
    {
      char there[2] = { truth[i] }, said[2] = { guess[i] };

      routing_tally_add (tally, there, said, i < 3, truth[i] != 'c');
    }
  figures = routing_tally_figures (tally);
  g_assert_cmpuint (figures.texts, ==, 6);
  g_assert_cmpfloat_with_epsilon (figures.accuracy, 4.0 / 6, 1e-9);
  g_assert_cmpfloat_with_epsilon (figures.macro_f1, (0.8 + 0.5 + 2.0 / 3) / 3, 1e-9);
  g_assert_cmpfloat_with_epsilon (figures.coverage, 0.5, 1e-9);
  g_assert_cmpfloat_with_epsilon (figures.accuracy_covered, 2.0 / 3, 1e-9);
  g_assert_cmpfloat_with_epsilon (figures.gain, 1.0 / 6, 1e-9);
  g_assert_cmpfloat_with_epsilon (figures.unseen_refused, 1, 1e-9);
}

static void
assert_guess (const Keywords *keywords, const char *text, gint64 department, double confidence)
{
  g_auto (KeywordGuess) guess = { 0 };

  keywords_guess (keywords, text, &guess);
  g_assert_cmpint (guess.department, ==, department);
  g_assert_cmpfloat_with_epsilon (guess.confidence, confidence, 1e-9);
}

static void
test_keywords_share_what_they_found (void)
{
  g_autoptr (Keywords) keywords = keywords_new ();

  keywords_add (keywords, 1, "refund");
  keywords_add (keywords, 1, "Refund"); /* the same to people, and another entry */
  keywords_add (keywords, 1, "refund");
  keywords_add (keywords, 1, "paid twice");
  keywords_add (keywords, 2, "deliver*");
  keywords_add (keywords, 2, "快递");
  keywords_add (keywords, 2, "…");
  assert_guess (keywords, "nothing of it", 0, 0);
  assert_guess (keywords, "Paid. Twice! I say", 1, 1 / 1.25);
  assert_guess (keywords, "paid him twice", 0, 0);
  assert_guess (keywords, "undelivered", 0, 0);
  assert_guess (keywords, "delivered, delivering", 2, 1 / 1.25);
  assert_guess (keywords, "我的快递呢", 2, 1 / 1.25);
  assert_guess (keywords, "paid twice for delivery", 1, 1 / 2.25);
  assert_guess (keywords, "paid twice: refund the delivery", 1, 3 / 4.25);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/routing/keywords", test_keywords_share_what_they_found);
  g_test_add_func ("/routing/table/reads", test_reads_what_rfc_4180_allows);
  g_test_add_func ("/routing/table/refuses", test_says_which_line_is_wrong);
  g_test_add_func ("/routing/table/nul", test_a_nul_is_no_text);
  g_test_add_func ("/routing/figures", test_figures_by_hand);
  return g_test_run ();
}
