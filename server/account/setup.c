/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The first start: whoever reads the server's own output makes the first admin, once. */
#include "account/account-private.h"
#include "base/fields.h"
#include "account/handlers.h"
#include "account/login.h"
#include "account/secret.h"
#include "account/session.h"
#include "account/strength.h"
#include "base/problem.h"
#include "db/pool.h"

#include <glib/gi18n.h>

#define CODE_MAX 64

char *
account_setup_code (Db *db, GError **error)
{
  g_autofree char *code = secret_make_code ();
  g_autofree char *hash = secret_hash (code);
  g_autoptr (DbResult) offered
      = db_run (db, "setup_offer", (DbParam[]){ db_text (hash), DB_END }, error);

  if (offered == NULL || db_result_rows (offered) == 0)
    return NULL;
  return g_steal_pointer (&code);
}

/* Says why no code was used: somebody was faster, or it was another code. */
static void
refuse_code (DbPool *pool, GError **error)
{
  g_autoptr (DbResult) found
      = db_pool_run (pool, "account_has_admin", (DbParam[]){ DB_END }, error);

  if (found == NULL)
    return;
  if (db_result_bool (found, 0, "answer"))
    problem_set (error, PROBLEM_CONFLICT,
                 _ ("This server has an admin already. Sign in, or ask the admin for an account."));
  else
    problem_set (error, PROBLEM_WRONG_CREDENTIALS,
                 _ ("This is not the code that the server printed when it started."));
}

static Reply *
set_up (const Request *request, GError **error)
{
  DbPool *pool = request_services (request)->pool;
  g_autoptr (Arguments) arguments = request_arguments (request, error);
  g_autofree char *code = NULL;
  g_autofree char *code_hash = NULL;
  g_autofree char *hash = NULL;
  g_autoptr (DbResult) made = NULL;
  const char *typed, *name, *email, *password;

  if (arguments == NULL)
    return NULL;
  typed = arguments_text (arguments, "code", CODE_MAX, ARGUMENT_REQUIRED);
  name = arguments_text (arguments, "name", FIELD_NAME_MAX, ARGUMENT_REQUIRED);
  email = field_email (arguments, ARGUMENT_REQUIRED);
  password = strength_new_password (arguments, email, name);
  if (!arguments_check (arguments, error))
    return NULL;
  code = secret_read_code (typed);
  code_hash = secret_hash (code);
  hash = password_hash (password, error);
  if (hash == NULL)
    return NULL;
  made = db_pool_run (pool, "setup_use",
                      (DbParam[]){ db_text (code_hash), db_text (name), db_text (email),
                                   db_text (hash), DB_END },
                      error);
  if (made == NULL)
    return NULL;
  if (db_result_rows (made) == 0)
    {
      refuse_code (pool, error);
      return NULL;
    }
  return session_begin (request, db_result_int (made, 0, "id"), SESSION_BY_SETUP, 201, error);
}

Reply *
account_setup (Db *db G_GNUC_UNUSED, const Request *request, GError **error)
{
  return login_answer_hashing (request, set_up, error);
}
