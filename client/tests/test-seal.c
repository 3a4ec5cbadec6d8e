/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * A sealed text opens with its key and for its owner, and in no other way.
 */

#include <string.h>

#include "desk-seal.h"

#define OWNER "https://desk.example.com\nrina@example.com"
#define TEXT "Your refund is on its way, Ada. আপনার টাকা"

static GBytes *
flip_bit (GBytes *sealed, gsize position)
{
  gsize size;
  gconstpointer data = g_bytes_get_data (sealed, &size);
  guint8 *copy = g_memdup2 (data, size);

  copy[position] ^= 1;

  return g_bytes_new_take (copy, size);
}

static void
a_sealed_text_opens_again (void)
{
  g_autofree char *key = desk_seal_make_key ();
  g_autoptr (GBytes) sealed = desk_seal_text (key, OWNER, TEXT);
  g_autofree char *text = desk_seal_open (key, OWNER, sealed);

  g_assert_cmpstr (text, ==, TEXT);
  g_assert_null (memmem (g_bytes_get_data (sealed, NULL), g_bytes_get_size (sealed), "refund", 6));
}

static void
nothing_is_a_text_too (void)
{
  g_autofree char *key = desk_seal_make_key ();
  g_autoptr (GBytes) sealed = desk_seal_text (key, OWNER, "");
  g_autofree char *text = desk_seal_open (key, OWNER, sealed);

  g_assert_cmpstr (text, ==, "");
}

static void
the_same_text_never_looks_the_same (void)
{
  g_autofree char *key = desk_seal_make_key ();
  g_autoptr (GBytes) first = desk_seal_text (key, OWNER, TEXT);
  g_autoptr (GBytes) second = desk_seal_text (key, OWNER, TEXT);

  g_assert_false (g_bytes_equal (first, second));
}

static void
another_key_or_owner_opens_nothing (void)
{
  g_autofree char *key = desk_seal_make_key ();
  g_autofree char *other = desk_seal_make_key ();
  g_autoptr (GBytes) sealed = desk_seal_text (key, OWNER, TEXT);

  g_assert_cmpstr (key, !=, other);
  g_assert_null (desk_seal_open (other, OWNER, sealed));
  g_assert_null (desk_seal_open (key, "https://desk.example.com\nsam@example.com", sealed));
}

static void
an_altered_text_opens_nowhere (void)
{
  g_autofree char *key = desk_seal_make_key ();
  g_autoptr (GBytes) sealed = desk_seal_text (key, OWNER, TEXT);
  g_autoptr (GBytes) half = g_bytes_new_from_bytes (sealed, 0, g_bytes_get_size (sealed) / 2);
  g_autoptr (GBytes) none = g_bytes_new_from_bytes (sealed, 0, 0);

  for (gsize i = 0; i < g_bytes_get_size (sealed); i++)
    {
      g_autoptr (GBytes) altered = flip_bit (sealed, i);

      g_assert_null (desk_seal_open (key, OWNER, altered));
    }
  g_assert_null (desk_seal_open (key, OWNER, half));
  g_assert_null (desk_seal_open (key, OWNER, none));
}

static void
what_is_no_key_seals_nothing (void)
{
  const char *wrong[] = { "", "secret", "////" };
  g_autofree char *key = desk_seal_make_key ();
  g_autoptr (GBytes) sealed = desk_seal_text (key, OWNER, TEXT);

  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_assert_null (desk_seal_text (wrong[i], OWNER, TEXT));
      g_assert_null (desk_seal_open (wrong[i], OWNER, sealed));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/seal/again", a_sealed_text_opens_again);
  g_test_add_func ("/seal/empty", nothing_is_a_text_too);
  g_test_add_func ("/seal/nonce", the_same_text_never_looks_the_same);
  g_test_add_func ("/seal/other", another_key_or_owner_opens_nothing);
  g_test_add_func ("/seal/altered", an_altered_text_opens_nowhere);
  g_test_add_func ("/seal/no-key", what_is_no_key_seals_nothing);

  return g_test_run ();
}
