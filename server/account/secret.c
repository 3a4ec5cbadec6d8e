/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Making and hashing secrets. */
#include "account/secret.h"

#include <sodium.h>
#include <string.h>

#define HASH_BYTES crypto_generichash_BYTES
#define CODE_LETTERS 16
#define CODE_GROUP 4

static const char alphabet[] = "23456789ABCDEFGHJKMNPQRSTVWXYZ";

char *
secret_hash (const char *secret)
{
  guint8 hash[HASH_BYTES];
  char hex[2 * HASH_BYTES + 1];

  crypto_generichash (hash, sizeof hash, (const guint8 *) secret, strlen (secret), NULL, 0);
  sodium_bin2hex (hex, sizeof hex, hash, sizeof hash);
  return g_strconcat ("\\x", hex, NULL);
}

char *
secret_make_code (void)
{
  GString *code = g_string_new (NULL);

  for (guint i = 0; i < CODE_LETTERS; i++)
    {
      if (i > 0 && i % CODE_GROUP == 0)
        g_string_append_c (code, '-');
      g_string_append_c (code, alphabet[randombytes_uniform (strlen (alphabet))]);
    }
  return g_string_free (code, FALSE);
}

char *
secret_read_code (const char *code)
{
  GString *letters = g_string_new (NULL);

  for (; *code != '\0'; code++)
    {
      if (!g_ascii_isalnum (*code))
        continue;
      if (letters->len > 0 && letters->len % (CODE_GROUP + 1) == CODE_GROUP)
        g_string_append_c (letters, '-');
      g_string_append_c (letters, g_ascii_toupper (*code));
    }
  return g_string_free (letters, FALSE);
}
