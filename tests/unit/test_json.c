/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * What is JSON and what is not, and the readers and the writer beside the recogniser. */
#include "base/json.h"
#include "base/problem.h"

#include <string.h>

typedef struct
{
  const char *text;
  gsize length; /* 0: up to the first U+0000 */
} Case;

static gboolean
accepts (const char *text, gsize length)
{
  g_autoptr (GError) error = NULL;
  gboolean accepted = json_check (text, length, &error);

  g_assert_true (accepted == (error == NULL));
  if (error != NULL)
    g_assert_error (error, PROBLEM, PROBLEM_BAD_JSON);
  return accepted;
}

static void
test_accepts (void)
{
  static const char *const texts[] = {
    "0",
    "-0",
    "-0.0e-0",
    "12",
    "1.25",
    "1E5",
    "1e+5",
    "1e-5",
    "123456789012345678901234567890",
    "1e999",
    "true",
    "false",
    "null",
    "\"\"",
    "\"a b\"",
    "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"",
    "\"\\u0000\\u00e9\\uD834\\uDD1E\"",
    "\"\xC3\xA9\xF0\x9D\x84\x9E\xEF\xBF\xBF\x7F\"",
    "[]",
    "{}",
    "[ ]",
    "{ }",
    " \t\r\n[1 , [ 2 ] ,{ } ] ",
    "{\"\":1,\"a\" : { \"b\":[ { } , null ] } }",
    "{\"a\":1,\"a\":2}",
    "[[],[[]],{\"a\":[]}]",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      if (!accepts (texts[i], strlen (texts[i])))
        g_error ("refused: %s", texts[i]);
    }
}

static const Case refused[] = {
  /* Nothing, or more than one value */
  { "", 0 },
  { " ", 0 },
  { "1 2", 0 },
  { "[][]", 0 },
  { "{}}", 0 },
  { "[1]]", 0 },
  { "{}//", 0 },
  { "{}/**/", 0 },
  { "[1]x", 0 },
  { "\xEF\xBB\xBF{}", 0 },
  /* Words and numbers */
  { "tru", 0 },
  { "True", 0 },
  { "nul", 0 },
  { "NaN", 0 },
  { "Infinity", 0 },
  { "-", 0 },
  { "+1", 0 },
  { "01", 0 },
  { "-01", 0 },
  { "1.", 0 },
  { ".5", 0 },
  { "1e", 0 },
  { "1e+", 0 },
  { "1.e5", 0 },
  { "0x1", 0 },
  { "1_000", 0 },
  { "- 1", 0 },
  { "1\xE5", 0 },
  /* Strings */
  { "\"", 0 },
  { "'a'", 0 },
  { "\"\\\"", 0 },
  { "\"\\a\"", 0 },
  { "\"\\x41\"", 0 },
  { "\"\\u12\"", 0 },
  { "\"\\u12G4\"", 0 },
  { "\"\\U0041\"", 0 },
  { "\"a\nb\"", 0 },
  { "\"a\tb\"", 0 },
  { "\"a\0b\"", 5 },
  { "\"\\\0\"", 4 },
  { "\"\\uD800\"", 0 },
  { "\"\\uDC00\"", 0 },
  { "\"\\uD800\\u0041\"", 0 },
  { "\"\\uD800\\uD800\"", 0 },
  { "\"\\uD800x\"", 0 },
  /* Not UTF-8: a lone byte, overlong, a surrogate, beyond Unicode, cut off */
  { "\"\xFF\"", 0 },
  { "\"\xC0\xAF\"", 0 },
  { "\"\xED\xA0\x80\"", 0 },
  { "\"\xF4\x90\x80\x80\"", 0 },
  { "\"\xC3\"", 0 },
  /* Arrays and objects */
  { "[", 0 },
  { "]", 0 },
  { "[1", 0 },
  { "[1,", 0 },
  { "[1,]", 0 },
  { "[,1]", 0 },
  { "[1,,2]", 0 },
  { "[1 2]", 0 },
  { "[1:2]", 0 },
  { "[1}", 0 },
  { "[\f]", 0 },
  { "[\0]", 3 },
  { "{", 0 },
  { "{\"a\"", 0 },
  { "{\"a\":", 0 },
  { "{\"a\":1", 0 },
  { "{\"a\":1,}", 0 },
  { "{\"a\" 1}", 0 },
  { "{\"a\",1}", 0 },
  { "{a:1}", 0 },
  { "{1:1}", 0 },
  { "{\"a\"::1}", 0 },
  { "{:1}", 0 },
  { "{,}", 0 },
  { "{\"a\":1]", 0 },
  { "{\"a\":1 \"b\":2}", 0 },
  { "{\"a\":}", 0 },
};

static void
test_refuses (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      const Case *each = &refused[i];

      if (accepts (each->text, each->length > 0 ? each->length : strlen (each->text)))
        g_error ("accepted: %s", each->text);
    }
}

static GString *
nest (const char *open, const char *inside, const char *close, guint depth)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < depth; i++)
    g_string_append (text, open);
  g_string_append (text, inside);
  for (guint i = 0; i < depth; i++)
    g_string_append (text, close);
  return text;
}

static void
test_depth (void)
{
  g_autoptr (GString) deepest = nest ("[", "", "]", JSON_DEPTH_MAX);
  g_autoptr (GString) deeper = nest ("[", "", "]", JSON_DEPTH_MAX + 1);
  g_autoptr (GString) objects = nest ("{\"a\":", "1", "}", JSON_DEPTH_MAX);
  g_autoptr (GString) mixed = nest ("[{\"a\":", "[]", "}]", JSON_DEPTH_MAX / 2);
  g_autoptr (GString) hostile = nest ("[", "", "", 100000);

  g_assert_true (accepts (deepest->str, deepest->len));
  g_assert_false (accepts (deeper->str, deeper->len));
  g_assert_true (accepts (objects->str, objects->len));
  g_assert_false (accepts (mixed->str, mixed->len));
  g_assert_false (accepts (hostile->str, hostile->len));
}

/* Every beginning of a text is refused, and nothing is read behind its end. */
static void
test_cut_off (void)
{
  static const char text[]
      = "{\"a\\u00e9\":[1.5e-3,true,null,{\"b\":\"\\uD834\\uDD1E\"}],\"c\":-0}";

  for (gsize length = 0; length < strlen (text); length++)
    {
      g_autofree char *part = g_memdup2 (text, MAX (length, 1));

      g_assert_false (accepts (part, length));
    }
  g_assert_true (accepts (text, strlen (text)));
}

static void
test_offset (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (json_check ("{\"a\": nix}", 10, &error));
  g_assert_nonnull (strstr (error->message, "byte 7"));
}

static void
test_read_text (void)
{
  const char *at = "\"a\\n\\\"\\/\\u00e9\\uD834\\uDD1E\\u0000b\" ,";
  g_autoptr (GString) text = json_read_text (&at);
  static const char expected[] = "a\n\"/\xC3\xA9\xF0\x9D\x84\x9E\0b";

  g_assert_cmpmem (text->str, text->len, expected, sizeof expected - 1);
  g_assert_cmpstr (at, ==, " ,");
}

static void
test_skip_value (void)
{
  static const char *const values[]
      = { "1", "-1.5e3", "true", "\"a]\\\"}\"", "[]", "[1,[2]]", "{\"a]\":{\"b\":\"}\"}}" };

  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    {
      g_autofree char *text = g_strconcat (values[i], " ,1]", NULL);

      g_assert_cmpstr (json_skip_value (text), ==, " ,1]");
    }
}

/* What is written is JSON again, and says the same. */
static void
test_append_text (void)
{
  g_autoptr (GString) all = g_string_new (NULL);
  g_autoptr (GString) json = g_string_new (NULL);
  g_autoptr (GString) back = NULL;
  const char *at;

  for (gunichar letter = 1; letter < 0x2030; letter++)
    g_string_append_unichar (all, letter);
  json_append_text (json, all->str);
  g_assert_true (accepts (json->str, json->len));
  at = json->str;
  back = json_read_text (&at);
  g_assert_cmpstr (back->str, ==, all->str);
  g_string_truncate (json, 0);
  json_append_text (json, NULL);
  g_assert_cmpstr (json->str, ==, "null");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/json/accepts", test_accepts);
  g_test_add_func ("/json/refuses", test_refuses);
  g_test_add_func ("/json/depth", test_depth);
  g_test_add_func ("/json/cut-off", test_cut_off);
  g_test_add_func ("/json/offset", test_offset);
  g_test_add_func ("/json/read-text", test_read_text);
  g_test_add_func ("/json/skip-value", test_skip_value);
  g_test_add_func ("/json/append-text", test_append_text);
  return g_test_run ();
}
