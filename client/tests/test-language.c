/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Names of languages (A1): known ones, with a country, and what has no name.
 */

#include "desk-language.h"

static void
expect (const char *tag, const char *name)
{
  g_autofree char *described = desk_language_describe (tag);

  g_assert_cmpstr (described, ==, name);
}

static void
known_languages_have_names (void)
{
  expect ("en", "English");
  expect ("BN", "Bengali");
  expect ("pt-BR", "Portuguese (BR)");
  expect ("zh_Hant", "Chinese (Hant)");
}

static void
other_tags_stay_as_they_are (void)
{
  expect ("eng", "eng");
  expect ("e", "e");
  expect ("tlh", "tlh");
  expect ("", "");
  expect (NULL, NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/language/known", known_languages_have_names);
  g_test_add_func ("/language/others", other_tags_stay_as_they_are);

  return g_test_run ();
}
