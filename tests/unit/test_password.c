/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Passwords, the secrets beside them, and what account fields have to look like. */
#include "account/account.h"
#include "base/fields.h"
#include "account/secret.h"

#include <string.h>

static void
test_belongs (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *hash = password_hash ("correct horse", &error);

  g_assert_no_error (error);
  g_assert_true (g_str_has_prefix (hash, "$argon2id$v=19$m=65536,t=3,p=1$"));
  g_assert_true (password_matches (hash, "correct horse"));
  g_assert_false (password_matches (hash, "correct horsE"));
  g_assert_false (password_matches (hash, "correct horse "));
  g_assert_false (password_matches (hash, ""));
}

static void
test_salted (void)
{
  g_autofree char *first = password_hash ("correct horse", NULL);
  g_autofree char *second = password_hash ("correct horse", NULL);

  g_assert_cmpstr (first, !=, second);
}

/* "é" as one letter, and as "e" with an accent after it. */
static void
test_composition (void)
{
  g_autofree char *hash = password_hash ("caf\u00e9 au lait", NULL);

  g_assert_true (password_matches (hash, "cafe\u0301 au lait"));
}

static void
test_broken_hash (void)
{
  g_assert_false (password_matches ("", "correct horse"));
  g_assert_false (password_matches ("correct horse", "correct horse"));
}

static gint64
time_match (const char *hash)
{
  gint64 start = g_get_monotonic_time ();

  g_assert_false (password_matches (hash, "wrong horse"));
  return g_get_monotonic_time () - start;
}

/* The fastest of a few runs, and wide bounds, since other programs take the processor meanwhile: it
 * is about comparing at all. */
static void
test_unknown_account (void)
{
  g_autofree char *hash = password_hash ("correct horse", NULL);
  gint64 known = G_MAXINT64;
  gint64 unknown = G_MAXINT64;

  for (guint i = 0; i < 5; i++)
    {
      known = MIN (known, time_match (hash));
      unknown = MIN (unknown, time_match (NULL));
    }
  g_test_message ("known %" G_GINT64_FORMAT " µs, unknown %" G_GINT64_FORMAT " µs", known, unknown);
  g_assert_cmpint (unknown, >, known / 4);
  g_assert_cmpint (unknown, <, known * 4);
}

static void
test_codes (void)
{
  g_autofree char *code = secret_make_code ();
  g_autofree char *lower = g_ascii_strdown (code, -1);
  g_auto (GStrv) groups = g_strsplit (lower, "-", -1);
  g_autofree char *typed = g_strjoinv (" ", groups);
  g_autofree char *read = secret_read_code (typed);
  g_autofree char *bare = g_strjoinv ("", groups);
  g_autofree char *read_bare = secret_read_code (bare);

  g_assert_cmpuint (strlen (code), ==, 19);
  g_assert_cmpuint (g_strv_length (groups), ==, 4);
  g_assert_cmpstr (read, ==, code);
  g_assert_cmpstr (read_bare, ==, code);
}

static void
test_secret_hash (void)
{
  g_autofree char *first = secret_hash ("one");
  g_autofree char *again = secret_hash ("one");
  g_autofree char *other = secret_hash ("two");

  g_assert_cmpuint (strlen (first), ==, 2 + 64);
  g_assert_true (g_str_has_prefix (first, "\\x"));
  g_assert_cmpstr (first, ==, again);
  g_assert_cmpstr (first, !=, other);
}

static void
test_emails (void)
{
  static const char *const fit[] = { "ada@example.com", "a@b", "o'neil+x@mail.example.co.uk",
                                     "রিনা@উদাহরণ.বাংলা", "first.last@xn--bcher-kva.example" };
  static const char *const unfit[] = { "",
                                       "ada",
                                       "@example.com",
                                       "ada@",
                                       "ada@@example.com",
                                       "ada@example..com",
                                       "ada@-example.com",
                                       "ada b@example.com",
                                       "ada@example.com\n",
                                       "<ada@example.com>",
                                       "ada@example.com, b@example.com",
                                       "ada@exa_mple.com",
                                       "ada@example.com." };
  g_autofree char *long_name = g_strnfill (65, 'a');
  g_autofree char *long_local = g_strconcat (long_name, "@example.com", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (fit); i++)
    {
      g_test_message ("%s", fit[i]);
      g_assert_true (field_email_is_fit (fit[i]));
    }
  for (guint i = 0; i < G_N_ELEMENTS (unfit); i++)
    {
      g_test_message ("%s", unfit[i]);
      g_assert_false (field_email_is_fit (unfit[i]));
    }
  g_assert_false (field_email_is_fit (long_local));
}

static void
test_languages (void)
{
  static const char *const fit[] = { "en", "bn-BD", "zh-Hant-TW", "sl-rozaj-biske-1994" };
  static const char *const unfit[]
      = { "", "e", "en_US", "en-", "-en", "en--US", "english language", "1n", "en-waytoolong" };

  for (guint i = 0; i < G_N_ELEMENTS (fit); i++)
    g_assert_true (field_language_is_fit (fit[i]));
  for (guint i = 0; i < G_N_ELEMENTS (unfit); i++)
    g_assert_false (field_language_is_fit (unfit[i]));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/password/belongs-to-its-hash", test_belongs);
  g_test_add_func ("/password/is-salted", test_salted);
  g_test_add_func ("/password/however-letters-are-composed", test_composition);
  g_test_add_func ("/password/broken-hash-matches-nothing", test_broken_hash);
  g_test_add_func ("/password/unknown-accounts-take-as-long", test_unknown_account);
  g_test_add_func ("/secret/codes-may-be-typed-freely", test_codes);
  g_test_add_func ("/secret/is-kept-as-hash", test_secret_hash);
  g_test_add_func ("/fields/emails", test_emails);
  g_test_add_func ("/fields/languages", test_languages);
  return g_test_run ();
}
