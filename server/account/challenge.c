/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Challenges, kept as hashes. */
#include "account/challenge.h"

#include "account/account-private.h"
#include "account/handlers.h"
#include "account/secret.h"
#include "base/ids.h"
#include "base/problem.h"

#include <glib/gi18n.h>

#define TOKEN_BYTES 32
#define TOKEN_MAX 64
#define TRIES_MAX 5

gboolean
challenge_begin (const Request *request, gint64 user_id, SessionMeans means, char **challenge,
                 GError **error)
{
  g_autofree char *token = id_random (TOKEN_BYTES);
  g_autofree char *hash = secret_hash (token);
  g_autoptr (DbResult) begun = accounts_run (request, "challenge_begin",
                                             (DbParam[]){ db_text (hash), db_int (user_id),
                                                          db_text (session_means_name (means)),
                                                          db_int (CHALLENGE_SECONDS), DB_END },
                                             error);

  *challenge = begun != NULL && db_result_rows (begun) > 0 ? g_steal_pointer (&token) : NULL;
  return begun != NULL;
}

static void
refuse (GError **error)
{
  problem_set (error, PROBLEM_UNAUTHENTICATED,
               _ ("This sign-in has taken too long. Begin it again."));
}

gint64
challenge_answer (const Request *request, const char *challenge, const char *code,
                  SessionMeans *means, GError **error)
{
  g_autofree char *hash = secret_hash (challenge);
  g_autoptr (DbResult) tried
      = accounts_run (request, "challenge_try",
                      (DbParam[]){ db_text (hash), db_int (TRIES_MAX), DB_END }, error);
  g_autoptr (DbResult) ended = NULL;
  gint64 user_id;

  if (tried == NULL)
    return 0;
  if (db_result_rows (tried) == 0
      || !session_means_from_name (db_result_text (tried, 0, "means"), means))
    {
      refuse (error);
      return 0;
    }
  user_id = db_result_int (tried, 0, "user_id");
  if (!factor_spend (request, user_id, code, error))
    return 0;
  ended = accounts_run (request, "challenge_end", (DbParam[]){ db_text (hash), DB_END }, error);
  if (ended == NULL)
    return 0;
  if (db_result_rows (ended) > 0)
    return user_id;
  refuse (error);
  return 0;
}

Reply *
account_challenge (Db *db G_GNUC_UNUSED, const Request *request, GError **error)
{
  g_autoptr (Arguments) arguments = request_arguments (request, error);
  const char *challenge, *code;
  SessionMeans means;
  gint64 user_id;

  if (arguments == NULL)
    return NULL;
  challenge = arguments_text (arguments, "challenge", TOKEN_MAX, ARGUMENT_REQUIRED);
  code = arguments_text (arguments, "code", FACTOR_CODE_MAX, ARGUMENT_REQUIRED);
  if (!arguments_check (arguments, error))
    return NULL;
  user_id = challenge_answer (request, challenge, code, &means, error);
  return user_id > 0 ? session_begin_proven (request, user_id, means, 200, error) : NULL;
}
