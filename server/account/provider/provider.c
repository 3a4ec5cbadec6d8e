/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * What is known of a provider, from its row. */
#include "account/provider/provider.h"

#include "base/problem.h"
#include "db/pool.h"
#include "storage/sealed.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <string.h>

const char *const provider_kinds[] = { "google", "github", "facebook", "oidc", NULL };

const char *const provider_algorithms[]
    = { "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", NULL };

static const char *const known_issuers[] = {
  [PROVIDER_GOOGLE] = "https://accounts.google.com",
  [PROVIDER_GITHUB] = "https://github.com",
  [PROVIDER_FACEBOOK] = "https://www.facebook.com",
  [PROVIDER_OIDC] = NULL,
};

ProviderKind
provider_kind (const char *name)
{
  for (guint i = 0; provider_kinds[i] != NULL; i++)
    {
      if (strcmp (provider_kinds[i], name) == 0)
        return i;
    }
  g_return_val_if_reached (PROVIDER_OIDC);
}

gboolean
provider_is_oidc (ProviderKind kind)
{
  return kind == PROVIDER_GOOGLE || kind == PROVIDER_OIDC;
}

const char *
provider_known_issuer (ProviderKind kind)
{
  return known_issuers[kind];
}

static gboolean
is_printable (const char *text)
{
  for (; *text != '\0'; text++)
    {
      if (!g_ascii_isgraph (*text) || strchr ("\"<>\\^`{|}", *text) != NULL)
        return FALSE;
    }
  return TRUE;
}

gboolean
provider_url_is_fit (const char *url)
{
  g_autoptr (GUri) uri = NULL;
  const char *scheme;

  if (strlen (url) > PROVIDER_URL_MAX || !is_printable (url))
    return FALSE;
  uri = g_uri_parse (url, G_URI_FLAGS_ENCODED, NULL);
  if (uri == NULL || g_uri_get_host (uri) == NULL || *g_uri_get_host (uri) == '\0'
      || g_uri_get_userinfo (uri) != NULL || g_uri_get_fragment (uri) != NULL)
    return FALSE;
  scheme = g_uri_get_scheme (uri);
  return strcmp (scheme, "https") == 0 || strcmp (scheme, "http") == 0;
}

static Provider *
read_row (gint64 id, const DbResult *row)
{
  Provider *provider = g_new0 (Provider, 1);

  provider->id = id;
  provider->kind = provider_kind (db_result_text (row, 0, "kind"));
  provider->name = g_strdup (db_result_text (row, 0, "name"));
  provider->issuer = g_strdup (db_result_text (row, 0, "issuer"));
  provider->client_id = g_strdup (db_result_text (row, 0, "client_id"));
  provider->algorithm = g_strdup (db_result_text (row, 0, "algorithm"));
  provider->is_active = db_result_bool (row, 0, "is_active");
  provider->asks_second_step = db_result_bool (row, 0, "asks_second_step");
  return provider;
}

Provider *
provider_load (const Services *services, gint64 id, GError **error)
{
  g_autoptr (DbResult) found
      = db_pool_run (services->pool, "provider_get", (DbParam[]){ db_int (id), DB_END }, error);
  g_autoptr (Provider) provider = NULL;

  if (found == NULL)
    return NULL;
  if (db_result_rows (found) == 0)
    {
      problem_set (error, PROBLEM_NOT_FOUND, _ ("Nobody signs in with this service any more."));
      return NULL;
    }
  provider = read_row (id, found);
  provider->client_secret
      = sealed_open (services->storage, db_result_text (found, 0, "client_secret"),
                     db_result_text (found, 0, "sealed_key"), error);
  return provider->client_secret != NULL ? g_steal_pointer (&provider) : NULL;
}

void
provider_free (Provider *provider)
{
  sealed_forget (provider->client_secret);
  g_free (provider->name);
  g_free (provider->issuer);
  g_free (provider->client_id);
  g_free (provider->algorithm);
  g_free (provider);
}

char *
provider_redirect_uri (const Services *services, gint64 id)
{
  return g_strdup_printf ("%s/sign-in/callback/%" G_GINT64_FORMAT, services->url, id);
}
