/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Bearer tokens: ours are read back, and whatever somebody made otherwise is refused. The forger
 * here signs with libsodium, so that it can write what the library would not. */
#include "account/token.h"
#include "base/problem.h"

#include <glib/gstdio.h>
#include <sodium.h>
#include <string.h>

#define NOW 1800000000
#define PAYLOAD_FORMAT                                                                   \
  "{\"iss\":\"%s\",\"aud\":\"%s\",\"kind\":\"%s\",\"sub\":\"%s\",\"sid\":\"session-1\"," \
  "\"role\":\"agent\",\"iat\":%d,\"exp\":%d}"
#define GOOD_HEADER "{\"alg\":\"HS256\",\"typ\":\"JWT\"}"

typedef struct
{
  char *folder;
  guint8 secret[crypto_auth_hmacsha256_KEYBYTES];
  TokenKey *key;
} Fixture;

static char *
key_path (const Fixture *fixture)
{
  return g_build_filename (fixture->folder, "secrets", "token.key", NULL);
}

static void
read_secret (Fixture *fixture)
{
  g_autofree char *path = key_path (fixture);
  g_autofree char *bytes = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (path, &bytes, &length, NULL));
  g_assert_cmpuint (length, ==, sizeof fixture->secret);
  memcpy (fixture->secret, bytes, length);
}

static void
set_up (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GError) error = NULL;

  fixture->folder = g_dir_make_tmp ("deskbell-token-XXXXXX", NULL);
  fixture->key = token_key_open (fixture->folder, &error);
  g_assert_no_error (error);
  read_secret (fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autofree char *path = key_path (fixture);
  g_autofree char *secrets = g_path_get_dirname (path);

  token_key_free (fixture->key);
  g_remove (path);
  g_rmdir (secrets);
  g_rmdir (fixture->folder);
  g_free (fixture->folder);
}

static char *
encode (const void *bytes, gsize length)
{
  gsize size = sodium_base64_encoded_len (length, sodium_base64_VARIANT_URLSAFE_NO_PADDING);

  return sodium_bin2base64 (g_malloc (size), size, bytes, length,
                            sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

/* A token of any header and payload, signed well. */
static char *
forge (const Fixture *fixture, const char *header, const char *payload)
{
  g_autofree char *first = encode (header, strlen (header));
  g_autofree char *second = encode (payload, strlen (payload));
  g_autofree char *input = g_strconcat (first, ".", second, NULL);
  guint8 mac[crypto_auth_hmacsha256_BYTES];
  g_autofree char *third = NULL;

  crypto_auth_hmacsha256 (mac, (const guint8 *) input, strlen (input), fixture->secret);
  third = encode (mac, sizeof mac);
  return g_strconcat (input, ".", third, NULL);
}

static char *
good_payload (void)
{
  return g_strdup_printf (PAYLOAD_FORMAT, "deskbell", "deskbell-api", "access", "17", NOW,
                          NOW + 900);
}

static void
assert_refused (const Fixture *fixture, const char *token, ProblemCode code)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TokenClaims) claims = token_read (fixture->key, token, NOW, &error);

  g_assert_error (error, PROBLEM, (int) code);
  g_assert_null (claims);
}

static void
test_round_trip (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  TokenClaims given = { .kind = TOKEN_VISITOR,
                        .user_id = 17,
                        .session_id = (char *) "session-1",
                        .role = ROLE_CUSTOMER,
                        .issued_at = NOW,
                        .expires_at = NOW + 900 };
  g_autoptr (GError) error = NULL;
  g_autofree char *token = token_issue (fixture->key, &given, &error);
  g_autoptr (TokenClaims) claims = NULL;

  g_assert_no_error (error);
  claims = token_read (fixture->key, token, NOW + 899, &error);
  g_assert_no_error (error);
  g_assert_cmpint (claims->kind, ==, TOKEN_VISITOR);
  g_assert_cmpint (claims->user_id, ==, 17);
  g_assert_cmpstr (claims->session_id, ==, "session-1");
  g_assert_cmpint (claims->role, ==, ROLE_CUSTOMER);
  g_assert_cmpint (claims->expires_at, ==, NOW + 900);
}

/* Shows that the forger is a good one: whatever else it makes is refused for the right reason. */
static void
test_forger (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autofree char *payload = good_payload ();
  g_autofree char *token = forge (fixture, GOOD_HEADER, payload);
  g_autoptr (GError) error = NULL;
  g_autoptr (TokenClaims) claims = token_read (fixture->key, token, NOW, &error);

  g_assert_no_error (error);
  g_assert_cmpint (claims->user_id, ==, 17);
}

static void
test_headers (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  static const char *const headers[] = { "{\"alg\":\"none\"}",
                                         "{\"alg\":\"None\"}",
                                         "{\"alg\":\"hs256\"}",
                                         "{\"alg\":\"HS384\"}",
                                         "{\"alg\":\"HS512\"}",
                                         "{\"alg\":\"RS256\"}",
                                         "{\"alg\":\"PS256\"}",
                                         "{\"alg\":\"ES256\"}",
                                         "{\"alg\":[\"HS256\"]}",
                                         "{\"alg\":null}",
                                         "{\"typ\":\"JWT\"}",
                                         "{}",
                                         "[]",
                                         "\"HS256\"",
                                         "",
                                         "{\"alg\":\"HS256\",\"crit\":[\"exp\"],\"exp\":1}",
                                         "{\"alg\":\"HS256\",\"crit\":[\"alg\"]}",
                                         "{\"alg\":\"HS256\",\"crit\":[]}",
                                         "{\"alg\":\"HS256\",\"b64\":false,\"crit\":[\"b64\"]}",
                                         "{\"alg\":\"HS256\"" };
  g_autofree char *payload = good_payload ();

  for (guint i = 0; i < G_N_ELEMENTS (headers); i++)
    {
      g_autofree char *token = forge (fixture, headers[i], payload);

      g_test_message ("header %s", headers[i]);
      assert_refused (fixture, token, PROBLEM_UNAUTHENTICATED);
    }
}

static void
test_unsigned (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autofree char *payload = good_payload ();
  g_autofree char *header = encode ("{\"alg\":\"none\"}", strlen ("{\"alg\":\"none\"}"));
  g_autofree char *middle = encode (payload, strlen (payload));
  g_autofree char *token = g_strconcat (header, ".", middle, ".", NULL);

  assert_refused (fixture, token, PROBLEM_UNAUTHENTICATED);
}

static void
test_other_key (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  Fixture other = *fixture;
  g_autofree char *payload = good_payload ();
  g_autofree char *token = NULL;

  randombytes_buf (other.secret, sizeof other.secret);
  token = forge (&other, GOOD_HEADER, payload);
  assert_refused (fixture, token, PROBLEM_UNAUTHENTICATED);
}

/* Every single letter counts, and so does every letter that is missing or too much. */
static void
test_damage (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autofree char *payload = good_payload ();
  g_autofree char *token = forge (fixture, GOOD_HEADER, payload);
  gsize length = strlen (token);

  for (gsize cut = 0; cut < length; cut++)
    {
      g_autofree char *shorter = g_strndup (token, cut);
      g_autofree char *longer = g_strdup_printf ("%.*s.%s", (int) cut, token, token + cut);

      assert_refused (fixture, shorter, PROBLEM_UNAUTHENTICATED);
      assert_refused (fixture, longer, PROBLEM_UNAUTHENTICATED);
    }
  for (gsize i = 0; i < length; i++)
    {
      g_autofree char *changed = g_strdup (token);

      changed[i] = changed[i] == 'A' ? 'B' : 'A';
      assert_refused (fixture, changed, PROBLEM_UNAUTHENTICATED);
    }
}

static void
test_odd_forms (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  static const char *const tokens[]
      = { "", ".", "..", "...", "a.b.c", "e30.e30.", " ", "e30.e30.e30\n", "é.é.é", "%00.%00.%00" };
  g_autofree char *giant = g_strnfill (10 * 1024 * 1024, 'A');
  g_autofree char *dots = g_strnfill (100000, '.');

  for (guint i = 0; i < G_N_ELEMENTS (tokens); i++)
    assert_refused (fixture, tokens[i], PROBLEM_UNAUTHENTICATED);
  assert_refused (fixture, giant, PROBLEM_UNAUTHENTICATED);
  assert_refused (fixture, dots, PROBLEM_UNAUTHENTICATED);
}

static void
assert_payload_refused (const Fixture *fixture, const char *payload, ProblemCode code)
{
  g_autofree char *token = forge (fixture, GOOD_HEADER, payload);

  g_test_message ("payload %s", payload);
  assert_refused (fixture, token, code);
}

static void
test_claims (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  static const struct
  {
    const char *iss, *aud, *kind, *sub;
    int iat, exp;
    ProblemCode code;
  } cases[] = {
    { "other", "deskbell-api", "access", "17", NOW, NOW + 900, PROBLEM_UNAUTHENTICATED },
    { "deskbell", "other", "access", "17", NOW, NOW + 900, PROBLEM_UNAUTHENTICATED },
    { "deskbell", "deskbell-api", "refresh", "17", NOW, NOW + 900, PROBLEM_UNAUTHENTICATED },
    { "deskbell", "deskbell-api", "access", "0", NOW, NOW + 900, PROBLEM_UNAUTHENTICATED },
    { "deskbell", "deskbell-api", "access", "-1", NOW, NOW + 900, PROBLEM_UNAUTHENTICATED },
    { "deskbell", "deskbell-api", "access", "17 ", NOW, NOW + 900, PROBLEM_UNAUTHENTICATED },
    { "deskbell", "deskbell-api", "access", "17", NOW + 61, NOW + 900, PROBLEM_UNAUTHENTICATED },
    { "deskbell", "deskbell-api", "access", "17", NOW, NOW, PROBLEM_UNAUTHENTICATED },
    { "deskbell", "deskbell-api", "access", "17", NOW - 900, NOW, PROBLEM_TOKEN_EXPIRED },
    { "deskbell", "deskbell-api", "access", "17", NOW - 900, NOW - 1, PROBLEM_TOKEN_EXPIRED },
    /* Expired does not make up for foreign. */
    { "other", "deskbell-api", "access", "17", NOW - 900, NOW - 1, PROBLEM_UNAUTHENTICATED },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *payload
          = g_strdup_printf (PAYLOAD_FORMAT, cases[i].iss, cases[i].aud, cases[i].kind,
                             cases[i].sub, cases[i].iat, cases[i].exp);

      assert_payload_refused (fixture, payload, cases[i].code);
    }
}

static void
test_payload_shapes (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  static const char *const members[]
      = { "\"iss\":\"deskbell\"", "\"aud\":\"deskbell-api\"", "\"kind\":\"access\"",
          "\"sub\":\"17\"",       "\"sid\":\"session-1\"",    "\"role\":\"agent\"",
          "\"iat\":1800000000",   "\"exp\":1800000900" };

  for (guint missing = 0; missing < G_N_ELEMENTS (members); missing++)
    {
      g_autoptr (GString) payload = g_string_new ("{\"x\":0");

      for (guint i = 0; i < G_N_ELEMENTS (members); i++)
        {
          if (i != missing)
            g_string_append_printf (payload, ",%s", members[i]);
        }
      g_string_append_c (payload, '}');
      assert_payload_refused (fixture, payload->str, PROBLEM_UNAUTHENTICATED);
    }
  assert_payload_refused (fixture, "", PROBLEM_UNAUTHENTICATED);
  assert_payload_refused (fixture, "[]", PROBLEM_UNAUTHENTICATED);
  assert_payload_refused (fixture, "{\"iss\":[\"deskbell\"]}", PROBLEM_UNAUTHENTICATED);
}

static void
test_key_stays (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autofree char *path = key_path (fixture);
  g_autofree char *payload = good_payload ();
  g_autofree char *token = forge (fixture, GOOD_HEADER, payload);
  g_autoptr (GError) error = NULL;
  g_autoptr (TokenKey) again = token_key_open (fixture->folder, &error);
  g_autoptr (TokenClaims) claims = NULL;
  GStatBuf status;

  g_assert_no_error (error);
  claims = token_read (again, token, NOW, &error);
  g_assert_no_error (error);
  g_assert_nonnull (claims);
  g_assert_cmpint (g_stat (path, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0600);
}

static void
test_key_refused (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autofree char *path = key_path (fixture);
  g_autoptr (GError) open_to_all = NULL;
  g_autoptr (GError) damaged = NULL;

  g_assert_cmpint (g_chmod (path, 0644), ==, 0);
  g_assert_null (token_key_open (fixture->folder, &open_to_all));
  g_assert_nonnull (strstr (open_to_all->message, "token.key"));

  g_assert_true (g_file_set_contents_full (path, "short", 5, 0, 0600, NULL));
  g_assert_null (token_key_open (fixture->folder, &damaged));
  g_assert_nonnull (strstr (damaged->message, "token.key"));
}

static void
add (const char *path, void (*test) (Fixture *, gconstpointer))
{
  g_test_add (path, Fixture, NULL, set_up, test, tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add ("/token/is-read-back", test_round_trip);
  add ("/token/forger-is-good", test_forger);
  add ("/token/only-our-header", test_headers);
  add ("/token/never-unsigned", test_unsigned);
  add ("/token/only-our-key", test_other_key);
  add ("/token/every-letter-counts", test_damage);
  add ("/token/odd-forms", test_odd_forms);
  add ("/token/only-our-claims", test_claims);
  add ("/token/payload-is-complete", test_payload_shapes);
  add ("/token-key/stays-and-is-private", test_key_stays);
  add ("/token-key/refuses-open-or-damaged", test_key_refused);
  return g_test_run ();
}
