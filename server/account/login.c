/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Signing in with a password. A wrong address and a wrong password look the same, and take the same
 * time. */
#include "account/login.h"

#include "account/account-private.h"
#include "account/guard.h"
#include "account/handlers.h"
#include "account/session.h"
#include "base/fields.h"
#include "base/problem.h"

#include <glib/gi18n.h>

Reply *
login_answer_hashing (const Request *request, SideRoomHandler handler, GError **error)
{
  return side_room_answer (request_services (request)->accounts->hashing, request, handler, error);
}

gint64
login_find_account (const Request *request, const char *email, const char *password, GError **error)
{
  g_autoptr (DbResult) found = NULL;
  const char *hash;

  if (!guard_admit (request, GUARD_PASSWORD, email, error))
    return 0;
  found = accounts_run (request, "account_by_email", (DbParam[]){ db_text (email), DB_END }, error);
  if (found == NULL)
    return 0;
  hash = db_result_rows (found) > 0 ? db_result_text (found, 0, "password_hash") : NULL;
  if (!password_matches (hash, password))
    {
      gint64 account = db_result_rows (found) > 0 ? db_result_int (found, 0, "id") : 0;

      if (guard_wrong (request, GUARD_PASSWORD, account, email, error))
        problem_set (error, PROBLEM_WRONG_CREDENTIALS, _ ("Wrong e-mail or password."));
      return 0;
    }
  guard_right (request, GUARD_PASSWORD, email);
  return db_result_int (found, 0, "id");
}

gboolean
login_check_own (const Request *request, const char *password, GError **error)
{
  g_autoptr (DbResult) own
      = accounts_run (request, "account_password",
                      (DbParam[]){ db_int (request_actor (request)->user_id), DB_END }, error);
  const char *email;

  if (own == NULL)
    return FALSE;
  if (db_result_is_null (own, 0, "password_hash"))
    return TRUE;
  email = db_result_text (own, 0, "email");
  if (!guard_admit (request, GUARD_PASSWORD, email, error))
    return FALSE;
  if (password == NULL || !password_matches (db_result_text (own, 0, "password_hash"), password))
    {
      if (guard_wrong (request, GUARD_PASSWORD, request_actor (request)->user_id, NULL, error))
        problem_set (error, PROBLEM_WRONG_CREDENTIALS, _ ("This is not your password."));
      return FALSE;
    }
  guard_right (request, GUARD_PASSWORD, email);
  return TRUE;
}

static Reply *
login (const Request *request, GError **error)
{
  g_autoptr (Arguments) arguments = request_arguments (request, error);
  const char *email, *password;
  gint64 account;

  if (arguments == NULL)
    return NULL;
  email = arguments_text (arguments, "email", FIELD_EMAIL_MAX, ARGUMENT_REQUIRED);
  password = arguments_text (arguments, "password", FIELD_PASSWORD_MAX, ARGUMENT_REQUIRED);
  if (!arguments_check (arguments, error))
    return NULL;
  account = login_find_account (request, email, password, error);
  return account > 0 ? session_begin (request, account, SESSION_BY_PASSWORD, 200, error) : NULL;
}

Reply *
account_login (Db *db G_GNUC_UNUSED, const Request *request, GError **error)
{
  return login_answer_hashing (request, login, error);
}
