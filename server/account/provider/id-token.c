/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Reading id tokens. Nothing that a token says is looked at before its signature was good. */
#include "account/provider/id-token.h"

#include "account/jws.h"
#include "account/provider/call.h"

#include <sodium.h>
#include <string.h>

#define TOKEN_BYTES_MAX (16 * 1024)
#define KEYS_MAX 64
#define RSA_BITS_MIN 2048
#define AUDIENCES_MAX 16
#define CLAIM_MAX 1024

/* How far the clocks of two servers may differ, and how old what was just signed can be. */
#define CLOCK_SKEW_S 60
#define AGE_MAX_S 3600

typedef struct
{
  cjose_jwk_t *jwk;
  char *algorithm; /* the only one it is for; NULL: any of its kind */
} Key;

struct IdTokenKeys
{
  gatomicrefcount references;
  GPtrArray *keys; /* of Key */
};

static const char *const fault_names[] = {
  "good",     "form", "key",   "signature",    "claims",  "issuer",
  "audience", "time", "nonce", "access token", "subject",
};

/* Keys */

static void
key_free (gpointer data)
{
  Key *key = data;

  cjose_jwk_release (key->jwk);
  g_free (key->algorithm);
  g_free (key);
}

static gboolean
is_fit (const cjose_jwk_t *jwk)
{
  switch (cjose_jwk_get_kty (jwk, NULL))
    {
    case CJOSE_JWK_KTY_RSA:
      return cjose_jwk_get_keysize (jwk, NULL) >= RSA_BITS_MIN;
    case CJOSE_JWK_KTY_EC:
      return TRUE;
    default:
      return FALSE;
    }
}

/* Whether the key is there for signatures, where it says what it is there for (RFC 7517, 4.2). */
static gboolean
may_verify (JsonObject *object)
{
  JsonNode *operations = json_object_get_member (object, "key_ops");
  JsonArray *array;

  if (json_object_has_member (object, "use")
      && g_strcmp0 (provider_json_text (object, "use", CLAIM_MAX), "sig") != 0)
    return FALSE;
  if (operations == NULL)
    return TRUE;
  array = JSON_NODE_HOLDS_ARRAY (operations) ? json_node_get_array (operations) : NULL;
  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    {
      JsonNode *operation = json_array_get_element (array, i);

      if (JSON_NODE_HOLDS_VALUE (operation)
          && g_strcmp0 (json_node_get_string (operation), "verify") == 0)
        return TRUE;
    }
  return FALSE;
}

/* cjose ends the program over some of what is no base64url. */
static gboolean
has_numbers (JsonObject *object)
{
  static const char *const names[] = { "n", "e", "x", "y", "k", "d", "p", "q", "dp", "dq", "qi" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      JsonNode *node = json_object_get_member (object, names[i]);
      const char *text
          = node != NULL && JSON_NODE_HOLDS_VALUE (node) ? json_node_get_string (node) : NULL;

      if (node != NULL && (text == NULL || !jws_is_base64url (text, strlen (text))))
        return FALSE;
    }
  return TRUE;
}

/* A symmetric key in such a set would be known to everybody. */
static Key *
read_key (JsonObject *object)
{
  g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), object);
  g_autofree char *text = json_to_string (node, FALSE);
  cjose_jwk_t *jwk = NULL;
  Key *key;

  if (may_verify (object) && has_numbers (object))
    jwk = cjose_jwk_import (text, strlen (text), NULL);
  if (jwk == NULL || !is_fit (jwk))
    {
      cjose_jwk_release (jwk);
      return NULL;
    }
  key = g_new0 (Key, 1);
  key->jwk = jwk;
  key->algorithm = g_strdup (provider_json_text (object, "alg", CLAIM_MAX));
  return key;
}

IdTokenKeys *
id_token_keys_new (JsonNode *set)
{
  JsonObject *object = JSON_NODE_HOLDS_OBJECT (set) ? json_node_get_object (set) : NULL;
  JsonNode *list = object != NULL ? json_object_get_member (object, "keys") : NULL;
  JsonArray *array
      = list != NULL && JSON_NODE_HOLDS_ARRAY (list) ? json_node_get_array (list) : NULL;
  IdTokenKeys *keys;

  if (array == NULL || json_array_get_length (array) > KEYS_MAX)
    return NULL;
  keys = g_new0 (IdTokenKeys, 1);
  g_atomic_ref_count_init (&keys->references);
  keys->keys = g_ptr_array_new_with_free_func (key_free);
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonNode *element = json_array_get_element (array, i);
      Key *key
          = JSON_NODE_HOLDS_OBJECT (element) ? read_key (json_node_get_object (element)) : NULL;

      if (key != NULL)
        g_ptr_array_add (keys->keys, key);
    }
  return keys;
}

IdTokenKeys *
id_token_keys_ref (IdTokenKeys *keys)
{
  g_atomic_ref_count_inc (&keys->references);
  return keys;
}

void
id_token_keys_unref (IdTokenKeys *keys)
{
  if (!g_atomic_ref_count_dec (&keys->references))
    return;
  g_ptr_array_unref (keys->keys);
  g_free (keys);
}

guint
id_token_keys_count (const IdTokenKeys *keys)
{
  return keys->keys->len;
}

/* An algorithm of elliptic curves has one curve (RFC 7518, 3.4). */
static gsize
find_curve_bits (const char *algorithm)
{
  return strcmp (algorithm, CJOSE_HDR_ALG_ES256) == 0   ? 256
         : strcmp (algorithm, CJOSE_HDR_ALG_ES384) == 0 ? 384
                                                        : 521;
}

/* Whether @key may have signed by @algorithm. */
static gboolean
fits_algorithm (const Key *key, const char *algorithm)
{
  gboolean by_curve = algorithm[0] == 'E';
  cjose_jwk_kty_t kind = by_curve ? CJOSE_JWK_KTY_EC : CJOSE_JWK_KTY_RSA;

  if (cjose_jwk_get_kty (key->jwk, NULL) != kind
      || (key->algorithm != NULL && strcmp (key->algorithm, algorithm) != 0))
    return FALSE;
  return !by_curve || cjose_jwk_get_keysize (key->jwk, NULL) == find_curve_bits (algorithm);
}

/* The key that the token names; a token that names none needs a set in which there is no choice. */
static const Key *
find_key (const IdTokenKeys *keys, const char *algorithm, const char *name)
{
  const Key *found = NULL;

  for (guint i = 0; i < keys->keys->len; i++)
    {
      const Key *key = g_ptr_array_index (keys->keys, i);

      if (!fits_algorithm (key, algorithm)
          || (name != NULL && g_strcmp0 (cjose_jwk_get_kid (key->jwk, NULL), name) != 0))
        continue;
      if (found != NULL)
        return NULL;
      found = key;
    }
  return found;
}

/* Claims */

/* Other kinds of JWT, such as access tokens, say so in `typ`. */
static gboolean
is_id_token (cjose_jws_t *jws)
{
  const char *type = cjose_header_get (cjose_jws_get_protected (jws), "typ", NULL);

  return type == NULL || g_ascii_strcasecmp (type, "JWT") == 0;
}

static gboolean
names_client (JsonNode *audience, const char *client_id, guint *others)
{
  JsonArray *array;
  gboolean found = FALSE;

  *others = 0;
  if (JSON_NODE_HOLDS_VALUE (audience))
    return g_strcmp0 (json_node_get_string (audience), client_id) == 0;
  if (!JSON_NODE_HOLDS_ARRAY (audience))
    return FALSE;
  array = json_node_get_array (audience);
  if (json_array_get_length (array) > AUDIENCES_MAX)
    return FALSE;
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonNode *element = json_array_get_element (array, i);
      gboolean ours = JSON_NODE_HOLDS_VALUE (element)
                      && g_strcmp0 (json_node_get_string (element), client_id) == 0;

      found = found || ours;
      *others += !ours;
    }
  return found;
}

/* We trust no other audience: beside one the token has to say that it was made for us (`azp`). */
static gboolean
is_for_client (JsonObject *claims, const char *client_id)
{
  JsonNode *audience = json_object_get_member (claims, "aud");
  const char *party = provider_json_text (claims, "azp", CLAIM_MAX);
  guint others;

  if (audience == NULL || !names_client (audience, client_id, &others))
    return FALSE;
  if (json_object_has_member (claims, "azp"))
    return g_strcmp0 (party, client_id) == 0;
  return others == 0;
}

static gboolean
is_of_now (JsonObject *claims, gint64 now)
{
  gint64 issued, ends, begins;

  if (!provider_json_time (claims, "iat", &issued) || !provider_json_time (claims, "exp", &ends))
    return FALSE;
  if (json_object_has_member (claims, "nbf")
      && (!provider_json_time (claims, "nbf", &begins) || begins > now + CLOCK_SKEW_S))
    return FALSE;
  return ends > now - CLOCK_SKEW_S && issued <= now + CLOCK_SKEW_S && issued >= now - AGE_MAX_S;
}

/* `at_hash` is the left half of the access token's hash (3.1.3.6). */
static gboolean
is_of_access_token (JsonObject *claims, const char *algorithm, const char *access_token)
{
  const char *bits = algorithm + 2;
  GChecksumType type = strcmp (bits, "256") == 0   ? G_CHECKSUM_SHA256
                       : strcmp (bits, "384") == 0 ? G_CHECKSUM_SHA384
                                                   : G_CHECKSUM_SHA512;
  g_autoptr (GChecksum) checksum = g_checksum_new (type);
  guint8 digest[64];
  char text[64];
  gsize length = sizeof digest;

  if (!json_object_has_member (claims, "at_hash"))
    return TRUE;
  g_checksum_update (checksum, (const guint8 *) access_token, -1);
  g_checksum_get_digest (checksum, digest, &length);
  sodium_bin2base64 (text, sizeof text, digest, length / 2,
                     sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  return g_strcmp0 (provider_json_text (claims, "at_hash", CLAIM_MAX), text) == 0;
}

static IdTokenFault
judge (const IdTokenRules *rules, JsonObject *claims)
{
  if (g_strcmp0 (provider_json_text (claims, "iss", CLAIM_MAX), rules->issuer) != 0)
    return ID_TOKEN_ISSUER;
  if (!is_for_client (claims, rules->client_id))
    return ID_TOKEN_AUDIENCE;
  if (!is_of_now (claims, rules->now))
    return ID_TOKEN_TIME;
  if (g_strcmp0 (provider_json_text (claims, "nonce", CLAIM_MAX), rules->nonce) != 0)
    return ID_TOKEN_NONCE;
  if (!is_of_access_token (claims, rules->algorithm, rules->access_token))
    return ID_TOKEN_ACCESS_TOKEN;
  if (provider_json_text (claims, "sub", ID_TOKEN_SUBJECT_MAX) == NULL)
    return ID_TOKEN_SUBJECT;
  return ID_TOKEN_GOOD;
}

/* Returns: (transfer full): the signed object; NULL when it is none. */
static JsonObject *
read_payload (const cjose_jws_t *jws)
{
  guint8 *bytes = NULL;
  gsize length = 0;
  g_autoptr (JsonNode) node = NULL;

  if (cjose_jws_get_plaintext (jws, &bytes, &length, NULL))
    node = provider_json ((const char *) bytes, length);
  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_dup_object (node) : NULL;
}

JsonObject *
id_token_read (const IdTokenRules *rules, const char *token, IdTokenFault *fault)
{
  g_autoptr (cjose_jws_t) jws = jws_import (token, TOKEN_BYTES_MAX, rules->algorithm);
  g_autoptr (JsonObject) claims = NULL;
  const Key *key;

  *fault = ID_TOKEN_FORM;
  if (jws == NULL || !is_id_token (jws))
    return NULL;
  *fault = ID_TOKEN_KEY;
  key = find_key (rules->keys, rules->algorithm,
                  cjose_header_get (cjose_jws_get_protected (jws), CJOSE_HDR_KID, NULL));
  if (key == NULL)
    return NULL;
  *fault = ID_TOKEN_SIGNATURE;
  if (!cjose_jws_verify (jws, key->jwk, NULL))
    return NULL;
  *fault = ID_TOKEN_CLAIMS;
  claims = read_payload (jws);
  if (claims == NULL)
    return NULL;
  *fault = judge (rules, claims);
  return *fault == ID_TOKEN_GOOD ? g_steal_pointer (&claims) : NULL;
}

const char *
id_token_fault_name (IdTokenFault fault)
{
  return fault_names[fault];
}
