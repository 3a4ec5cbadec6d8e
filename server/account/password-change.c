/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Another password: with the one before, or, for who forgot it, by a link to the address of the
 * account. */
#include "account/account-private.h"
#include "account/guard.h"
#include "account/handlers.h"
#include "account/link.h"
#include "account/login.h"
#include "account/session.h"
#include "account/strength.h"
#include "base/fields.h"
#include "base/problem.h"

#include <glib/gi18n.h>

#define RESET_LIFETIME_S (30 * 60)
#define RESETS_AT_ONCE 3

/* The answer is the same for every address, after the same work. */
Reply *
password_forgotten (Db *db, const Request *request, GError **error)
{
  g_autoptr (Arguments) arguments = request_arguments (request, error);
  g_autoptr (DbResult) offered = NULL;
  g_auto (Link) link = { 0 };
  const char *email;

  if (arguments == NULL)
    return NULL;
  email = field_email (arguments, ARGUMENT_REQUIRED);
  if (!arguments_check (arguments, error))
    return NULL;
  link_make (&link, request, "reset");
  offered = db_run (db, "password_reset_offer",
                    (DbParam[]){ db_text (email), db_text (link.hash), db_int (RESET_LIFETIME_S),
                                 db_int (RESETS_AT_ONCE), DB_END },
                    error);
  if (offered == NULL)
    return NULL;
  if (db_result_rows (offered) > 0)
    link_tell_demo (request, &link);
  return reply_empty (204);
}

static void
refuse_code (GError **error)
{
  problem_set (error, PROBLEM_WRONG_CREDENTIALS,
               _ ("This link was used or has ended. Ask for another one."));
}

/* SideRoomHandler. */
static Reply *
reset (const Request *request, GError **error)
{
  g_autoptr (Arguments) arguments = request_arguments (request, error);
  g_autofree char *code_hash = arguments != NULL ? link_read (arguments) : NULL;
  g_autoptr (DbResult) found = NULL;
  g_autoptr (DbResult) used = NULL;
  g_autofree char *hash = NULL;
  const char *password, *email, *name;

  if (arguments == NULL)
    return NULL;
  found = accounts_run (request, "password_reset_find", (DbParam[]){ db_text (code_hash), DB_END },
                        error);
  if (found == NULL)
    return NULL;
  email = db_result_rows (found) > 0 ? db_result_text (found, 0, "email") : NULL;
  name = db_result_rows (found) > 0 ? db_result_text (found, 0, "name") : NULL;
  password = strength_new_password (arguments, email, name);
  if (!arguments_check (arguments, error))
    return NULL;
  hash = email != NULL ? password_hash (password, error) : NULL;
  if (email != NULL && hash == NULL)
    return NULL;
  if (hash != NULL)
    used = accounts_run (request, "password_reset_use",
                         (DbParam[]){ db_text (code_hash), db_text (hash), DB_END }, error);
  if (hash != NULL && used == NULL)
    return NULL;
  if (hash == NULL || db_result_rows (used) == 0 || !db_result_bool (used, 0, "done"))
    {
      refuse_code (error);
      return NULL;
    }
  session_forget (request, db_result_int (used, 0, "user_id"), NULL);
  guard_right (request, GUARD_PASSWORD, email);
  return reply_empty (204);
}

Reply *
password_reset (Db *db G_GNUC_UNUSED, const Request *request, GError **error)
{
  return login_answer_hashing (request, reset, error);
}

/* SideRoomHandler. */
static Reply *
change (const Request *request, GError **error)
{
  const Actor *actor = request_actor (request);
  g_autoptr (Arguments) arguments = request_arguments (request, error);
  g_autoptr (DbResult) own = NULL;
  g_autoptr (DbResult) done = NULL;
  g_autofree char *hash = NULL;
  const char *current, *password;

  if (arguments == NULL)
    return NULL;
  own = accounts_run (request, "account_password", (DbParam[]){ db_int (actor->user_id), DB_END },
                      error);
  if (own == NULL)
    return NULL;
  current = arguments_text (arguments, "current_password", FIELD_PASSWORD_MAX, ARGUMENT_REQUIRED);
  password = strength_new_password (arguments, db_result_text (own, 0, "email"), actor->name);
  if (!arguments_check (arguments, error) || !login_check_own (request, current, error))
    return NULL;
  hash = password_hash (password, error);
  if (hash == NULL)
    return NULL;
  done = accounts_run (request, "password_change",
                       (DbParam[]){ db_int (actor->user_id), db_text (hash),
                                    db_text (actor->session_id), DB_END },
                       error);
  if (done == NULL)
    return NULL;
  session_forget (request, actor->user_id, NULL);
  return reply_empty (204);
}

Reply *
me_put_password (Db *db G_GNUC_UNUSED, const Request *request, GError **error)
{
  return login_answer_hashing (request, change, error);
}
