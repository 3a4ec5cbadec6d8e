/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Whatever a message holds, its markup shows the text and nothing but what we meant.
 */

#include "desk-spans.h"
#include "support.h"

#define GAP "\n<span size=\"50%\">\n</span>"

static char *
draw (const char *spans)
{
  g_autofree char *text = g_strdup_printf ("{'spans':%s}", spans);
  g_autoptr (JsonObject) json = parse (text);

  return desk_spans_to_markup (desk_json_get_array (json, "spans"), "the body");
}

static void
inline_spans_become_markup (void)
{
  g_autofree char *markup = draw ("[{'t':'p','c':['Of ',{'t':'b','c':['course']},{'t':'br'},"
                                  "{'t':'code','x':'a<b'}]}]");

  g_assert_cmpstr (markup, ==, "Of <b>course</b>\n<tt>a&lt;b</tt>");
}

static void
lists_and_quotes_keep_their_shape (void)
{
  g_autofree char *markup = draw ("[{'t':'ol','c':[[{'t':'p','c':['one']}],[{'t':'p','c':['two']}]"
                                  "]},{'t':'quote','c':[{'t':'p','c':['said']}]}]");

  g_assert_cmpstr (markup, ==, "1. one\n2. two" GAP "<i>“said”</i>");
}

static void
paragraphs_stand_apart_from_each_other (void)
{
  g_autofree char *markup = draw ("[{'t':'p','c':['one']},{'t':'p','c':['two']},{'t':'quote','c':["
                                  "{'t':'p','c':['a']},{'t':'p','c':['b']}]}]");

  g_assert_cmpstr (markup, ==, "one" GAP "two" GAP "<i>“a\nb”</i>");
}

static void
code_ends_without_an_empty_line (void)
{
  g_autofree char *markup
      = draw ("[{'t':'pre','x':'a <\\n\\nb\\n'},{'t':'p','c':['and']},{'t':'pre','x':''}]");

  g_assert_cmpstr (markup, ==, "<tt>a &lt;\n\nb</tt>" GAP "and" GAP "<tt></tt>");
}

static void
a_list_begins_with_its_number (void)
{
  g_autofree char *markup
      = draw ("[{'t':'ol','n':7,'c':[[{'t':'p','c':['a']}],[{'t':'p','c':['b']}]]}]");

  g_assert_cmpstr (markup, ==, "7. a\n8. b");
}

static void
only_safe_links_are_links (void)
{
  g_autofree char *good
      = draw ("[{'t':'p','c':[{'t':'a','h':'https://a.b/?x=1&y=2','c':['go']}]}]");
  g_autofree char *bad = draw ("[{'t':'p','c':[{'t':'a','h':'javascript:alert(1)','c':['go']}]}]");

  g_assert_cmpstr (good, ==, "<a href=\"https://a.b/?x=1&amp;y=2\">go</a>");
  g_assert_cmpstr (bad, ==, "go");
}

static void
broken_spans_show_what_can_be_shown (void)
{
  g_autofree char *none = draw ("[]");
  g_autofree char *odd = draw ("[17,{'t':'p','c':[null,{},'text',{'t':'new','c':['x']}]}]");

  g_assert_cmpstr (none, ==, "the body");
  g_assert_cmpstr (odd, ==, GAP "textx");
}

static void
deep_spans_end (void)
{
  GString *text = g_string_new (NULL);
  g_autofree char *markup = NULL;

  for (guint i = 0; i < 300; i++)
    g_string_append (text, "[{'t':'quote','c':");
  g_string_append (text, "[]");
  for (guint i = 0; i < 300; i++)
    g_string_append (text, "}]");
  markup = draw (text->str);
  g_string_free (text, TRUE);

  g_assert_cmpuint (strlen (markup), <, 1000);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/spans/inline", inline_spans_become_markup);
  g_test_add_func ("/spans/blocks", lists_and_quotes_keep_their_shape);
  g_test_add_func ("/spans/paragraphs", paragraphs_stand_apart_from_each_other);
  g_test_add_func ("/spans/code", code_ends_without_an_empty_line);
  g_test_add_func ("/spans/numbers", a_list_begins_with_its_number);
  g_test_add_func ("/spans/links", only_safe_links_are_links);
  g_test_add_func ("/spans/broken", broken_spans_show_what_can_be_shown);
  g_test_add_func ("/spans/deep", deep_spans_end);

  return g_test_run ();
}
