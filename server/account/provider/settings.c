/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * What an admin does with providers. A secret is taken and never given back. */
#include "account/account-private.h"
#include "account/handlers.h"
#include "account/provider/provider.h"
#include "account/provider/social.h"
#include "account/session.h"
#include "base/json.h"
#include "base/problem.h"
#include "storage/sealed.h"
#include "storage/storage.h"

#include <glib/gi18n.h>
#include <string.h>

#define NAME_MAX_LETTERS 40
#define CLIENT_ID_MAX 300
#define SECRET_MAX 1000

/* So that everybody can be offered all of them. */
#define PROVIDERS_MAX 20

/* The switches in the order in which the statements take them, and what they are at first. */
static const struct
{
  const char *name;
  gboolean is_on;
} switches[] = {
  { "is_active", TRUE },  { "for_customers", TRUE },         { "creates_customers", TRUE },
  { "for_staff", FALSE }, { "is_trusted_for_staff", FALSE }, { "asks_second_step", TRUE },
};

#define SWITCHES 6

G_STATIC_ASSERT (G_N_ELEMENTS (switches) == SWITCHES);

/* A secret as it is kept. */
typedef struct
{
  char *object, *sealed; /* both NULL: none came */
} Kept;

static void
kept_clear (Kept *kept)
{
  g_free (kept->object);
  g_free (kept->sealed);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Kept, kept_clear)

static Kept
keep_secret (const Request *request, const char *secret)
{
  Kept kept = { 0 };

  if (secret == NULL)
    return kept;
  kept.object = storage_name ();
  kept.sealed = sealed_make (request_services (request)->storage, kept.object, secret);
  return kept;
}

/* Fills @params with the switches; those that are not mentioned are NULL, or, if @is_new, as they
 * are at first. */
static void
read_switches (Arguments *arguments, gboolean is_new, DbParam *params)
{
  for (guint i = 0; i < SWITCHES; i++)
    {
      gboolean is_on = arguments_bool (arguments, switches[i].name, switches[i].is_on);
      gboolean is_said = arguments_has (arguments, switches[i].name);

      params[i] = is_said || is_new ? db_bool (is_on) : db_null ();
    }
}

/* The issuer; without one the known one of the kind. */
static const char *
read_issuer (Arguments *arguments, const char *kind)
{
  const char *issuer = arguments_text (arguments, "issuer", PROVIDER_URL_MAX, ARGUMENT_OPTIONAL);

  if (issuer == NULL && kind != NULL && !arguments_has (arguments, "issuer"))
    issuer = provider_known_issuer (provider_kind (kind));
  if (issuer == NULL)
    arguments_refuse (arguments, "issuer", "required", _ ("The address of the issuer."));
  else if (!provider_url_is_fit (issuer) || strchr (issuer, '?') != NULL)
    arguments_refuse (arguments, "issuer", "bad_format",
                      _ ("Write it like https://login.example.com."));
  return issuer;
}

Reply *
provider_list (Db *db, const Request *request G_GNUC_UNUSED, GError **error)
{
  g_autoptr (DbResult) rows = db_run (db, "provider_list", (DbParam[]){ DB_END }, error);

  return rows != NULL ? reply_json (200, db_result_text (rows, 0, "json")) : NULL;
}

Reply *
provider_post (Db *db, const Request *request, GError **error)
{
  g_autoptr (Arguments) arguments = request_arguments (request, error);
  g_autofree char *digest = NULL;
  g_auto (Kept) kept = { 0 };
  DbParam on[SWITCHES];
  const char *key, *kind, *name, *issuer, *client_id, *secret, *algorithm;
  DbResult *rows;

  if (arguments == NULL || !request_idempotency_key (request, &key, error))
    return NULL;
  kind = arguments_choice (arguments, "kind", provider_kinds, ARGUMENT_REQUIRED);
  name = arguments_text (arguments, "name", NAME_MAX_LETTERS, ARGUMENT_REQUIRED);
  issuer = read_issuer (arguments, kind);
  client_id = arguments_text (arguments, "client_id", CLIENT_ID_MAX, ARGUMENT_REQUIRED);
  secret = arguments_text (arguments, "client_secret", SECRET_MAX, ARGUMENT_REQUIRED);
  algorithm = arguments_choice (arguments, "algorithm", provider_algorithms, ARGUMENT_OPTIONAL);
  read_switches (arguments, TRUE, on);
  if (!arguments_check (arguments, error))
    return NULL;
  digest = request_digest (request);
  kept = keep_secret (request, secret);
  rows = db_run (db, "provider_add",
                 (DbParam[]){ db_int (request_actor (request)->user_id), db_text (key),
                              db_text (digest), db_text (kind), db_text (name), db_text (issuer),
                              db_text (client_id), db_text (kept.object), db_text (kept.sealed),
                              db_text (algorithm != NULL ? algorithm : provider_algorithms[0]),
                              on[0], on[1], on[2], on[3], on[4], on[5], db_int (PROVIDERS_MAX),
                              DB_END },
                 error);
  if (rows != NULL && db_result_rows (rows) == 0)
    {
      db_result_free (rows);
      problem_set (error, PROBLEM_CONFLICT, _ ("There are %u entries; there is no room for more."),
                   PROVIDERS_MAX);
      return NULL;
    }
  return rows != NULL ? reply_outcome (rows, 201, error) : NULL;
}

Reply *
provider_patch (Db *db, const Request *request, GError **error)
{
  g_autoptr (Arguments) arguments = request_arguments (request, error);
  g_auto (Kept) kept = { 0 };
  DbParam on[SWITCHES];
  const char *name, *client_id, *secret, *algorithm;
  DbResult *rows;

  if (arguments == NULL)
    return NULL;
  name = arguments_text (arguments, "name", NAME_MAX_LETTERS, ARGUMENT_OPTIONAL);
  client_id = arguments_text (arguments, "client_id", CLIENT_ID_MAX, ARGUMENT_OPTIONAL);
  secret = arguments_text (arguments, "client_secret", SECRET_MAX, ARGUMENT_OPTIONAL);
  algorithm = arguments_choice (arguments, "algorithm", provider_algorithms, ARGUMENT_OPTIONAL);
  read_switches (arguments, FALSE, on);
  if (!arguments_check (arguments, error))
    return NULL;
  kept = keep_secret (request, secret);
  rows = db_run (db, "provider_change",
                 (DbParam[]){ db_int (request_path_id (request, "id")), db_text (name),
                              db_text (client_id), db_text (kept.object), db_text (kept.sealed),
                              db_text (algorithm), on[0], on[1], on[2], on[3], on[4], on[5],
                              DB_END },
                 error);
  return rows != NULL ? reply_outcome (rows, 200, error) : NULL;
}

Reply *
provider_delete (Db *db, const Request *request, GError **error)
{
  DbResult *rows = db_run (db, "provider_remove",
                           (DbParam[]){ db_int (request_path_id (request, "id")), DB_END }, error);

  return rows != NULL ? reply_outcome (rows, 204, error) : NULL;
}

/* Trying one out */

/* What an issuer says has to go together with what is set. */
static gboolean
check_algorithm (const Provider *provider, const OidcIssuer *issuer, GError **error)
{
  g_autofree char *list = NULL;

  if (issuer->algorithms[0] == NULL
      || g_strv_contains ((const char *const *) issuer->algorithms, provider->algorithm))
    return TRUE;
  list = g_strjoinv (", ", issuer->algorithms);
  problem_set (error, PROBLEM_CONFLICT,
               _ ("The service does not sign by %s. Choose one of these: %s."), provider->algorithm,
               list);
  return FALSE;
}

static gboolean
check_keys (const Request *request, const OidcIssuer *issuer, GError **error)
{
  const Services *services = request_services (request);
  g_autoptr (IdTokenKeys) keys
      = oidc_issuers_keys (services->accounts->issuers, services, issuer, TRUE, error);

  if (keys == NULL)
    return FALSE;
  if (id_token_keys_count (keys) > 0)
    return TRUE;
  problem_set (error, PROBLEM_CONFLICT, _ ("The service has no key that could be used."));
  return FALSE;
}

static gboolean
check_provider (const Request *request, const Provider *provider, GError **error)
{
  const Services *services = request_services (request);
  g_autoptr (OidcIssuer) issuer = NULL;

  if (!provider_is_oidc (provider->kind))
    return TRUE;
  issuer = oidc_issuers_ask (services->accounts->issuers, services, provider->issuer, error);
  return issuer != NULL && check_algorithm (provider, issuer, error)
         && check_keys (request, issuer, error);
}

/* SideRoomHandler. */
static Reply *
try_out (const Request *request, GError **error)
{
  const Services *services = request_services (request);
  gint64 id = request_path_id (request, "id");
  g_autoptr (Provider) provider = provider_load (services, id, error);
  g_autofree char *redirect = provider_redirect_uri (services, id);
  g_autoptr (GError) problem = NULL;
  GString *json;

  if (provider == NULL)
    return NULL;
  check_provider (request, provider, &problem);
  json = g_string_new (NULL);
  g_string_printf (json, "{\"works\":%s,\"problem\":", problem == NULL ? "true" : "false");
  json_append_text (json, problem != NULL ? problem->message : NULL);
  g_string_append (json, ",\"redirect_uri\":");
  json_append_text (json, redirect);
  g_string_append_c (json, '}');
  return reply_take_json (200, g_string_free (json, FALSE));
}

Reply *
provider_test (Db *db G_GNUC_UNUSED, const Request *request, GError **error)
{
  return social_answer (request, try_out, error);
}
