/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Bearer tokens: as they come, and with a header and claims of the stranger's choice under a good
 * signature, since only those get as far as the claims. */
#include "fuzz.h"

#include "account/token-private.h"

#include <sodium.h>
#include <string.h>

#define NOW 1800000000
#define BASE64URL sodium_base64_VARIANT_URLSAFE_NO_PADDING

static const guint8 secret[TOKEN_KEY_BYTES] = { 7 };

static char *
encode (const void *bytes, gsize length)
{
  gsize room = sodium_base64_encoded_len (length, BASE64URL);

  return sodium_bin2base64 (g_malloc (room), room, bytes, length, BASE64URL);
}

/* Returns: (transfer full): @header and @payload, signed. */
static char *
sign (const char *header, const FuzzInput *payload)
{
  g_autofree char *first = encode (header, strlen (header));
  g_autofree char *second = encode (payload->data, payload->size);
  g_autofree char *input = g_strconcat (first, ".", second, NULL);
  guint8 mac[crypto_auth_hmacsha256_BYTES];
  g_autofree char *third = NULL;

  crypto_auth_hmacsha256 (mac, (const guint8 *) input, strlen (input), secret);
  third = encode (mac, sizeof mac);
  return g_strconcat (input, ".", third, NULL);
}

static void
read_token (const TokenKey *key, const char *token, gboolean may_be_good)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TokenClaims) claims = token_read (key, token, NOW, &error);

  g_assert_true ((claims != NULL) == (error == NULL));
  if (claims == NULL)
    return;
  g_assert_true (may_be_good);
  g_assert_cmpint (claims->user_id, >, 0);
  g_assert_cmpint (claims->expires_at, >, NOW);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  TokenKey key = { .jwk = cjose_jwk_create_oct_spec (secret, sizeof secret, NULL) };
  FuzzInput input = { data, size };
  g_autofree char *raw = g_strndup ((const char *) data, size);
  g_autofree char *header = fuzz_line (&input, 256);
  g_autofree char *signed_token = sign (header, &input);

  read_token (&key, raw, FALSE);
  read_token (&key, signed_token, TRUE);
  cjose_jwk_release (key.jwk);
  return 0;
}
