/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Reading arguments: what is accepted, and how every field that is not gets named. */
#include "base/arguments.h"
#include "base/problem.h"

#include <string.h>

static Arguments *
parse (const char *json)
{
  g_autoptr (GError) error = NULL;
  Arguments *arguments = arguments_new (json, strlen (json), &error);

  g_assert_no_error (error);
  return arguments;
}

static void
assert_bad (const char *json)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (arguments_new (json, strlen (json), &error));
  g_assert_error (error, PROBLEM, PROBLEM_BAD_JSON);
}

/* That arguments_check() names exactly @field with @code. */
static void
assert_refused (Arguments *arguments, const char *field, const char *code)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *document = NULL;
  g_autofree char *named
      = g_strdup_printf ("\"errors\":[{\"field\":\"%s\",\"code\":\"%s\"", field, code);

  g_assert_false (arguments_check (arguments, &error));
  g_assert_error (error, PROBLEM, PROBLEM_VALIDATION_FAILED);
  document = problem_to_json (error, "r");
  if (strstr (document, named) == NULL)
    g_error ("expected %s in %s", named, document);
}

static void
assert_fine (Arguments *arguments)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (arguments_check (arguments, &error));
  g_assert_no_error (error);
}

static void
test_top (void)
{
  assert_bad ("[]");
  assert_bad ("1");
  assert_bad ("\"{}\"");
  assert_bad ("{\"a\":1");
  assert_bad ("");
}

static void
test_presence (void)
{
  g_autoptr (Arguments) arguments
      = parse (" { \"a\" : 1 , \"b\":null, \"\\u0063\":{\"d\":[2,\"}\"]},\"e\":\"x\"}");

  g_assert_true (arguments_has (arguments, "a"));
  g_assert_false (arguments_has (arguments, "b"));
  g_assert_true (arguments_mentions (arguments, "b"));
  g_assert_true (arguments_has (arguments, "c"));
  g_assert_false (arguments_mentions (arguments, "d"));
  g_assert_cmpstr (arguments_text (arguments, "e", 1, ARGUMENT_REQUIRED), ==, "x");
  assert_fine (arguments);
}

static void
test_object (void)
{
  g_autoptr (Arguments) arguments = parse ("{\"a\" : { \"b\" : 5, \"c\": \"x\" },\"odd\":[]}");
  g_autoptr (Arguments) object = arguments_object (arguments, "a", ARGUMENT_REQUIRED);
  g_autoptr (Arguments) absent = arguments_object (arguments, "absent", ARGUMENT_OPTIONAL);
  g_autoptr (Arguments) odd = NULL;

  g_assert_cmpint (arguments_int (object, "b", 1, 9, 0, ARGUMENT_REQUIRED), ==, 5);
  g_assert_cmpstr (arguments_text (object, "c", 1, ARGUMENT_REQUIRED), ==, "x");
  g_assert_false (arguments_mentions (absent, "b"));
  assert_fine (arguments);
  odd = arguments_object (arguments, "odd", ARGUMENT_OPTIONAL);
  g_assert_false (arguments_mentions (odd, "b"));
  assert_refused (arguments, "odd", "wrong_type");
}

static void
test_object_notes (void)
{
  g_autoptr (Arguments) arguments = parse ("{\"a\":{\"b\":5}}");
  g_autoptr (Arguments) object = arguments_object (arguments, "a", ARGUMENT_REQUIRED);

  g_assert_cmpint (arguments_int (object, "b", 6, 9, 0, ARGUMENT_REQUIRED), ==, 0);
  assert_refused (arguments, "a.b", "out_of_range");
}

static void
test_last_of_doubled (void)
{
  g_autoptr (Arguments) arguments = parse ("{\"a\":1,\"a\":2}");

  g_assert_cmpint (arguments_int (arguments, "a", 0, 9, 0, ARGUMENT_REQUIRED), ==, 2);
}

static void
test_text (void)
{
  g_autoptr (Arguments) arguments
      = parse ("{\"a\":\"caf\\u00e9\",\"lines\":\"one\\ntwo\",\"none\":null}");

  g_assert_cmpstr (arguments_text (arguments, "a", 4, ARGUMENT_OPTIONAL), ==, "caf\u00e9");
  g_assert_cmpstr (arguments_text (arguments, "lines", 9, ARGUMENT_MULTILINE), ==, "one\ntwo");
  g_assert_null (arguments_text (arguments, "none", 9, ARGUMENT_OPTIONAL));
  g_assert_null (arguments_text (arguments, "absent", 9, ARGUMENT_OPTIONAL));
  assert_fine (arguments);
}

static void
test_text_refused (void)
{
  static const struct
  {
    const char *json;
    ArgumentFlags flags;
    const char *code;
  } cases[] = {
    { "{}", ARGUMENT_REQUIRED, "required" },
    { "{\"f\":null}", ARGUMENT_REQUIRED, "required" },
    { "{\"f\":\"\"}", ARGUMENT_OPTIONAL, "too_short" },
    { "{\"f\":\" \\u3000 \"}", ARGUMENT_OPTIONAL, "too_short" },
    { "{\"f\":\"\\n\\n\"}", ARGUMENT_MULTILINE, "too_short" },
    { "{\"f\":\"abcde\"}", ARGUMENT_OPTIONAL, "too_long" },
    { "{\"f\":7}", ARGUMENT_OPTIONAL, "wrong_type" },
    { "{\"f\":[\"a\"]}", ARGUMENT_OPTIONAL, "wrong_type" },
    { "{\"f\":false}", ARGUMENT_OPTIONAL, "wrong_type" },
    { "{\"f\":\"a\\u0000\"}", ARGUMENT_MULTILINE, "not_allowed" },
    { "{\"f\":\"a\\nb\"}", ARGUMENT_OPTIONAL, "not_allowed" },
    { "{\"f\":\"a\\r\"}", ARGUMENT_OPTIONAL, "not_allowed" },
    { "{\"f\":\"\\u2028\"}", ARGUMENT_OPTIONAL, "not_allowed" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (Arguments) arguments = parse (cases[i].json);

      g_assert_null (arguments_text (arguments, "f", 4, cases[i].flags));
      assert_refused (arguments, "f", cases[i].code);
    }
}

static void
test_int (void)
{
  g_autoptr (Arguments) arguments = parse (
      "{\"a\":-5,\"most\":9223372036854775807,\"least\":-9223372036854775808,\"zero\":-0}");

  g_assert_cmpint (arguments_int (arguments, "a", -5, 5, 0, ARGUMENT_REQUIRED), ==, -5);
  g_assert_cmpint (arguments_int (arguments, "most", 0, G_MAXINT64, 0, 0), ==, G_MAXINT64);
  g_assert_cmpint (arguments_int (arguments, "least", G_MININT64, 0, 0, 0), ==, G_MININT64);
  g_assert_cmpint (arguments_int (arguments, "zero", 0, 0, 1, 0), ==, 0);
  g_assert_cmpint (arguments_int (arguments, "absent", 0, 9, 3, 0), ==, 3);
  assert_fine (arguments);
}

static void
test_int_refused (void)
{
  static const char *const cases[][2] = {
    { "{}", "required" },
    { "{\"f\":0}", "out_of_range" },
    { "{\"f\":11}", "out_of_range" },
    { "{\"f\":18446744073709551617}", "out_of_range" },
    { "{\"f\":-99999999999999999999999}", "out_of_range" },
    { "{\"f\":1.5}", "wrong_type" },
    { "{\"f\":1e1}", "wrong_type" },
    { "{\"f\":\"1\"}", "wrong_type" },
    { "{\"f\":true}", "wrong_type" },
    { "{\"f\":[1]}", "wrong_type" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (Arguments) arguments = parse (cases[i][0]);

      g_assert_cmpint (arguments_int (arguments, "f", 1, 10, 4, ARGUMENT_REQUIRED), ==, 4);
      assert_refused (arguments, "f", cases[i][1]);
    }
}

static void
test_bool (void)
{
  g_autoptr (Arguments) arguments = parse ("{\"yes\":true,\"no\":false,\"odd\":1}");

  g_assert_true (arguments_bool (arguments, "yes", FALSE));
  g_assert_false (arguments_bool (arguments, "no", TRUE));
  g_assert_true (arguments_bool (arguments, "absent", TRUE));
  assert_fine (arguments);
  g_assert_false (arguments_bool (arguments, "odd", FALSE));
  assert_refused (arguments, "odd", "wrong_type");
}

static void
test_choice (void)
{
  static const char *const choices[] = { "low", "high", NULL };
  g_autoptr (Arguments) arguments
      = parse ("{\"a\":\"high\",\"b\":\"higher\",\"cut\":\"low\\u0000\"}");

  g_assert_cmpstr (arguments_choice (arguments, "a", choices, ARGUMENT_REQUIRED), ==, "high");
  g_assert_null (arguments_choice (arguments, "absent", choices, ARGUMENT_OPTIONAL));
  assert_fine (arguments);
  g_assert_null (arguments_choice (arguments, "cut", choices, ARGUMENT_OPTIONAL));
  assert_refused (arguments, "cut", "not_allowed");
  g_assert_null (arguments_choice (arguments, "b", choices, ARGUMENT_OPTIONAL));
  g_assert_false (arguments_check (arguments, NULL));
}

static void
test_texts (void)
{
  g_autoptr (Arguments) arguments
      = parse ("{\"a\":[ \"x\" , \"y,]\" ],\"none\":[],\"many\":[\"1\",\"2\",\"3\"],\"odd\":[1]}");
  g_auto (GStrv) texts = arguments_texts (arguments, "a", 2, 3);
  g_auto (GStrv) none = arguments_texts (arguments, "none", 2, 3);
  g_auto (GStrv) absent = arguments_texts (arguments, "absent", 2, 3);
  static const char *const expected[] = { "x", "y,]", NULL };

  g_assert_true (g_strv_equal ((const char *const *) texts, expected));
  g_assert_cmpuint (g_strv_length (none), ==, 0);
  g_assert_cmpuint (g_strv_length (absent), ==, 0);
  assert_fine (arguments);
  g_strfreev (arguments_texts (arguments, "many", 2, 3));
  assert_refused (arguments, "many", "too_long");
  g_strfreev (arguments_texts (arguments, "odd", 2, 3));
  g_assert_false (arguments_check (arguments, NULL));
}

static void
test_ints (void)
{
  g_autoptr (Arguments) arguments
      = parse ("{\"a\":[ 7 , -8 ],\"none\":[],\"many\":[1,2,3],\"odd\":[1,\"2\"],\"far\":[10]}");
  g_autoptr (GArray) numbers = arguments_ints (arguments, "a", 2, -8, 9);
  g_autoptr (GArray) none = arguments_ints (arguments, "none", 2, 0, 9);
  g_autoptr (GArray) absent = arguments_ints (arguments, "absent", 2, 0, 9);
  static const char *const refused[][2]
      = { { "many", "too_long" }, { "odd", "wrong_type" }, { "far", "out_of_range" } };

  g_assert_cmpuint (numbers->len, ==, 2);
  g_assert_cmpint (g_array_index (numbers, gint64, 0), ==, 7);
  g_assert_cmpint (g_array_index (numbers, gint64, 1), ==, -8);
  g_assert_cmpuint (none->len + absent->len, ==, 0);
  assert_fine (arguments);
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_autoptr (Arguments) one
          = parse ("{\"many\":[1,2,3],\"odd\":[1,\"2\"],\"far\":[10],\"top\":4}");

      g_array_unref (arguments_ints (one, refused[i][0], 2, 0, 9));
      assert_refused (one, refused[i][0], refused[i][1]);
    }
}

static void
test_counts_fields (void)
{
  g_autoptr (Arguments) arguments = parse ("{}");
  g_autoptr (GError) error = NULL;

  arguments_text (arguments, "a", 5, ARGUMENT_REQUIRED);
  arguments_int (arguments, "b", 0, 5, 0, ARGUMENT_REQUIRED);
  arguments_refuse (arguments, "c", "unknown", "There is no such department.");
  arguments_refuse (arguments, "c", "required", "Only the first note of a field counts.");
  g_assert_false (arguments_check (arguments, &error));
  g_assert_cmpstr (error->message, ==, "3 fields need another value.");
}

static void
assert_scalars (const char *value, const char *field, const char *code)
{
  g_autofree char *json = g_strdup_printf ("{\"metadata\":%s}", value);
  g_autoptr (Arguments) arguments = parse (json);
  g_autofree char *read = arguments_scalars (arguments, "metadata", 2, 5, ARGUMENT_OPTIONAL);

  g_assert_null (read);
  assert_refused (arguments, field, code);
}

static void
test_scalars (void)
{
  g_autoptr (Arguments) arguments
      = parse ("{\"a\":{\"n\":-1.50e3,\"t\":\"\"},\"b\":{},\"c\":{\"x\":null,\"y\":true}}");
  g_autofree char *a = arguments_scalars (arguments, "a", 2, 5, ARGUMENT_OPTIONAL);
  g_autofree char *b = arguments_scalars (arguments, "b", 2, 5, ARGUMENT_OPTIONAL);
  g_autofree char *c = arguments_scalars (arguments, "c", 2, 5, ARGUMENT_OPTIONAL);

  assert_fine (arguments);
  g_assert_cmpstr (a, ==, "{\"n\":-1.50e3,\"t\":\"\"}");
  g_assert_cmpstr (b, ==, "{}");
  g_assert_cmpstr (c, ==, "{\"x\":null,\"y\":true}");
  assert_scalars ("{\"a\":1,\"b\":2,\"c\":3}", "metadata", "too_long");
  assert_scalars ("{\"a\":[]}", "metadata.a", "wrong_type");
  assert_scalars ("{\"a\":{}}", "metadata.a", "wrong_type");
  assert_scalars ("{\"a\":1e999}", "metadata.a", "out_of_range");
  assert_scalars ("{\"a\":123456789012345678901234567890123}", "metadata.a", "out_of_range");
  assert_scalars ("{\"a\":\"123456\"}", "metadata.a", "too_long");
  assert_scalars ("{\"a\":\"\\u0000\"}", "metadata.a", "not_allowed");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/arguments/top", test_top);
  g_test_add_func ("/arguments/presence", test_presence);
  g_test_add_func ("/arguments/object", test_object);
  g_test_add_func ("/arguments/object-notes", test_object_notes);
  g_test_add_func ("/arguments/last-of-doubled", test_last_of_doubled);
  g_test_add_func ("/arguments/text", test_text);
  g_test_add_func ("/arguments/text-refused", test_text_refused);
  g_test_add_func ("/arguments/int", test_int);
  g_test_add_func ("/arguments/int-refused", test_int_refused);
  g_test_add_func ("/arguments/bool", test_bool);
  g_test_add_func ("/arguments/choice", test_choice);
  g_test_add_func ("/arguments/texts", test_texts);
  g_test_add_func ("/arguments/ints", test_ints);
  g_test_add_func ("/arguments/scalars", test_scalars);
  g_test_add_func ("/arguments/counts-fields", test_counts_fields);
  return g_test_run ();
}
