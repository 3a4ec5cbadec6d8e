/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Discovery, and what was discovered. */
#include "account/provider/oidc-issuer.h"

#include "account/provider/call.h"
#include "account/provider/provider.h"
#include "base/problem.h"

#include <glib/gi18n.h>
#include <string.h>

#define WELL_KNOWN "/.well-known/openid-configuration"
#define ADDRESSES_US (60 * 60 * (gint64) G_USEC_PER_SEC)
#define KEYS_US (10 * 60 * (gint64) G_USEC_PER_SEC)
#define NAMES_MAX 64
#define NAME_BYTES_MAX 64

typedef struct
{
  IdTokenKeys *keys;
  gint64 read_at; /* monotonic, µs */
} KnownKeys;

struct OidcIssuers
{
  GMutex lock;
  GHashTable *addresses; /* of OidcIssuer, by issuer */
  GHashTable *keys; /* of KnownKeys, by the address that they come from */
};

static void
known_keys_free (gpointer data)
{
  KnownKeys *known = data;

  id_token_keys_unref (known->keys);
  g_free (known);
}

OidcIssuers *
oidc_issuers_new (void)
{
  OidcIssuers *issuers = g_new0 (OidcIssuers, 1);

  g_mutex_init (&issuers->lock);
  issuers->addresses
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) oidc_issuer_unref);
  issuers->keys = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, known_keys_free);
  return issuers;
}

void
oidc_issuers_free (OidcIssuers *issuers)
{
  g_hash_table_unref (issuers->addresses);
  g_hash_table_unref (issuers->keys);
  g_mutex_clear (&issuers->lock);
  g_free (issuers);
}

static OidcIssuer *
issuer_ref (OidcIssuer *issuer)
{
  g_atomic_ref_count_inc (&issuer->references);
  return issuer;
}

void
oidc_issuer_unref (OidcIssuer *issuer)
{
  if (!g_atomic_ref_count_dec (&issuer->references))
    return;
  g_free (issuer->authorization);
  g_free (issuer->token);
  g_free (issuer->userinfo);
  g_free (issuer->keys);
  g_strfreev (issuer->algorithms);
  g_free (issuer);
}

/* Addresses */

/* An issuer that is encrypted leads nowhere that is not. */
static gboolean
is_fit_for (const char *issuer, const char *url)
{
  return provider_url_is_fit (url)
         && (g_str_has_prefix (url, "https://") || g_str_has_prefix (issuer, "http://"));
}

/* Returns: (transfer full): the address at @name; NULL when there is none that can be used. */
static char *
read_url (JsonObject *document, const char *issuer, const char *name)
{
  const char *url = provider_json_text (document, name, PROVIDER_URL_MAX);

  return url != NULL && is_fit_for (issuer, url) ? g_strdup (url) : NULL;
}

/* Returns: (transfer full): the texts in the list at @name. */
static char **
read_names (JsonObject *document, const char *name)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  JsonNode *node = json_object_get_member (document, name);
  JsonArray *array
      = node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
  guint length = array != NULL ? MIN (json_array_get_length (array), NAMES_MAX) : 0;

  for (guint i = 0; i < length; i++)
    {
      JsonNode *element = json_array_get_element (array, i);
      const char *text = JSON_NODE_HOLDS_VALUE (element) ? json_node_get_string (element) : NULL;

      if (text != NULL && strlen (text) <= NAME_BYTES_MAX)
        g_strv_builder_add (names, text);
    }
  return g_strv_builder_end (names);
}

/* Both ways to show the secret are good; without a word of it, HTTP's is meant (Discovery, 3). */
static gboolean
wants_secret_in_body (JsonObject *document)
{
  g_auto (GStrv) ways = read_names (document, "token_endpoint_auth_methods_supported");
  const char *const *list = (const char *const *) ways;

  return g_strv_contains (list, "client_secret_post")
         && !g_strv_contains (list, "client_secret_basic");
}

static OidcIssuer *
read_document (const char *issuer, JsonObject *document)
{
  OidcIssuer *known = g_new0 (OidcIssuer, 1);

  g_atomic_ref_count_init (&known->references);
  known->read_at = g_get_monotonic_time ();
  known->authorization = read_url (document, issuer, "authorization_endpoint");
  known->token = read_url (document, issuer, "token_endpoint");
  known->userinfo = read_url (document, issuer, "userinfo_endpoint");
  known->keys = read_url (document, issuer, "jwks_uri");
  known->algorithms = read_names (document, "id_token_signing_alg_values_supported");
  known->wants_secret_in_body = wants_secret_in_body (document);
  known->names_itself
      = provider_json_is_true (document, "authorization_response_iss_parameter_supported");
  return known;
}

/* The document has to speak of the issuer that it was asked of, or anybody could speak for it. */
static gboolean
check_document (const char *issuer, JsonObject *document, const OidcIssuer *known, GError **error)
{
  if (g_strcmp0 (provider_json_text (document, "issuer", PROVIDER_URL_MAX), issuer) != 0)
    problem_set (error, PROBLEM_CONFLICT,
                 _ ("What is found there speaks of another issuer. Write the issuer exactly as "
                    "the service writes it."));
  else if (known->authorization == NULL || known->token == NULL || known->keys == NULL)
    problem_set (error, PROBLEM_CONFLICT,
                 _ ("What is found there lacks addresses that signing in needs, or they are not "
                    "encrypted."));
  else
    return TRUE;
  return FALSE;
}

/* Returns: (transfer full): the object that @url answers. */
static JsonNode *
fetch (const Services *services, const char *url, GError **error)
{
  long status;
  g_autoptr (JsonNode) node
      = provider_call (services, &(ProviderCall){ .url = url }, &status, error);

  if (node == NULL)
    return NULL;
  if (status == 200 && JSON_NODE_HOLDS_OBJECT (node))
    return g_steal_pointer (&node);
  problem_set (error, PROBLEM_CONFLICT,
               _ ("There is no OpenID Connect service at this address. Check the issuer."));
  return NULL;
}

OidcIssuer *
oidc_issuers_ask (OidcIssuers *issuers, const Services *services, const char *issuer,
                  GError **error)
{
  gboolean has_slash = g_str_has_suffix (issuer, "/");
  g_autofree char *url = g_strconcat (issuer, &WELL_KNOWN[has_slash ? 1 : 0], NULL);
  g_autoptr (JsonNode) node = fetch (services, url, error);
  g_autoptr (OidcIssuer) known = NULL;
  JsonObject *document;

  if (node == NULL)
    return NULL;
  document = json_node_get_object (node);
  known = read_document (issuer, document);
  if (!check_document (issuer, document, known, error))
    return NULL;
  g_mutex_lock (&issuers->lock);
  g_hash_table_replace (issuers->addresses, g_strdup (issuer), issuer_ref (known));
  g_mutex_unlock (&issuers->lock);
  return g_steal_pointer (&known);
}

OidcIssuer *
oidc_issuers_find (OidcIssuers *issuers, const Services *services, const char *issuer,
                   GError **error)
{
  OidcIssuer *known;

  g_mutex_lock (&issuers->lock);
  known = g_hash_table_lookup (issuers->addresses, issuer);
  if (known != NULL && g_get_monotonic_time () - known->read_at < ADDRESSES_US)
    issuer_ref (known);
  else
    known = NULL;
  g_mutex_unlock (&issuers->lock);
  return known != NULL ? known : oidc_issuers_ask (issuers, services, issuer, error);
}

/* Keys */

/* Returns: (transfer full): the keys of @url, unless they are old; then NULL. */
static IdTokenKeys *
recall_keys (OidcIssuers *issuers, const char *url)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&issuers->lock);
  KnownKeys *known = g_hash_table_lookup (issuers->keys, url);

  if (known == NULL || g_get_monotonic_time () - known->read_at >= KEYS_US)
    return NULL;
  return id_token_keys_ref (known->keys);
}

static void
remember_keys (OidcIssuers *issuers, const char *url, IdTokenKeys *keys)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&issuers->lock);
  KnownKeys *known = g_new0 (KnownKeys, 1);

  known->keys = id_token_keys_ref (keys);
  known->read_at = g_get_monotonic_time ();
  g_hash_table_replace (issuers->keys, g_strdup (url), known);
}

IdTokenKeys *
oidc_issuers_keys (OidcIssuers *issuers, const Services *services, const OidcIssuer *issuer,
                   gboolean is_unknown, GError **error)
{
  g_autoptr (IdTokenKeys) keys = is_unknown ? NULL : recall_keys (issuers, issuer->keys);
  g_autoptr (JsonNode) node = NULL;

  if (keys != NULL)
    return g_steal_pointer (&keys);
  node = fetch (services, issuer->keys, error);
  keys = node != NULL ? id_token_keys_new (node) : NULL;
  if (keys == NULL)
    {
      if (node != NULL)
        problem_set (error, PROBLEM_CONFLICT, _ ("The service's keys cannot be read."));
      return NULL;
    }
  remember_keys (issuers, issuer->keys, keys);
  return g_steal_pointer (&keys);
}
