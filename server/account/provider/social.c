/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Attempts. State, nonce and verifier are made of the browser's secret and a number that only the
 * browser and the provider see, so the database, which has hashes, could not make any of them. */
#include "account/provider/social.h"

#include "account/account-private.h"
#include "account/provider/flow.h"
#include "account/secret.h"
#include "base/config.h"
#include "base/fields.h"
#include "base/ids.h"
#include "base/problem.h"
#include "db/pool.h"
#include "http/page.h"

#include <glib/gi18n.h>
#include <sodium.h>
#include <string.h>

#define ATTEMPT_S (10 * 60)
#define SECRET_BYTES 32
#define SECRET_LETTERS 43
#define TIE_BYTES 32
#define CODE_MAX 4096

/* A browser keeps its secret for all attempts that it has begun. */
#define COOKIE_S (60 * 60)

/* On https a browser takes a cookie of this name from this very host only. */
#define HOST_PREFIX "__Host-"

typedef struct
{
  const char *outcome;
  ProblemCode code;
  const char *sentence;
} Refusal;

/* What social_sign_in() and social_link() refuse. */
static const Refusal refusals[] = {
  { "inactive", PROBLEM_FORBIDDEN, N_ ("This account is not in use any more.") },
  { "not_for_customers", PROBLEM_FORBIDDEN,
    N_ ("Customers do not sign in with this service here. Sign in with your password.") },
  { "not_for_staff", PROBLEM_FORBIDDEN,
    N_ ("The team does not sign in with this service here. Sign in with your password.") },
  { "link_first", PROBLEM_CONFLICT,
    N_ ("There is an account with your e-mail address already. Sign in to it with your password, "
        "then connect this service under Ways to Sign In.") },
  { "taken", PROBLEM_CONFLICT,
    N_ ("That account of the other service belongs to somebody else here. Nothing was changed.") },
  { "signed_out", PROBLEM_UNAUTHENTICATED, N_ ("You are signed out. Sign in again.") },
  { "unknown", PROBLEM_FORBIDDEN,
    N_ ("Nobody here has this account. Ask the team to let you in.") },
};

/* The browser's secret */

static gboolean
is_encrypted (const Request *request)
{
  return g_str_has_prefix (request_services (request)->url, "https://");
}

static const char *
cookie_name (const Request *request)
{
  return is_encrypted (request) ? HOST_PREFIX SOCIAL_COOKIE : SOCIAL_COOKIE;
}

char *
social_cookie (const Request *request, const char *secret)
{
  /* Lax: it has to come along when the provider sends the browser back. */
  return g_strdup_printf ("%s=%s; Path=/; Max-Age=%d; HttpOnly; SameSite=Lax%s",
                          cookie_name (request), secret, COOKIE_S,
                          is_encrypted (request) ? "; Secure" : "");
}

/* Returns: (transfer full): NULL when the browser has none, or another thing. */
static char *
read_secret (const Request *request)
{
  g_autofree char *secret = page_cookie (request, cookie_name (request));

  if (secret == NULL || strlen (secret) != SECRET_LETTERS || !id_is_plain (secret))
    return NULL;
  return g_steal_pointer (&secret);
}

/* Something that only who knows both could make.
 * Returns: (transfer full): base64url. */
static char *
derive (const char *secret, const char *state, const char *what)
{
  guint8 bytes[TIE_BYTES];
  crypto_generichash_state hash;
  gsize room = sodium_base64_encoded_len (sizeof bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING);

  crypto_generichash_init (&hash, (const guint8 *) secret, strlen (secret), sizeof bytes);
  crypto_generichash_update (&hash, (const guint8 *) what, strlen (what) + 1);
  crypto_generichash_update (&hash, (const guint8 *) state, strlen (state));
  crypto_generichash_final (&hash, bytes, sizeof bytes);
  return sodium_bin2base64 (g_malloc (room), room, bytes, sizeof bytes,
                            sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

/* Beginning */

static gboolean
keep_attempt (const Request *request, gint64 id, const SocialGoal *goal, const char *state,
              const char *secret, GError **error)
{
  g_autofree char *state_hash = secret_hash (state);
  g_autofree char *browser_hash = secret_hash (secret);
  g_autoptr (DbResult) kept
      = accounts_run (request, "attempt_begin",
                      (DbParam[]){ db_text (state_hash), db_text (browser_hash), db_int (id),
                                   db_text (goal->next), db_text (goal->session_id),
                                   db_int (ATTEMPT_S), DB_END },
                      error);

  return kept != NULL;
}

/* Returns: (transfer full): the provider @id, which may be used; NULL with a problem. */
static Provider *
load_active (const Services *services, gint64 id, GError **error)
{
  g_autoptr (Provider) provider = provider_load (services, id, error);

  if (provider == NULL || provider->is_active)
    return g_steal_pointer (&provider);
  problem_set (error, PROBLEM_NOT_FOUND, _ ("Nobody signs in with this service any more."));
  return NULL;
}

char *
social_begin (const Request *request, gint64 id, const SocialGoal *goal, char **secret,
              GError **error)
{
  const Services *services = request_services (request);
  g_autoptr (Provider) provider = load_active (services, id, error);
  g_autofree char *held = read_secret (request);
  g_autofree char *state = id_random (TIE_BYTES);
  g_autofree char *nonce = NULL;
  g_autofree char *verifier = NULL;
  g_autofree char *url = NULL;

  if (provider == NULL)
    return NULL;
  if (held == NULL)
    held = id_random (SECRET_BYTES);
  nonce = derive (held, state, "nonce");
  verifier = derive (held, state, "verifier");
  url = provider_authorization (services->accounts->issuers, services, provider,
                                &(ProviderTies){ state, nonce, verifier }, error);
  if (url == NULL || !keep_attempt (request, id, goal, state, held, error))
    return NULL;
  *secret = g_steal_pointer (&held);
  return g_steal_pointer (&url);
}

/* Coming back */

static void
refuse_stranger (GError **error)
{
  problem_set (error, PROBLEM_UNAUTHENTICATED,
               _ ("This sign-in was begun in another browser, or is over. Begin again."));
}

/* Ends the attempt, whatever comes of it. */
static gboolean
take_attempt (const Request *request, gint64 id, const char *state, const char *secret,
              SocialGoal *goal, GError **error)
{
  g_autofree char *state_hash = secret_hash (state);
  g_autofree char *browser_hash = secret_hash (secret);
  g_autoptr (DbResult) found
      = accounts_run (request, "attempt_end",
                      (DbParam[]){ db_text (state_hash), db_text (browser_hash), db_int (id),
                                   DB_END },
                      error);

  if (found == NULL)
    return FALSE;
  if (db_result_rows (found) == 0)
    {
      refuse_stranger (error);
      return FALSE;
    }
  goal->next = g_strdup (db_result_text (found, 0, "next"));
  goal->session_id = g_strdup (db_result_text (found, 0, "session_id"));
  return TRUE;
}

/* What the provider sent instead of a code (RFC 6749, 4.1.2.1). */
static gboolean
check_answer (const Provider *provider, const Request *request, GError **error)
{
  const char *refusal = request_query (request, "error");

  if (g_strcmp0 (refusal, "access_denied") == 0)
    problem_set (error, PROBLEM_FORBIDDEN,
                 _ ("You did not finish signing in there. Nothing was changed."));
  else if (refusal != NULL || request_query (request, "code") == NULL
           || strlen (request_query (request, "code")) > CODE_MAX)
    {
      g_warning ("%s sent a browser back without a code: %.64s", provider->issuer,
                 refusal != NULL ? refusal : "no error");
      problem_set (error, PROBLEM_UNAVAILABLE,
                   _ ("The other service refused to sign you in. Try again, or sign in with a "
                      "password."));
    }
  else
    return TRUE;
  return FALSE;
}

static gboolean
identify (const Request *request, const Provider *provider, const char *state, const char *secret,
          Profile *profile, GError **error)
{
  const Services *services = request_services (request);
  g_autofree char *nonce = derive (secret, state, "nonce");
  g_autofree char *verifier = derive (secret, state, "verifier");

  return provider_is_issuer (services->accounts->issuers, services, provider,
                             request_query (request, "iss"), error)
         && check_answer (provider, request, error)
         && provider_identify (services->accounts->issuers, services, provider,
                               request_query (request, "code"),
                               &(ProviderTies){ state, nonce, verifier }, profile, error);
}

/* Finding the account */

/* An address that other letters look like, or become in another case, proves nothing. */
static const char *
verified_email (const Profile *profile)
{
  return profile->is_verified && g_str_is_ascii (profile->email) ? profile->email : NULL;
}

/* What a new customer is called. */
static char *
choose_name (const Provider *provider, const Profile *profile)
{
  g_autofree char *name = g_strstrip (g_strdup (profile->name != NULL ? profile->name : ""));

  if (*name == '\0' && profile->email != NULL)
    return g_strndup (profile->email, strcspn (profile->email, "@"));
  if (*name == '\0')
    return g_strdup (provider->name);
  if (g_utf8_strlen (name, -1) > FIELD_NAME_MAX)
    return g_utf8_substring (name, 0, FIELD_NAME_MAX);
  return g_steal_pointer (&name);
}

static DbResult *
find_account (const Request *request, const Provider *provider, const Profile *profile,
              const SocialGoal *goal, GError **error)
{
  g_autofree char *name = choose_name (provider, profile);
  gboolean speaks = profile->language != NULL && field_language_is_fit (profile->language);

  if (goal->session_id != NULL)
    return accounts_run (request, "social_link",
                         (DbParam[]){ db_int (provider->id), db_text (profile->subject),
                                      db_text (profile->email), db_text (goal->session_id),
                                      DB_END },
                         error);
  return accounts_run (request, "social_sign_in",
                       (DbParam[]){ db_int (provider->id), db_text (profile->subject),
                                    db_text (verified_email (profile)), db_text (profile->email),
                                    db_text (name), db_text (speaks ? profile->language : "en"),
                                    DB_END },
                       error);
}

static gboolean
check_outcome (const char *outcome, GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (refusals); i++)
    {
      if (strcmp (refusals[i].outcome, outcome) == 0)
        {
          problem_set (error, refusals[i].code, "%s", _ (refusals[i].sentence));
          return FALSE;
        }
    }
  return TRUE;
}

gboolean
social_finish (const Request *request, gint64 id, SocialOutcome *outcome, GError **error)
{
  const char *state = request_query (request, "state");
  g_autofree char *secret = read_secret (request);
  g_autoptr (Provider) provider = NULL;
  g_auto (Profile) profile = { 0 };
  g_autoptr (DbResult) account = NULL;

  if (state == NULL || secret == NULL)
    {
      refuse_stranger (error);
      return FALSE;
    }
  if (!take_attempt (request, id, state, secret, &outcome->goal, error))
    return FALSE;
  provider = load_active (request_services (request), id, error);
  if (provider == NULL || !identify (request, provider, state, secret, &profile, error))
    return FALSE;
  account = find_account (request, provider, &profile, &outcome->goal, error);
  if (account == NULL || !check_outcome (db_result_text (account, 0, "outcome"), error))
    return FALSE;
  outcome->user_id = db_result_int (account, 0, "id");
  outcome->asks_second_step = provider->asks_second_step;
  return TRUE;
}

void
social_outcome_clear (SocialOutcome *outcome)
{
  g_free (outcome->goal.next);
  g_free (outcome->goal.session_id);
}

Reply *
social_answer (const Request *request, SideRoomHandler handler, GError **error)
{
  return side_room_answer (request_services (request)->accounts->outside, request, handler, error);
}

DbResult *
social_buttons (const Services *services, GError **error)
{
  return db_pool_run (services->pool, "provider_buttons", (DbParam[]){ DB_END }, error);
}
