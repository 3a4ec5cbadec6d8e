/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * One flow for all kinds; what differs is where it leads and how one learns who it is. */
#include "account/provider/flow.h"

#include "account/provider/call.h"
#include "account/provider/profile.h"
#include "base/problem.h"

#include <glib/gi18n.h>
#include <libsoup/soup.h>
#include <sodium.h>
#include <string.h>

#define FACEBOOK_VERSION "/v23.0"
#define TOKEN_MAX (16 * 1024)
#define ERROR_MAX 64

/* Where one provider is spoken with. */
typedef struct
{
  OidcIssuer *issuer; /* NULL: it does not speak OpenID Connect */
  char *authorization;
  char *token;
  char *api; /* NULL: as the issuer says */
  const char *scope;
  gboolean secret_in_body;
} Addresses;

static void
addresses_clear (Addresses *addresses)
{
  g_clear_pointer (&addresses->issuer, oidc_issuer_unref);
  g_free (addresses->authorization);
  g_free (addresses->token);
  g_free (addresses->api);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Addresses, addresses_clear)

static void
grant_clear (Grant *grant)
{
  g_free (grant->access_token);
  g_free (grant->id_token);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Grant, grant_clear)

/* Finding addresses */

static gboolean
find_oidc (OidcIssuers *issuers, const Services *services, const Provider *provider,
           Addresses *addresses, GError **error)
{
  OidcIssuer *issuer = oidc_issuers_find (issuers, services, provider->issuer, error);

  if (issuer == NULL)
    return FALSE;
  addresses->issuer = issuer;
  addresses->authorization = g_strdup (issuer->authorization);
  addresses->token = g_strdup (issuer->token);
  addresses->scope = "openid profile email";
  addresses->secret_in_body = issuer->wants_secret_in_body;
  return TRUE;
}

/* As GitHub publishes them; GitHub Enterprise Server has all below its own address. */
static void
find_github (const Provider *provider, gboolean is_known, Addresses *addresses)
{
  addresses->authorization = g_strconcat (provider->issuer, "/login/oauth/authorize", NULL);
  addresses->token = g_strconcat (provider->issuer, "/login/oauth/access_token", NULL);
  addresses->api = is_known ? g_strdup ("https://api.github.com")
                            : g_strconcat (provider->issuer, "/api/v3", NULL);
  addresses->scope = "read:user user:email";
  addresses->secret_in_body = TRUE;
}

static void
find_facebook (const Provider *provider, gboolean is_known, Addresses *addresses)
{
  const char *graph = is_known ? "https://graph.facebook.com" : provider->issuer;

  addresses->authorization = g_strconcat (provider->issuer, FACEBOOK_VERSION "/dialog/oauth", NULL);
  addresses->token = g_strconcat (graph, FACEBOOK_VERSION "/oauth/access_token", NULL);
  addresses->api = g_strconcat (graph, FACEBOOK_VERSION, NULL);
  addresses->scope = "public_profile email";
  addresses->secret_in_body = TRUE;
}

static gboolean
find_addresses (OidcIssuers *issuers, const Services *services, const Provider *provider,
                Addresses *addresses, GError **error)
{
  gboolean is_known = g_strcmp0 (provider->issuer, provider_known_issuer (provider->kind)) == 0;

  if (provider_is_oidc (provider->kind))
    return find_oidc (issuers, services, provider, addresses, error);
  if (provider->kind == PROVIDER_GITHUB)
    find_github (provider, is_known, addresses);
  else
    find_facebook (provider, is_known, addresses);
  return TRUE;
}

/* Going there */

static char *
make_challenge (const char *verifier)
{
  guint8 digest[crypto_hash_sha256_BYTES];
  gsize room = sodium_base64_encoded_len (sizeof digest, sodium_base64_VARIANT_URLSAFE_NO_PADDING);

  crypto_hash_sha256 (digest, (const guint8 *) verifier, strlen (verifier));
  return sodium_bin2base64 (g_malloc (room), room, digest, sizeof digest,
                            sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

char *
provider_authorization (OidcIssuers *issuers, const Services *services, const Provider *provider,
                        const ProviderTies *ties, GError **error)
{
  g_auto (Addresses) addresses = { 0 };
  g_autofree char *redirect = provider_redirect_uri (services, provider->id);
  g_autofree char *challenge = make_challenge (ties->verifier);
  g_autofree char *query = NULL;
  const char *mark;

  if (!find_addresses (issuers, services, provider, &addresses, error))
    return NULL;
  /* The nonce comes last, since only OpenID Connect knows it: NULL ends the list. */
  query = soup_form_encode ("response_type", "code", "client_id", provider->client_id,
                            "redirect_uri", redirect, "scope", addresses.scope, "state",
                            ties->state, "code_challenge", challenge, "code_challenge_method",
                            "S256", addresses.issuer != NULL ? "nonce" : NULL, ties->nonce, NULL);
  mark = strchr (addresses.authorization, '?') != NULL ? "&" : "?";
  return g_strconcat (addresses.authorization, mark, query, NULL);
}

gboolean
provider_is_issuer (OidcIssuers *issuers, const Services *services, const Provider *provider,
                    const char *issuer, GError **error)
{
  g_auto (Addresses) addresses = { 0 };

  if (!find_addresses (issuers, services, provider, &addresses, error))
    return FALSE;
  if (issuer != NULL ? strcmp (issuer, provider->issuer) == 0
                     : addresses.issuer == NULL || !addresses.issuer->names_itself)
    return TRUE;
  profile_refuse (provider, "the answer names another issuer", error);
  return FALSE;
}

/* Coming back */

/* A token goes into a header. */
static gboolean
is_visible (const char *token)
{
  for (; *token != '\0'; token++)
    {
      if (!g_ascii_isgraph (*token))
        return FALSE;
    }
  return TRUE;
}

static char *
write_form (const Services *services, const Provider *provider, const Addresses *addresses,
            const char *code, const char *verifier)
{
  g_autofree char *redirect = provider_redirect_uri (services, provider->id);

  return soup_form_encode ("grant_type", "authorization_code", "code", code, "redirect_uri",
                           redirect, "code_verifier", verifier, "client_id", provider->client_id,
                           addresses->secret_in_body ? "client_secret" : NULL,
                           provider->client_secret, NULL);
}

/* RFC 6749, 5.1 and 5.2; GitHub's refusals have the status 200. */
static gboolean
read_grant (const Provider *provider, JsonNode *answer, long status, Grant *grant, GError **error)
{
  JsonObject *object = JSON_NODE_HOLDS_OBJECT (answer) ? json_node_get_object (answer) : NULL;
  const char *token
      = object != NULL ? provider_json_text (object, "access_token", TOKEN_MAX) : NULL;
  const char *type = token != NULL ? provider_json_text (object, "token_type", ERROR_MAX) : NULL;
  const char *refusal;

  if (status == 200 && token != NULL && is_visible (token)
      && (type == NULL || g_ascii_strcasecmp (type, "bearer") == 0))
    {
      grant->access_token = g_strdup (token);
      grant->id_token = g_strdup (provider_json_text (object, "id_token", TOKEN_MAX));
      return TRUE;
    }
  refusal = object != NULL ? provider_json_text (object, "error", ERROR_MAX) : NULL;
  profile_refuse (provider, refusal != NULL ? refusal : "no access token came", error);
  return FALSE;
}

static gboolean
exchange (const Services *services, const Provider *provider, const Addresses *addresses,
          const char *code, const char *verifier, Grant *grant, GError **error)
{
  g_autofree char *form = write_form (services, provider, addresses, code, verifier);
  /* Both are encoded before HTTP encodes them again (RFC 6749, 2.3.1). */
  g_autofree char *user = g_uri_escape_string (provider->client_id, NULL, FALSE);
  g_autofree char *password = g_uri_escape_string (provider->client_secret, NULL, FALSE);
  ProviderCall call = { .url = addresses->token, .form = form };
  g_autoptr (JsonNode) answer = NULL;
  long status;

  if (!addresses->secret_in_body)
    {
      call.user = user;
      call.password = password;
    }
  answer = provider_call (services, &call, &status, error);
  return answer != NULL && read_grant (provider, answer, status, grant, error);
}

gboolean
provider_identify (OidcIssuers *issuers, const Services *services, const Provider *provider,
                   const char *code, const ProviderTies *ties, Profile *profile, GError **error)
{
  g_auto (Addresses) addresses = { 0 };
  g_auto (Grant) grant = { 0 };

  if (!find_addresses (issuers, services, provider, &addresses, error)
      || !exchange (services, provider, &addresses, code, ties->verifier, &grant, error))
    return FALSE;
  if (addresses.issuer != NULL)
    return profile_from_oidc (issuers, services, provider, addresses.issuer, &grant, ties->nonce,
                              profile, error);
  if (provider->kind == PROVIDER_GITHUB)
    return profile_from_github (services, addresses.api, &grant, profile, error);
  return profile_from_facebook (services, provider, addresses.api, &grant, profile, error);
}
