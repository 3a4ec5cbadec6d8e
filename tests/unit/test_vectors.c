/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Other people's collections of what goes wrong, as they publish them: JSONTestSuite, and
 * Wycheproof's vectors of JSON Web Signatures. DESKBELL_VECTORS names the folder that holds clones
 * of both; without it there is nothing to do here. Our own cases, which carry their names, stand in
 * tests/support/json_cases.py and test_token.c. */
#include "account/provider/id-token.h"
#include "account/jws.h"
#include "base/json.h"

#include <json-glib/json-glib.h>
#include <string.h>

#define TOKEN_MAX 4096

/* Returns: (transfer full): where @path lies in a clone; NULL after skipping when there is none. */
static char *
find_vectors (const char *path)
{
  const char *folder = g_getenv ("DESKBELL_VECTORS");

  if (folder != NULL)
    return g_build_filename (folder, path, NULL);
  g_test_skip ("DESKBELL_VECTORS is not set");
  return NULL;
}

static gboolean
accepts (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  gsize length;

  g_file_get_contents (path, &text, &length, &error);
  g_assert_no_error (error);
  return json_check (text, length, NULL);
}

/* The first letter of a name says what is expected: yes, no, or either. */
static void
test_json (void)
{
  g_autofree char *folder = find_vectors ("JSONTestSuite/test_parsing");
  g_autoptr (GDir) files = folder != NULL ? g_dir_open (folder, 0, NULL) : NULL;
  guint wrong = 0, either = 0, all = 0;

  if (folder == NULL)
    return;
  g_assert_nonnull (files);
  for (const char *name = g_dir_read_name (files); name != NULL; name = g_dir_read_name (files))
    {
      gboolean accepted = accepts (folder, name);

      all++;
      either += *name == 'i' && accepted;
      if (*name == 'i' || accepted == (*name == 'y'))
        continue;
      wrong++;
      g_test_message ("%s: %s", name, accepted ? "accepted" : "refused");
    }
  g_test_message ("%u files, %u of those accepted that may be either", all, either);
  g_assert_cmpuint (all, >, 0);
  g_assert_cmpuint (wrong, ==, 0);
}

static const char *
text_of (JsonObject *object, const char *name)
{
  return json_object_get_string_member_with_default (object, name, "");
}

/* As token.c reads a token, but with another key. */
static gboolean
verifies_with (JsonNode *key, const char *token, const char *algorithm)
{
  g_autofree char *text = json_to_string (key, FALSE);
  g_autoptr (cjose_jws_t) jws = jws_import (token, TOKEN_MAX, algorithm);
  cjose_jwk_t *jwk = cjose_jwk_import (text, strlen (text), NULL);
  gboolean good = jws != NULL && cjose_jws_verify (jws, jwk, NULL);

  g_assert_nonnull (jwk);
  cjose_jwk_release (jwk);
  return good;
}

/* As a provider's token is read, from a set with this key: what it says is no id token's, but that
 * is looked at only behind a good signature. */
static gboolean
verifies_in_set (JsonNode *key, const char *token, const char *algorithm)
{
  g_autofree char *text = json_to_string (key, FALSE);
  g_autofree char *set_text = g_strdup_printf ("{\"keys\":[%s]}", text);
  g_autoptr (JsonNode) set = json_from_string (set_text, NULL);
  g_autoptr (IdTokenKeys) keys = id_token_keys_new (set);
  IdTokenRules rules = { .keys = keys, .algorithm = algorithm };
  IdTokenFault fault;
  g_autoptr (JsonObject) claims = id_token_read (&rules, token, &fault);

  g_assert_null (claims);
  return fault > ID_TOKEN_SIGNATURE;
}

/* Our own tokens have HS256, providers' one that stands in their settings. */
static gboolean
verifies (JsonObject *group, const char *token)
{
  gboolean has_public = json_object_has_member (group, "public");
  JsonNode *key = json_object_get_member (group, has_public ? "public" : "private");
  JsonObject *members = json_node_get_object (key);
  const char *algorithm = text_of (members, "alg");

  if (!has_public)
    return verifies_with (key, token, algorithm);
  if (*algorithm == '\0')
    algorithm = strcmp (text_of (members, "kty"), "EC") == 0 ? "ES256" : "RS256";
  return verifies_in_set (key, token, algorithm);
}

/* What is published and cannot be met: 367 and 370 are byte by byte the valid 357; 372 and 373 are
 * called valid though they hold a letter that base64url has not, which RFC 7515 forbids; the key of
 * 346 and 350 is for PS256 and the token has PS384; and that of 347 and 351 is for ES521, which
 * there is not. */
static gboolean
is_published_wrong (gint64 number)
{
  static const gint64 numbers[] = { 346, 347, 350, 351, 367, 370, 372, 373 };

  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      if (numbers[i] == number)
        return TRUE;
    }
  return FALSE;
}

/* Returns: how many of @group are judged wrongly. */
static guint
run_group (JsonObject *group)
{
  JsonArray *tests = json_object_get_array_member (group, "tests");
  guint wrong = 0;

  for (guint i = 0; i < json_array_get_length (tests); i++)
    {
      JsonObject *test = json_array_get_object_element (tests, i);
      JsonNode *jws = json_object_get_member (test, "jws");
      g_autofree char *token
          = JSON_NODE_HOLDS_VALUE (jws) ? json_node_dup_string (jws) : json_to_string (jws, FALSE);
      gboolean expected = strcmp (text_of (test, "result"), "valid") == 0;
      gint64 number = json_object_get_int_member (test, "tcId");

      if (is_published_wrong (number) || verifies (group, token) == expected)
        continue;
      wrong++;
      g_test_message ("%s %" G_GINT64_FORMAT " %s is %s", text_of (group, "comment"), number,
                      text_of (test, "comment"), text_of (test, "result"));
    }
  return wrong;
}

static void
test_jws (void)
{
  g_autofree char *path = find_vectors ("wycheproof/testvectors_v1/json_web_signature_test.json");
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  g_autoptr (GError) error = NULL;
  JsonArray *groups;
  guint wrong = 0;

  if (path == NULL)
    return;
  json_parser_load_from_file (parser, path, &error);
  g_assert_no_error (error);
  groups = json_object_get_array_member (json_node_get_object (json_parser_get_root (parser)),
                                         "testGroups");
  for (guint i = 0; i < json_array_get_length (groups); i++)
    wrong += run_group (json_array_get_object_element (groups, i));
  g_assert_cmpuint (json_array_get_length (groups), >, 0);
  g_assert_cmpuint (wrong, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/vectors/json", test_json);
  g_test_add_func ("/vectors/jws", test_jws);
  return g_test_run ();
}
