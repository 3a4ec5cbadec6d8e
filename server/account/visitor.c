/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Visitors: customers who write without signing in. Their token is their only proof of who they
 * are; the name and address they type prove nothing. When they turn out to be somebody, by the
 * word of a host site or by signing in here, their conversation goes with them: whoever holds both
 * proofs is that one person, and nobody else can hold the first. */
#include "account/account-private.h"
#include "account/handlers.h"
#include "account/identity-signer.h"
#include "account/identity.h"
#include "account/session.h"
#include "base/fields.h"
#include "base/ids.h"
#include "base/problem.h"

#include <glib/gi18n.h>

#define VISITOR_SECONDS (30 * 24 * 60 * 60)
#define SESSION_ID_BYTES 16
#define TOKEN_MAX 1024

/* The answer that holds a visitor's token; @account has columns `id`, `role` and `json`. */
static Reply *
answer_token (const Request *request, const DbResult *account, const char *session_id,
              GError **error)
{
  g_autofree char *token
      = session_issue (request, TOKEN_VISITOR, account, session_id, VISITOR_SECONDS, error);

  if (token == NULL)
    return NULL;
  return reply_take_json (201,
                          g_strdup_printf ("{\"token\":\"%s\",\"expires_in\":%d,\"visitor\":%s}",
                                           token, VISITOR_SECONDS,
                                           db_result_text (account, 0, "json")));
}

Reply *
visitor_create (Db *db, const Request *request, GError **error)
{
  g_autoptr (Arguments) arguments = request_arguments (request, error);
  g_autofree char *session_id = id_random (SESSION_ID_BYTES);
  g_autofree char *user_agent = session_user_agent (request);
  g_autoptr (DbResult) made = NULL;
  const char *name, *email, *language;

  if (arguments == NULL)
    return NULL;
  name = arguments_text (arguments, "name", FIELD_NAME_MAX, ARGUMENT_OPTIONAL);
  email = field_email (arguments, ARGUMENT_OPTIONAL);
  language = field_language (arguments);
  if (!arguments_check (arguments, error))
    return NULL;
  made = db_run (db, "visitor_create",
                 (DbParam[]){ db_text (session_id), db_int (VISITOR_SECONDS), db_text (name),
                              db_text (_ ("Visitor {id}")), db_text (email), db_text (language),
                              db_text (request_address (request)), db_text (user_agent), DB_END },
                 error);
  return made != NULL ? answer_token (request, made, session_id, error) : NULL;
}

/* What @token claims, however its session stands; NULL when it is no visitor's of this server. */
static TokenClaims *
read_visitor (const Request *request, const char *token)
{
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  g_autoptr (TokenClaims) claims
      = token != NULL ? token_read (request_services (request)->accounts->key, token, now, NULL)
                      : NULL;

  return claims != NULL && claims->kind == TOKEN_VISITOR ? g_steal_pointer (&claims) : NULL;
}

/* Lets in whom the host vouches for. @visitor (nullable) is who they were until then. */
static DbResult *
enter (Db *db, const Request *request, const Identity *identity, const char *language,
       const TokenClaims *visitor, const char *session_id, GError **error)
{
  g_autofree char *user_agent = session_user_agent (request);

  return db_run (db, "identity_enter",
                 (DbParam[]){ db_text (identity->nonce), db_int (identity->expires_at),
                              db_text (identity->user_id), db_text (identity->name),
                              db_text (identity->email), db_text (language),
                              db_text (_ ("Visitor {id}")), db_text (session_id),
                              db_int (VISITOR_SECONDS), db_text (request_address (request)),
                              db_text (user_agent),
                              db_text (visitor != NULL ? visitor->session_id : NULL),
                              visitor != NULL ? db_int (visitor->user_id) : db_null (), DB_END },
                 error);
}

/* Reads an identity and whether it is good. */
static Identity *
trust (Db *db, const Request *request, const char *text, GError **error)
{
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;

  if (!identity_signer_check (db, request_services (request)->storage, text, error))
    return NULL;
  return identity_read (text, now, error);
}

Reply *
visitor_identify (Db *db, const Request *request, GError **error)
{
  g_autoptr (Arguments) arguments = request_arguments (request, error);
  g_autofree char *session_id = id_random (SESSION_ID_BYTES);
  g_autoptr (TokenClaims) visitor = NULL;
  g_autoptr (Identity) identity = NULL;
  g_autoptr (DbResult) entered = NULL;
  g_autoptr (DbResult) account = NULL;
  const char *text, *language, *token;

  if (arguments == NULL)
    return NULL;
  text = arguments_text (arguments, "identity", IDENTITY_MAX, ARGUMENT_REQUIRED);
  token = arguments_text (arguments, "visitor_token", TOKEN_MAX, ARGUMENT_OPTIONAL);
  language = field_language (arguments);
  if (!arguments_check (arguments, error))
    return NULL;
  identity = trust (db, request, text, error);
  if (identity == NULL)
    return NULL;
  visitor = read_visitor (request, token);
  entered = enter (db, request, identity, language, visitor, session_id, error);
  if (entered == NULL)
    return NULL;
  if (g_str_equal (db_result_text (entered, 0, "outcome"), "used"))
    {
      identity_refuse ("used", _ ("This nonce was used before. Sign with a new one each time."),
                       error);
      return NULL;
    }
  if (!g_str_equal (db_result_text (entered, 0, "outcome"), "done"))
    {
      problem_set (error, PROBLEM_FORBIDDEN, _ ("This account is not in use any more."));
      return NULL;
    }
  if (visitor != NULL)
    rights_forget (request_services (request)->accounts->rights, visitor->user_id, NULL);
  account = db_run (db, "session_account", (DbParam[]){ db_text (session_id), DB_END }, error);
  return account != NULL ? answer_token (request, account, session_id, error) : NULL;
}

Reply *
visitor_join (Db *db, const Request *request, GError **error)
{
  g_autoptr (Arguments) arguments = request_arguments (request, error);
  gint64 user_id = request_actor (request)->user_id;
  g_autoptr (TokenClaims) visitor = NULL;
  g_autoptr (DbResult) joined = NULL;
  const char *token;

  if (arguments == NULL)
    return NULL;
  token = arguments_text (arguments, "visitor_token", TOKEN_MAX, ARGUMENT_REQUIRED);
  visitor = read_visitor (request, token);
  if (visitor != NULL && visitor->user_id != user_id)
    {
      joined = db_run (db, "visitor_join",
                       (DbParam[]){ db_text (visitor->session_id), db_int (visitor->user_id),
                                    db_int (user_id), DB_END },
                       error);
      if (joined == NULL)
        return NULL;
    }
  if (token != NULL
      && (joined == NULL || g_str_equal (db_result_text (joined, 0, "outcome"), "unknown_visitor")))
    arguments_refuse (arguments, "visitor_token", "unknown",
                      _ ("This is no visitor's token, or it has ended."));
  if (!arguments_check (arguments, error))
    return NULL;
  rights_forget (request_services (request)->accounts->rights, visitor->user_id, NULL);
  return reply_outcome (g_steal_pointer (&joined), 204, error);
}
