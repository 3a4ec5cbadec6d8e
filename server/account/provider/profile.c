/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * OpenID Connect proves who somebody is by a signed token; GitHub and Facebook are asked with the
 * access token, over a connection that proves who answers. */
#include "account/provider/profile.h"

#include "account/provider/call.h"
#include "base/fields.h"
#include "base/problem.h"

#include <glib/gi18n.h>
#include <string.h>

#define SENTENCE_BYTES 1000
#define NUMBER_MAX 32

void
profile_clear (Profile *profile)
{
  g_free (profile->subject);
  g_free (profile->email);
  g_free (profile->name);
  g_free (profile->language);
}

void
profile_refuse (const Provider *provider, const char *reason, GError **error)
{
  g_warning ("a sign-in with %s is refused: %s", provider->issuer, reason);
  problem_set (error, PROBLEM_UNAUTHENTICATED,
               _ ("What the other service said could not be proven, so nobody was signed in. "
                  "Begin again."));
}

static void
set_unreadable (GError **error)
{
  problem_set (error, PROBLEM_UNAVAILABLE,
               _ ("The other service did not say who you are. Try again, or sign in with a "
                  "password."));
}

/* Takes what @object says where nothing is known yet. */
static void
add_claims (Profile *profile, JsonObject *object)
{
  const char *email = provider_json_text (object, "email", SENTENCE_BYTES);

  if (profile->email == NULL && email != NULL && field_email_is_fit (email))
    {
      profile->email = g_strdup (email);
      profile->is_verified = provider_json_is_true (object, "email_verified");
    }
  if (profile->name == NULL)
    profile->name = g_strdup (provider_json_text (object, "name", SENTENCE_BYTES));
  if (profile->language == NULL)
    profile->language = g_strdup (provider_json_text (object, "locale", FIELD_LANGUAGE_MAX));
}

/* Asks with the access token.
 * Returns: (transfer full): the answer, any JSON; NULL with a problem. */
static JsonNode *
ask (const Services *services, const char *url, const Grant *grant, GError **error)
{
  ProviderCall call = { .url = url, .bearer = grant->access_token };
  long status;
  g_autoptr (JsonNode) node = provider_call (services, &call, &status, error);

  if (node == NULL)
    return NULL;
  if (status == 200)
    return g_steal_pointer (&node);
  g_warning ("%.*s answered %ld", (int) strcspn (url, "?"), url, status);
  set_unreadable (error);
  return NULL;
}

/* The same; NULL also when it is no object. */
static JsonNode *
ask_object (const Services *services, const char *url, const Grant *grant, GError **error)
{
  g_autoptr (JsonNode) node = ask (services, url, grant, error);

  if (node == NULL || JSON_NODE_HOLDS_OBJECT (node))
    return g_steal_pointer (&node);
  set_unreadable (error);
  return NULL;
}

/* OpenID Connect */

/* Reads the token; a key that is not known makes the keys be asked for once more. */
static JsonObject *
read_token (OidcIssuers *issuers, const Services *services, const OidcIssuer *issuer,
            IdTokenRules *rules, const char *token, IdTokenFault *fault, GError **error)
{
  JsonObject *claims = NULL;

  *fault = ID_TOKEN_KEY;
  for (guint try = 0; try < 2 && *fault == ID_TOKEN_KEY; try++)
    {
      g_autoptr (IdTokenKeys) keys = oidc_issuers_keys (issuers, services, issuer, try > 0, error);

      if (keys == NULL)
        return NULL;
      rules->keys = keys;
      claims = id_token_read (rules, token, fault);
    }
  return claims;
}

/* What the token leaves out; who it is does not change by it (Core, 5.3.2). */
static gboolean
add_userinfo (const Services *services, const Provider *provider, const OidcIssuer *issuer,
              const Grant *grant, Profile *profile, GError **error)
{
  g_autoptr (JsonNode) node = NULL;
  JsonObject *object;

  if (issuer->userinfo == NULL || (profile->email != NULL && profile->name != NULL))
    return TRUE;
  node = ask_object (services, issuer->userinfo, grant, error);
  if (node == NULL)
    return FALSE;
  object = json_node_get_object (node);
  if (g_strcmp0 (provider_json_text (object, "sub", ID_TOKEN_SUBJECT_MAX), profile->subject) != 0)
    {
      profile_refuse (provider, "userinfo of somebody else", error);
      return FALSE;
    }
  add_claims (profile, object);
  return TRUE;
}

gboolean
profile_from_oidc (OidcIssuers *issuers, const Services *services, const Provider *provider,
                   const OidcIssuer *issuer, const Grant *grant, const char *nonce,
                   Profile *profile, GError **error)
{
  IdTokenRules rules = { .algorithm = provider->algorithm,
                         .issuer = provider->issuer,
                         .client_id = provider->client_id,
                         .nonce = nonce,
                         .access_token = grant->access_token,
                         .now = g_get_real_time () / G_USEC_PER_SEC };
  g_autoptr (JsonObject) claims = NULL;
  g_autoptr (GError) problem = NULL;
  IdTokenFault fault = ID_TOKEN_FORM;

  if (grant->id_token != NULL)
    claims = read_token (issuers, services, issuer, &rules, grant->id_token, &fault, &problem);
  if (claims == NULL)
    {
      if (problem != NULL)
        g_propagate_error (error, g_steal_pointer (&problem));
      else
        profile_refuse (provider, id_token_fault_name (fault), error);
      return FALSE;
    }
  profile->subject = g_strdup (provider_json_text (claims, "sub", ID_TOKEN_SUBJECT_MAX));
  add_claims (profile, claims);
  return add_userinfo (services, provider, issuer, grant, profile, error);
}

/* GitHub */

/* Of all addresses the primary one, if it is verified. */
static void
take_primary (JsonArray *emails, Profile *profile)
{
  for (guint i = 0; i < json_array_get_length (emails); i++)
    {
      JsonNode *node = json_array_get_element (emails, i);
      JsonObject *object = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
      const char *email
          = object != NULL ? provider_json_text (object, "email", SENTENCE_BYTES) : NULL;

      if (profile->email == NULL && email != NULL && field_email_is_fit (email)
          && provider_json_is_true (object, "primary")
          && provider_json_is_true (object, "verified"))
        {
          profile->email = g_strdup (email);
          profile->is_verified = TRUE;
        }
    }
}

gboolean
profile_from_github (const Services *services, const char *api, const Grant *grant,
                     Profile *profile, GError **error)
{
  g_autofree char *user_url = g_strconcat (api, "/user", NULL);
  g_autofree char *emails_url = g_strconcat (api, "/user/emails", NULL);
  g_autoptr (JsonNode) user = ask_object (services, user_url, grant, error);
  g_autoptr (JsonNode) emails = user != NULL ? ask (services, emails_url, grant, error) : NULL;
  JsonObject *object;
  gint64 id;

  if (emails == NULL)
    return FALSE;
  object = json_node_get_object (user);
  id = json_object_get_int_member_with_default (object, "id", 0);
  if (id <= 0 || !JSON_NODE_HOLDS_ARRAY (emails))
    {
      set_unreadable (error);
      return FALSE;
    }
  profile->subject = g_strdup_printf ("%" G_GINT64_FORMAT, id);
  profile->name = g_strdup (provider_json_text (object, "name", SENTENCE_BYTES));
  if (profile->name == NULL)
    profile->name = g_strdup (provider_json_text (object, "login", SENTENCE_BYTES));
  take_primary (json_node_get_array (emails), profile);
  return TRUE;
}

/* Facebook */

/* It does not say whether an address is verified, so that none counts as that. The proof shows that
 * the token comes from who has the secret (“Securing Graph API Requests”). */
gboolean
profile_from_facebook (const Services *services, const Provider *provider, const char *api,
                       const Grant *grant, Profile *profile, GError **error)
{
  g_autofree char *proof
      = g_compute_hmac_for_string (G_CHECKSUM_SHA256, (const guint8 *) provider->client_secret,
                                   strlen (provider->client_secret), grant->access_token, -1);
  g_autofree char *url
      = g_strdup_printf ("%s/me?fields=id,name,email&appsecret_proof=%s", api, proof);
  g_autoptr (JsonNode) node = ask_object (services, url, grant, error);
  JsonObject *object;

  if (node == NULL)
    return FALSE;
  object = json_node_get_object (node);
  profile->subject = g_strdup (provider_json_text (object, "id", NUMBER_MAX));
  if (profile->subject == NULL)
    {
      set_unreadable (error);
      return FALSE;
    }
  add_claims (profile, object);
  profile->is_verified = FALSE;
  return TRUE;
}
