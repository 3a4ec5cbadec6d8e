/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Signature Version 4: canonical request, string to sign, signing key, signature. */
#include "storage/sigv4.h"

#include <sodium.h>
#include <string.h>

#define ALGORITHM "AWS4-HMAC-SHA256"
#define DATE_LETTERS 8
#define HASH_BYTES crypto_auth_hmacsha256_BYTES
#define HEX_ROOM (2 * HASH_BYTES + 1)

G_STATIC_ASSERT (HASH_BYTES == crypto_hash_sha256_BYTES);

static void
sign (const guint8 *key, gsize key_length, const char *text, guint8 *hash)
{
  crypto_auth_hmacsha256_state state;

  crypto_auth_hmacsha256_init (&state, key, key_length);
  crypto_auth_hmacsha256_update (&state, (const guint8 *) text, strlen (text));
  crypto_auth_hmacsha256_final (&state, hash);
}

/* A key for one day, region and service: whoever finds it has not found the secret. */
static void
derive_key (const SigV4Request *request, const char *date, guint8 *key)
{
  g_autofree char *secret = g_strconcat ("AWS4", request->secret_key, NULL);
  const char *const steps[] = { request->region, request->service, "aws4_request" };

  sign ((const guint8 *) secret, strlen (secret), date, key);
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    sign (key, HASH_BYTES, steps[i], key);
  sodium_memzero (secret, strlen (secret));
}

static char *
join_header_names (const SigV4Request *request)
{
  GString *names = g_string_new (NULL);

  for (gsize i = 0; i < request->header_count; i++)
    g_string_append_printf (names, "%s%s", i > 0 ? ";" : "", request->headers[i].name);
  return g_string_free (names, FALSE);
}

/* The request in the one form in which both sides hash it. */
static void
hash_request (const SigV4Request *request, const char *header_names, char *hex)
{
  g_autoptr (GString) text = g_string_new (NULL);
  guint8 hash[HASH_BYTES];

  g_string_append_printf (text, "%s\n%s\n\n", request->method, request->path);
  for (gsize i = 0; i < request->header_count; i++)
    g_string_append_printf (text, "%s:%s\n", request->headers[i].name, request->headers[i].value);
  g_string_append_printf (text, "\n%s\n%s", header_names, request->payload_sha256);
  crypto_hash_sha256 (hash, (const guint8 *) text->str, text->len);
  sodium_bin2hex (hex, HEX_ROOM, hash, sizeof hash);
}

char *
sigv4_authorize (const SigV4Request *request)
{
  g_autofree char *date = g_strndup (request->time, DATE_LETTERS);
  g_autofree char *scope
      = g_strdup_printf ("%s/%s/%s/aws4_request", date, request->region, request->service);
  g_autofree char *header_names = join_header_names (request);
  g_autofree char *text = NULL;
  guint8 hash[HASH_BYTES];
  char hex[HEX_ROOM];

  hash_request (request, header_names, hex);
  text = g_strdup_printf (ALGORITHM "\n%s\n%s\n%s", request->time, scope, hex);
  derive_key (request, date, hash);
  sign (hash, sizeof hash, text, hash);
  sodium_bin2hex (hex, sizeof hex, hash, sizeof hash);
  return g_strdup_printf (ALGORITHM " Credential=%s/%s, SignedHeaders=%s, Signature=%s",
                          request->access_key, scope, header_names, hex);
}
