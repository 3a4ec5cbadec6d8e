/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The span tree: what each mark becomes, and what a hostile text cannot do. */
#include "base/json.h"
#include "base/spans.h"

#include <glib.h>
#include <string.h>

typedef struct
{
  const char *markdown;
  const char *spans;
} Case;

static const Case cases[] = {
  { "hello", "[{\"t\":\"p\",\"c\":[\"hello\"]}]" },
  { "a **b** *c* ~~d~~",
    "[{\"t\":\"p\",\"c\":[\"a \",{\"t\":\"b\",\"c\":[\"b\"]},\" \",{\"t\":\"i\",\"c\":[\"c\"]},"
    "\" \",{\"t\":\"s\",\"c\":[\"d\"]}]}]" },
  { "one\ntwo", "[{\"t\":\"p\",\"c\":[\"one\",{\"t\":\"br\"},\"two\"]}]" },
  { "`x < y`", "[{\"t\":\"p\",\"c\":[{\"t\":\"code\",\"x\":\"x < y\"}]}]" },
  { "```\nlet\n```", "[{\"t\":\"pre\",\"x\":\"let\\n\"}]" },
  { "```sql\nlet\n```", "[{\"t\":\"pre\",\"x\":\"let\\n\"}]" },
  { "```let x\ny\n```", "[{\"t\":\"pre\",\"x\":\"let x\\ny\\n\"}]" },
  { "a\n```b", "[{\"t\":\"p\",\"c\":[\"a\"]},{\"t\":\"pre\",\"x\":\"b\\n\"}]" },
  { "> q", "[{\"t\":\"quote\",\"c\":[{\"t\":\"p\",\"c\":[\"q\"]}]}]" },
  { "- a\n- b",
    "[{\"t\":\"ul\",\"c\":[[{\"t\":\"p\",\"c\":[\"a\"]}],[{\"t\":\"p\",\"c\":[\"b\"]}]]}]" },
  { "1. a", "[{\"t\":\"ol\",\"c\":[[{\"t\":\"p\",\"c\":[\"a\"]}]]}]" },
  { "7. a", "[{\"t\":\"ol\",\"n\":7,\"c\":[[{\"t\":\"p\",\"c\":[\"a\"]}]]}]" },
  { "see https://x.org", "[{\"t\":\"p\",\"c\":[\"see "
                         "\",{\"t\":\"a\",\"h\":\"https://x.org\",\"c\":[\"https://x.org\"]}]}]" },
  { "[run](javascript:alert(1))", "[{\"t\":\"p\",\"c\":[\"run\"]}]" },
  { "![cat](data:image/png;base64,AA)", "[{\"t\":\"p\",\"c\":[\"cat\"]}]" },
  { "a <b>c</b>", "[{\"t\":\"p\",\"c\":[\"a \",\"<b>\",\"c\",\"</b>\"]}]" },
  { "# Title", "[{\"t\":\"p\",\"c\":[\"Title\"]}]" },
  { "[](https://x.org)",
    "[{\"t\":\"p\",\"c\":[{\"t\":\"a\",\"h\":\"https://x.org\",\"c\":[\"https://x.org\"]}]}]" },
  /* What Markdown would hide. */
  { "#", "[{\"t\":\"p\",\"c\":[\"#\"]}]" },
  { "-", "[{\"t\":\"p\",\"c\":[\"-\"]}]" },
  { ">\r\n>", "[{\"t\":\"p\",\"c\":[\">\",{\"t\":\"br\"},\">\"]}]" },
  { "[]()", "[{\"t\":\"p\",\"c\":[\"[]()\"]}]" },
  { "[INFO]: started", "[{\"t\":\"p\",\"c\":[\"[INFO]: started\"]}]" },
  { "> [a]: b\n\n[x][a]", "[{\"t\":\"quote\",\"c\":[{\"t\":\"p\",\"c\":[\"[a]: b\"]}]},"
                          "{\"t\":\"p\",\"c\":[\"[x][a]\"]}]" },
  { "```\n[a]: b\n```", "[{\"t\":\"pre\",\"x\":\"[a]: b\\n\"}]" },
};

static void
test_marks (gconstpointer data)
{
  const Case *expected = data;
  g_autofree char *spans = spans_from_markdown (expected->markdown);

  g_assert_cmpstr (spans, ==, expected->spans);
}

/* Whatever the text: the tree is JSON, and no deeper than a reader takes. */
static void
test_hostile (void)
{
  static const char *const pieces[]
      = { "> ", "- ", "1. ", "**", "*", "[", "](", "`", "~~", "<div>", "\n", "&amp;", "\\", "![" };

  for (guint i = 0; i < G_N_ELEMENTS (pieces); i++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      g_autofree char *spans = NULL;
      g_autoptr (GError) error = NULL;

      for (guint n = 0; n < 2000; n++)
        g_string_append (text, pieces[i]);
      g_string_append (text, "deep");
      spans = spans_from_markdown (text->str);
      g_assert_true (json_check (spans, strlen (spans), &error));
      g_assert_no_error (error);
    }
}

static void
test_random (void)
{
  static const char alphabet[] = "> -*_`[]()~#\n\t ab1.<>!&\\:/";

  for (guint round = 0; round < 2000; round++)
    {
      char text[80] = { 0 };
      g_autofree char *spans = NULL;
      g_autoptr (GError) error = NULL;

      for (guint i = 0; i + 1 < sizeof text; i++)
        text[i] = alphabet[g_test_rand_int_range (0, sizeof alphabet - 1)];
      spans = spans_from_markdown (text);
      if (!json_check (spans, strlen (spans), &error))
        g_error ("“%s” became “%s”: %s", text, spans, error->message);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/spans/marks/%u", i);

      g_test_add_data_func (path, &cases[i], test_marks);
    }
  g_test_add_func ("/spans/hostile", test_hostile);
  g_test_add_func ("/spans/random", test_random);
  return g_test_run ();
}
