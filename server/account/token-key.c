/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The signing key. */
#include "account/token-private.h"

#include "account/key-file.h"

#include <glib/gi18n.h>
#include <sodium.h>

#define FILE_NAME "token.key"

TokenKey *
token_key_open (const char *data_dir, GError **error)
{
  guint8 bytes[TOKEN_KEY_BYTES];
  TokenKey *key;

  if (!key_file_read (data_dir, FILE_NAME, _ ("Without it everybody signs in again."), bytes,
                      sizeof bytes, error))
    return NULL;
  key = g_new0 (TokenKey, 1);
  key->jwk = cjose_jwk_create_oct_spec (bytes, sizeof bytes, NULL);
  g_assert (key->jwk != NULL);
  sodium_memzero (bytes, sizeof bytes);
  return key;
}

void
token_key_free (TokenKey *key)
{
  cjose_jwk_release (key->jwk);
  g_free (key);
}
