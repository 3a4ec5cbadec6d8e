/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * From a token to the actor, and what events change about that. */
#include "account/account-private.h"

#include "account/api-key.h"
#include "account/key-file.h"
#include "base/arguments.h"
#include "base/problem.h"
#include "live/live.h"

#include <glib/gi18n.h>
#include <sodium.h>
#include <string.h>

/* Some 4 MiB when all are there. */
#define RIGHTS_KEPT 20000

#define SESSION_ID_MAX 64

/* Who comes after these would wait for more than six seconds. */
#define HASHING_THREADS 2
#define HASHING_WAITING_MAX 128
#define FACTOR_KEY "second-factor.key"

/* One provider that stands still does not hold up the others. */
#define OUTSIDE_THREADS 8
#define OUTSIDE_WAITING_MAX 64

Accounts *
accounts_new (const char *data_dir, GError **error)
{
  g_autoptr (TokenKey) key = token_key_open (data_dir, error);
  guint8 factor_key[FACTOR_KEY_BYTES];
  Accounts *accounts;

  if (key == NULL
      || !key_file_read (data_dir, FACTOR_KEY,
                         _ ("Without it nobody signs in by an authenticator app; recovery codes "
                            "still work."),
                         factor_key, sizeof factor_key, error))
    return NULL;
  accounts = g_new0 (Accounts, 1);
  memcpy (accounts->factor_key, factor_key, sizeof factor_key);
  sodium_memzero (factor_key, sizeof factor_key);
  accounts->key = g_steal_pointer (&key);
  accounts->rights = rights_new (RIGHTS_KEPT);
  accounts->hashing = side_room_new (HASHING_THREADS, HASHING_WAITING_MAX);
  accounts->outside = side_room_new (OUTSIDE_THREADS, OUTSIDE_WAITING_MAX);
  accounts->issuers = oidc_issuers_new ();
  return accounts;
}

void
accounts_free (Accounts *accounts)
{
  if (accounts == NULL)
    return;
  side_room_free (accounts->outside);
  side_room_free (accounts->hashing);
  oidc_issuers_free (accounts->issuers);
  rights_free (accounts->rights);
  token_key_free (accounts->key);
  sodium_memzero (accounts->factor_key, sizeof accounts->factor_key);
  g_free (accounts);
}

DbResult *
accounts_run (const Request *request, const char *statement, const DbParam *params, GError **error)
{
  return db_pool_run (request_services (request)->pool, statement, params, error);
}

/* Who holds the API key @token; its hash is the session's id. */
static Actor *
authenticate_key (Db *db, const Services *services, const char *token, GError **error)
{
  g_autofree char *session = api_key_session (token);

  return rights_find (services->accounts->rights, db, services->pool, session, error);
}

Actor *
accounts_authenticate (Db *db, const Services *services, const char *token, GError **error)
{
  Accounts *accounts = services->accounts;
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  g_autoptr (TokenClaims) claims = NULL;
  g_autoptr (Actor) actor = NULL;

  if (api_key_is (token))
    return authenticate_key (db, services, token, error);
  claims = token_read (accounts->key, token, now, error);
  if (claims == NULL)
    return NULL;
  actor = rights_find (accounts->rights, db, services->pool, claims->session_id, error);
  if (actor == NULL)
    return NULL;
  if (actor->user_id != claims->user_id)
    {
      problem_set (error, PROBLEM_UNAUTHENTICATED, _ ("You are signed out. Sign in again."));
      return NULL;
    }
  actor->expires_at = claims->expires_at;
  return g_steal_pointer (&actor);
}

static void
hear_change (const Services *services, const Event *event)
{
  g_autoptr (Arguments) data = arguments_new (event->data, strlen (event->data), NULL);
  const char *session_id;
  gint64 user_id;

  g_return_if_fail (data != NULL);
  user_id = arguments_int (data, "user_id", 1, G_MAXINT64, 0, ARGUMENT_OPTIONAL);
  session_id = arguments_text (data, "session_id", SESSION_ID_MAX, ARGUMENT_OPTIONAL);
  rights_forget (services->accounts->rights, user_id, session_id);
  live_recheck (services->live, user_id, session_id);
}

void
accounts_hear (const GPtrArray *events, gpointer data)
{
  for (guint i = 0; i < events->len; i++)
    {
      const Event *event = g_ptr_array_index (events, i);

      if (g_str_equal (event->kind, "account.changed")
          || g_str_equal (event->kind, "session.revoked"))
        hear_change (data, event);
    }
}
