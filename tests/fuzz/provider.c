/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * What a provider of sign-ins answers: claims under a good signature (the first line), and a set of
 * keys (the rest), which that token is held against too. */
#include "fuzz.h"

#include "account/provider/id-token.h"
#include "account/provider/call.h"

#include <cjose/cjose.h>
#include <string.h>

#define NOW 1800000000

/* The example of RFC 7515, A.3. */
static const char key_text[] = "{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"k\","
                               "\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\","
                               "\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\","
                               "\"d\":\"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI\"}";

/* Returns: (transfer full): @payload as that key signs it. */
static char *
sign (const char *payload)
{
  cjose_jwk_t *key = cjose_jwk_import (key_text, strlen (key_text), NULL);
  cjose_header_t *header = cjose_header_new (NULL);
  const char *text = NULL;
  cjose_jws_t *jws;
  char *token;

  cjose_header_set (header, CJOSE_HDR_ALG, CJOSE_HDR_ALG_ES256, NULL);
  cjose_header_set (header, CJOSE_HDR_KID, "k", NULL);
  jws = cjose_jws_sign (key, header, (const guint8 *) payload, strlen (payload), NULL);
  g_assert_nonnull (jws);
  g_assert_true (cjose_jws_export (jws, &text, NULL));
  token = g_strdup (text);
  cjose_jws_release (jws);
  cjose_header_release (header);
  cjose_jwk_release (key);
  return token;
}

static void
read_token (const char *token, JsonNode *set)
{
  g_autoptr (IdTokenKeys) keys = id_token_keys_new (set);
  IdTokenRules rules = { .keys = keys,
                         .algorithm = "ES256",
                         .issuer = "https://i.example",
                         .client_id = "c",
                         .nonce = "n",
                         .access_token = "a",
                         .now = NOW };
  IdTokenFault fault = ID_TOKEN_GOOD;
  g_autoptr (JsonObject) claims = keys != NULL ? id_token_read (&rules, token, &fault) : NULL;

  g_assert_true (keys == NULL || (claims != NULL) == (fault == ID_TOKEN_GOOD));
  if (claims != NULL)
    g_assert_nonnull (provider_json_text (claims, "sub", ID_TOKEN_SUBJECT_MAX));
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  FuzzInput input = { data, size };
  g_autofree char *payload = fuzz_line (&input, 4096);
  g_autofree char *token = *payload != '\0' ? sign (payload) : g_strdup ("");
  g_autofree char *ours = g_strdup_printf ("{\"keys\":[%s]}", key_text);
  g_autoptr (JsonNode) our_set = json_from_string (ours, NULL);
  g_autoptr (JsonNode) their_set = provider_json ((const char *) input.data, input.size);

  read_token (token, our_set);
  if (their_set != NULL)
    read_token (token, their_set);
  return 0;
}
