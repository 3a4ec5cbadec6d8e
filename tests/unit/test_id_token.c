/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * I3: id tokens. One that is right is read; each thing that may be wrong with one is named, and
 * nothing else is looked at before it. The provider here signs with the library, and writes by hand
 * what the library would not. */
#include "account/provider/id-token.h"

#include <cjose/cjose.h>
#include <sodium.h>
#include <string.h>

#define NOW 1800000000
#define ISSUER "https://login.example.com"
#define CLIENT "deskbell"
#define NONCE "n-1"
#define ACCESS_TOKEN "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y"
/* Of that, as OpenID Connect Core's appendix A.3 has it. */
#define AT_HASH "77QmUPtjPfzWtF2AnpK9RQ"
#define GOOD                                                                               \
  "{\"iss\":\"" ISSUER "\",\"sub\":\"42\",\"aud\":\"" CLIENT "\",\"nonce\":\"" NONCE "\"," \
  "\"iat\":1800000000,\"exp\":1800000300%s}"

typedef struct
{
  cjose_jwk_t *key, *other, *curve;
  IdTokenKeys *keys;
  IdTokenRules rules;
} Fixture;

static char *
public_text (cjose_jwk_t *key, const char *name)
{
  char *text;
  char *copy;

  g_assert_true (cjose_jwk_set_kid (key, name, strlen (name), NULL));
  text = cjose_jwk_to_json (key, false, NULL);
  copy = g_strdup (text);
  cjose_get_dealloc () (text);
  return copy;
}

static IdTokenKeys *
make_set (const char *keys)
{
  g_autofree char *text = g_strdup_printf ("{\"keys\":[%s]}", keys);
  g_autoptr (JsonNode) node = json_from_string (text, NULL);

  return id_token_keys_new (node);
}

static void
set_up (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autofree char *one = NULL;
  g_autofree char *two = NULL;
  g_autofree char *set = NULL;

  fixture->key = cjose_jwk_create_RSA_random (2048, (const guint8 *) "\1\0\1", 3, NULL);
  fixture->other = cjose_jwk_create_RSA_random (2048, (const guint8 *) "\1\0\1", 3, NULL);
  fixture->curve = cjose_jwk_create_EC_random (CJOSE_JWK_EC_P_256, NULL);
  one = public_text (fixture->key, "one");
  two = public_text (fixture->curve, "two");
  set = g_strdup_printf ("%s,%s,{\"kty\":\"oct\",\"kid\":\"three\",\"k\":\"AAAA\"},7", one, two);
  fixture->keys = make_set (set);
  g_assert_cmpuint (id_token_keys_count (fixture->keys), ==, 2);
  fixture->rules
      = (IdTokenRules){ fixture->keys, "RS256", ISSUER, CLIENT, NONCE, ACCESS_TOKEN, NOW };
}

static void
tear_down (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  id_token_keys_unref (fixture->keys);
  cjose_jwk_release (fixture->key);
  cjose_jwk_release (fixture->other);
  cjose_jwk_release (fixture->curve);
}

static char *
sign (cjose_jwk_t *key, const char *algorithm, const char *name, const char *type,
      const char *payload)
{
  cjose_header_t *header = cjose_header_new (NULL);
  const char *text = NULL;
  cjose_jws_t *jws;
  char *token;

  cjose_header_set (header, "alg", algorithm, NULL);
  if (name != NULL)
    cjose_header_set (header, "kid", name, NULL);
  if (type != NULL)
    cjose_header_set (header, "typ", type, NULL);
  jws = cjose_jws_sign (key, header, (const guint8 *) payload, strlen (payload), NULL);
  g_assert_nonnull (jws);
  g_assert_true (cjose_jws_export (jws, &text, NULL));
  token = g_strdup (text);
  cjose_jws_release (jws);
  cjose_header_release (header);
  return token;
}

static IdTokenFault
read_one (const Fixture *fixture, const char *token)
{
  IdTokenFault fault;
  g_autoptr (JsonObject) claims = id_token_read (&fixture->rules, token, &fault);

  g_assert_true ((claims != NULL) == (fault == ID_TOKEN_GOOD));
  return fault;
}

static void
test_good (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autofree char *payload = g_strdup_printf (GOOD, ",\"at_hash\":\"" AT_HASH "\"");
  g_autofree char *token = sign (fixture->key, "RS256", "one", "JWT", payload);
  g_autofree char *nameless = sign (fixture->key, "RS256", NULL, NULL, payload);
  IdTokenFault fault;
  g_autoptr (JsonObject) claims = id_token_read (&fixture->rules, token, &fault);

  g_assert_nonnull (claims);
  g_assert_cmpstr (json_object_get_string_member (claims, "sub"), ==, "42");
  g_assert_cmpint (read_one (fixture, nameless), ==, ID_TOKEN_GOOD);
}

static void
test_curve (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autofree char *payload = g_strdup_printf (GOOD, "");
  g_autofree char *token = sign (fixture->curve, "ES256", "two", NULL, payload);
  g_autofree char *longer = g_strconcat (token, "AAAA", NULL);

  g_assert_cmpint (read_one (fixture, token), ==, ID_TOKEN_FORM);
  fixture->rules.algorithm = "ES256";
  g_assert_cmpint (read_one (fixture, token), ==, ID_TOKEN_GOOD);
  g_assert_cmpint (read_one (fixture, longer), ==, ID_TOKEN_FORM);
}

/* A payload and what is wrong with it. */
static const struct
{
  const char *payload;
  IdTokenFault fault;
} claims[] = {
  { "[]", ID_TOKEN_CLAIMS },
  { "{\"iss\":\"" ISSUER "\\u0000\"}", ID_TOKEN_CLAIMS },
  { "{\"iss\":\"" ISSUER "/\"}", ID_TOKEN_ISSUER },
  { "{\"iss\":\"" ISSUER "\"}", ID_TOKEN_AUDIENCE },
  { "{\"iss\":\"" ISSUER "\",\"aud\":\"another\"}", ID_TOKEN_AUDIENCE },
  { "{\"iss\":\"" ISSUER "\",\"aud\":[\"another\"]}", ID_TOKEN_AUDIENCE },
  { "{\"iss\":\"" ISSUER "\",\"aud\":[\"" CLIENT "\",\"another\"]}", ID_TOKEN_AUDIENCE },
  { "{\"iss\":\"" ISSUER "\",\"aud\":[\"" CLIENT "\",\"another\"],\"azp\":\"another\"}",
    ID_TOKEN_AUDIENCE },
  { "{\"iss\":\"" ISSUER "\",\"aud\":\"" CLIENT "\",\"azp\":\"another\"}", ID_TOKEN_AUDIENCE },
  { "{\"iss\":\"" ISSUER "\",\"aud\":\"" CLIENT "\",\"azp\":7}", ID_TOKEN_AUDIENCE },
  { "{\"iss\":\"" ISSUER "\",\"aud\":{\"" CLIENT "\":1}}", ID_TOKEN_AUDIENCE },
  { "{\"iss\":\"" ISSUER "\",\"aud\":\"" CLIENT "\"}", ID_TOKEN_TIME },
  { "{\"iss\":\"" ISSUER "\",\"aud\":\"" CLIENT "\",\"iat\":1800000000}", ID_TOKEN_TIME },
  { "{\"iss\":\"" ISSUER "\",\"aud\":\"" CLIENT "\",\"iat\":1800000000,\"exp\":\"1800000300\"}",
    ID_TOKEN_TIME },
  { "{\"iss\":\"" ISSUER "\",\"aud\":\"" CLIENT "\",\"iat\":1799999000,\"exp\":1799999900}",
    ID_TOKEN_TIME },
  { "{\"iss\":\"" ISSUER "\",\"aud\":\"" CLIENT "\",\"iat\":1799990000,\"exp\":1900000000}",
    ID_TOKEN_TIME },
  { "{\"iss\":\"" ISSUER "\",\"aud\":\"" CLIENT "\",\"iat\":1800000100,\"exp\":1800000300}",
    ID_TOKEN_TIME },
  { "{\"iss\":\"" ISSUER "\",\"aud\":\"" CLIENT "\",\"iat\":1800000000,\"exp\":1800000300,"
    "\"nbf\":1800000200}",
    ID_TOKEN_TIME },
  { "{\"iss\":\"" ISSUER "\",\"aud\":\"" CLIENT "\",\"iat\":1800000000,\"exp\":1800000300}",
    ID_TOKEN_NONCE },
  { "{\"iss\":\"" ISSUER "\",\"aud\":\"" CLIENT "\",\"iat\":1800000000,\"exp\":1800000300,"
    "\"nonce\":\"n-2\"}",
    ID_TOKEN_NONCE },
  { "{\"iss\":\"" ISSUER "\",\"aud\":\"" CLIENT "\",\"iat\":1800000000,\"exp\":1800000300,"
    "\"nonce\":\"" NONCE "\",\"at_hash\":\"AAAA\"}",
    ID_TOKEN_ACCESS_TOKEN },
  { "{\"iss\":\"" ISSUER "\",\"aud\":\"" CLIENT "\",\"iat\":1800000000,\"exp\":1800000300,"
    "\"nonce\":\"" NONCE "\"}",
    ID_TOKEN_SUBJECT },
  { "{\"iss\":\"" ISSUER "\",\"aud\":\"" CLIENT "\",\"iat\":1800000000,\"exp\":1800000300,"
    "\"nonce\":\"" NONCE "\",\"sub\":42}",
    ID_TOKEN_SUBJECT },
  /* These are right. */
  { "{\"iss\":\"" ISSUER "\",\"aud\":[\"" CLIENT "\"],\"iat\":1800000000.5,\"exp\":1800000300,"
    "\"nonce\":\"" NONCE "\",\"sub\":\"42\"}",
    ID_TOKEN_GOOD },
  { "{\"iss\":\"" ISSUER "\",\"aud\":[\"another\",\"" CLIENT "\"],\"azp\":\"" CLIENT "\","
    "\"iat\":1800000000,\"exp\":1800000300,\"nonce\":\"" NONCE "\",\"sub\":\"42\"}",
    ID_TOKEN_GOOD },
};

static void
test_claims (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  for (guint i = 0; i < G_N_ELEMENTS (claims); i++)
    {
      g_autofree char *token = sign (fixture->key, "RS256", "one", NULL, claims[i].payload);
      IdTokenFault fault = read_one (fixture, token);

      g_test_message ("%s: %s", claims[i].payload, id_token_fault_name (fault));
      g_assert_cmpint (fault, ==, claims[i].fault);
    }
}

static char *
encode (const void *bytes, gsize length)
{
  gsize size = sodium_base64_encoded_len (length, sodium_base64_VARIANT_URLSAFE_NO_PADDING);

  return sodium_bin2base64 (g_malloc (size), size, bytes, length,
                            sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

static char *
write_token (const char *header, const char *payload, const char *signature)
{
  g_autofree char *first = encode (header, strlen (header));
  g_autofree char *second = encode (payload, strlen (payload));

  return g_strconcat (first, ".", second, ".", signature, NULL);
}

static void
test_unsigned (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  static const char *const headers[] = { "{\"alg\":\"none\"}", "{\"alg\":\"None\"}", "{}",
                                         "{\"alg\":\"\"}", "{\"alg\":[\"RS256\"]}" };
  g_autofree char *payload = g_strdup_printf (GOOD, "");
  g_autofree char *bare = write_token ("{\"alg\":\"RS256\",\"kid\":\"one\"}", payload, "");

  for (guint i = 0; i < G_N_ELEMENTS (headers); i++)
    {
      g_autofree char *token = write_token (headers[i], payload, "");

      g_assert_cmpint (read_one (fixture, token), ==, ID_TOKEN_FORM);
    }
  g_assert_cmpint (read_one (fixture, bare), !=, ID_TOKEN_GOOD);
  g_assert_cmpint (read_one (fixture, ""), ==, ID_TOKEN_FORM);
  g_assert_cmpint (read_one (fixture, "a.b"), ==, ID_TOKEN_FORM);
}

/* The public key is known to everybody: as the key of an HMAC it would let anybody sign. */
static void
test_confusion (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autofree char *known = public_text (fixture->key, "one");
  g_autofree char *payload = g_strdup_printf (GOOD, "");
  cjose_jwk_t *shared = cjose_jwk_create_oct_spec ((const guint8 *) known, strlen (known), NULL);
  g_autofree char *token = sign (shared, "HS256", "one", NULL, payload);

  g_assert_cmpint (read_one (fixture, token), ==, ID_TOKEN_FORM);
  fixture->rules.algorithm = "HS256";
  g_assert_cmpint (read_one (fixture, token), ==, ID_TOKEN_SIGNATURE);
  cjose_jwk_release (shared);
}

static void
test_keys (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autofree char *payload = g_strdup_printf (GOOD, "");
  g_autofree char *foreign = sign (fixture->other, "RS256", "one", NULL, payload);
  g_autofree char *unknown = sign (fixture->key, "RS256", "four", NULL, payload);
  g_autofree char *access = sign (fixture->key, "RS256", "one", "at+jwt", payload);
  g_autofree char *token = sign (fixture->key, "RS256", "one", NULL, payload);
  char *letter;

  g_assert_cmpint (read_one (fixture, foreign), ==, ID_TOKEN_SIGNATURE);
  g_assert_cmpint (read_one (fixture, unknown), ==, ID_TOKEN_KEY);
  g_assert_cmpint (read_one (fixture, access), ==, ID_TOKEN_FORM);
  letter = token + strlen (token) - 5;
  *letter = *letter == 'A' ? 'B' : 'A';
  g_assert_cmpint (read_one (fixture, token), ==, ID_TOKEN_SIGNATURE);
}

/* A set may hold anything; what cannot be a good key is none. */
static void
test_sets (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  cjose_jwk_t *weak = cjose_jwk_create_RSA_random (1024, (const guint8 *) "\1\0\1", 3, NULL);
  g_autofree char *short_key = public_text (weak, "weak");
  g_autofree char *good = public_text (fixture->key, "one");
  g_autofree char *twice = g_strdup_printf ("%s,%s", good, good);
  g_autofree char *sealing = g_strconcat ("{\"use\":\"enc\",", good + 1, NULL);
  g_autofree char *encrypting = g_strconcat ("{\"key_ops\":[\"encrypt\"],", good + 1, NULL);
  g_autofree char *payload = g_strdup_printf (GOOD, "");
  g_autofree char *token = sign (fixture->key, "RS256", "one", NULL, payload);
  g_autoptr (IdTokenKeys) none = make_set (short_key);
  g_autoptr (IdTokenKeys) both = make_set (twice);
  g_autoptr (IdTokenKeys) other_use = make_set (sealing);
  g_autoptr (IdTokenKeys) other_operation = make_set (encrypting);
  g_autoptr (IdTokenKeys) no_numbers = make_set (
      "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"f83OJ3D2xF1Bg8vub=tLe1\",\"y\":\"AAAA\"},"
      "{\"kty\":\"RSA\",\"n\":\"A\",\"e\":\"AQAB\"},{\"kty\":\"RSA\",\"n\":1,\"e\":[]}");
  g_autoptr (JsonNode) list = json_from_string ("[]", NULL);

  g_assert_cmpuint (id_token_keys_count (none), ==, 0);
  g_assert_cmpuint (id_token_keys_count (other_use), ==, 0);
  g_assert_cmpuint (id_token_keys_count (other_operation), ==, 0);
  g_assert_cmpuint (id_token_keys_count (no_numbers), ==, 0);
  g_assert_null (id_token_keys_new (list));
  /* Which of two of one name it is nobody can say. */
  fixture->rules.keys = both;
  g_assert_cmpint (read_one (fixture, token), ==, ID_TOKEN_KEY);
  cjose_jwk_release (weak);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/id-token/good", Fixture, NULL, set_up, test_good, tear_down);
  g_test_add ("/id-token/curve", Fixture, NULL, set_up, test_curve, tear_down);
  g_test_add ("/id-token/claims", Fixture, NULL, set_up, test_claims, tear_down);
  g_test_add ("/id-token/unsigned", Fixture, NULL, set_up, test_unsigned, tear_down);
  g_test_add ("/id-token/confusion", Fixture, NULL, set_up, test_confusion, tear_down);
  g_test_add ("/id-token/keys", Fixture, NULL, set_up, test_keys, tear_down);
  g_test_add ("/id-token/sets", Fixture, NULL, set_up, test_sets, tear_down);
  return g_test_run ();
}
