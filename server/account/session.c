/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Sessions: beginning, staying signed in, signing out. */
#include "account/session.h"

#include "account/account-private.h"
#include "account/challenge.h"
#include "account/handlers.h"
#include "account/secret.h"
#include "base/ids.h"
#include "base/problem.h"

#include <glib/gi18n.h>

#define ACCESS_SECONDS (15 * 60)
#define REFRESH_SECONDS (30 * 24 * 60 * 60)

#define SESSION_ID_BYTES 16
#define SECRET_BYTES 32
#define REFRESH_TOKEN_MAX 200
#define USER_AGENT_MAX 200

static const char *const means_names[SESSION_MEANS] = {
  [SESSION_BY_PASSWORD] = "password",
  [SESSION_BY_SETUP] = "setup",
  [SESSION_BY_INVITATION] = "invitation",
  [SESSION_BY_PROVIDER] = "provider",
};

const char *
session_means_name (SessionMeans means)
{
  return means_names[means];
}

gboolean
session_means_from_name (const char *name, SessionMeans *means)
{
  for (guint i = 0; i < SESSION_MEANS; i++)
    {
      if (g_strcmp0 (name, means_names[i]) == 0)
        {
          *means = i;
          return TRUE;
        }
    }
  return FALSE;
}

char *
session_user_agent (const Request *request)
{
  const char *header = request_header (request, "User-Agent");
  g_autofree char *text = header != NULL ? g_utf8_make_valid (header, -1) : NULL;

  if (text == NULL || g_utf8_strlen (text, -1) <= USER_AGENT_MAX)
    return g_steal_pointer (&text);
  return g_utf8_substring (text, 0, USER_AGENT_MAX);
}

char *
session_issue (const Request *request, TokenKind kind, const DbResult *account,
               const char *session_id, gint64 lifetime_s, GError **error)
{
  TokenClaims claims = { .kind = kind, .session_id = (char *) session_id };

  claims.user_id = db_result_int (account, 0, "id");
  claims.issued_at = g_get_real_time () / G_USEC_PER_SEC;
  claims.expires_at = claims.issued_at + lifetime_s;
  if (!role_from_name (db_result_text (account, 0, "role"), &claims.role))
    g_return_val_if_reached (NULL);
  return token_issue (request_services (request)->accounts->key, &claims, error);
}

/* The answer of everything that signs in; @account has columns `id`, `role` and `json`. */
static Reply *
answer_pair (const Request *request, const DbResult *account, const char *session_id,
             const char *secret, guint status, GError **error)
{
  g_autofree char *access
      = session_issue (request, TOKEN_ACCESS, account, session_id, ACCESS_SECONDS, error);

  if (access == NULL)
    return NULL;
  return reply_take_json (status,
                          g_strdup_printf ("{\"access_token\":\"%s\",\"refresh_token\":\"%s.%s\","
                                           "\"expires_in\":%d,\"user\":%s}",
                                           access, session_id, secret, ACCESS_SECONDS,
                                           db_result_text (account, 0, "json")));
}

static void
refuse_session (GError **error)
{
  problem_set (error, PROBLEM_UNAUTHENTICATED, _ ("You are signed out. Sign in again."));
}

/* Makes the session; @secret is what refreshes it. The account's row, or NULL with a problem. */
static DbResult *
start (const Request *request, gint64 user_id, SessionMeans means, const char *session_id,
       const char *secret, gint64 lifetime_s, GError **error)
{
  g_autofree char *hash = secret_hash (secret);
  g_autofree char *user_agent = session_user_agent (request);
  g_autoptr (DbResult) account
      = accounts_run (request, "session_start",
                      (DbParam[]){ db_text (session_id), db_int (user_id), db_text (hash),
                                   db_int (lifetime_s), db_text (request_address (request)),
                                   db_text (user_agent), db_text (means_names[means]), DB_END },
                      error);

  if (account != NULL && db_result_rows (account) == 0)
    {
      refuse_session (error);
      return NULL;
    }
  return g_steal_pointer (&account);
}

Reply *
session_begin_proven (const Request *request, gint64 user_id, SessionMeans means, guint status,
                      GError **error)
{
  g_autofree char *session_id = id_random (SESSION_ID_BYTES);
  g_autofree char *secret = id_random (SECRET_BYTES);
  g_autoptr (DbResult) account
      = start (request, user_id, means, session_id, secret, REFRESH_SECONDS, error);

  return account != NULL ? answer_pair (request, account, session_id, secret, status, error) : NULL;
}

Reply *
session_begin (const Request *request, gint64 user_id, SessionMeans means, guint status,
               GError **error)
{
  g_autofree char *challenge = NULL;

  if (!challenge_begin (request, user_id, means, &challenge, error))
    return NULL;
  if (challenge != NULL)
    return reply_take_json (200, g_strdup_printf ("{\"challenge\":\"%s\",\"expires_in\":%d}",
                                                  challenge, CHALLENGE_SECONDS));
  return session_begin_proven (request, user_id, means, status, error);
}

char *
session_begin_token (const Request *request, gint64 user_id, SessionMeans means, gint64 lifetime_s,
                     GError **error)
{
  g_autofree char *session_id = id_random (SESSION_ID_BYTES);
  /* Nobody is told it. */
  g_autofree char *secret = id_random (SECRET_BYTES);
  g_autoptr (DbResult) account
      = start (request, user_id, means, session_id, secret, lifetime_s, error);

  if (account == NULL)
    return NULL;
  return session_issue (request, TOKEN_ACCESS, account, session_id, lifetime_s, error);
}

void
session_forget (const Request *request, gint64 user_id, const char *session_id)
{
  rights_forget (request_services (request)->accounts->rights, user_id, session_id);
}

static Reply *
answer_rotation (const Request *request, const DbResult *turn, const char *session_id,
                 const char *secret, GError **error)
{
  const char *outcome = db_result_text (turn, 0, "outcome");

  if (g_str_equal (outcome, "done"))
    return answer_pair (request, turn, session_id, secret, 200, error);
  if (g_str_equal (outcome, "refresh_reused"))
    {
      session_forget (request, db_result_int (turn, 0, "id"), session_id);
      problem_set (error, PROBLEM_REFRESH_REUSED,
                   _ ("This sign-in was used in two places, so it was ended. Sign in again."));
      return NULL;
    }
  refuse_session (error);
  return NULL;
}

Reply *
account_refresh (Db *db, const Request *request, GError **error)
{
  g_autoptr (Arguments) arguments = request_arguments (request, error);
  g_auto (GStrv) parts = NULL;
  g_autofree char *secret = id_random (SECRET_BYTES);
  g_autofree char *spent_hash = NULL;
  g_autofree char *fresh_hash = secret_hash (secret);
  g_autoptr (DbResult) turn = NULL;
  const char *token;

  if (arguments == NULL)
    return NULL;
  token = arguments_text (arguments, "refresh_token", REFRESH_TOKEN_MAX, ARGUMENT_REQUIRED);
  if (!arguments_check (arguments, error))
    return NULL;
  parts = g_strsplit (token, ".", 3);
  if (g_strv_length (parts) != 2)
    {
      refuse_session (error);
      return NULL;
    }
  spent_hash = secret_hash (parts[1]);
  turn = db_run (db, "session_rotate",
                 (DbParam[]){ db_text (parts[0]), db_text (spent_hash), db_text (fresh_hash),
                              db_int (REFRESH_SECONDS), DB_END },
                 error);
  return turn != NULL ? answer_rotation (request, turn, parts[0], secret, error) : NULL;
}

Reply *
account_logout (Db *db, const Request *request, GError **error)
{
  const Actor *actor = request_actor (request);
  g_autoptr (DbResult) result
      = db_run (db, "session_revoke", (DbParam[]){ db_text (actor->session_id), DB_END }, error);

  if (result == NULL)
    return NULL;
  session_forget (request, actor->user_id, actor->session_id);
  return reply_empty (204);
}
