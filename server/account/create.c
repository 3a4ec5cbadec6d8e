/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Accounts made on the command line, by whoever runs the server. */
#include "account/account.h"

#include "account/strength.h"
#include "base/fields.h"
#include "base/problem.h"

#include <glib/gi18n.h>
#include <string.h>

static gboolean
has_length (const char *text, glong min, glong max)
{
  glong length = g_utf8_validate (text, -1, NULL) ? g_utf8_strlen (text, -1) : -1;

  return length >= min && length <= max;
}

gboolean
account_check_person (const char *name, const char *email, GError **error)
{
  if (!has_length (name, 1, FIELD_NAME_MAX))
    problem_set (error, PROBLEM_VALIDATION_FAILED, _ ("A name has 1 to 200 characters."));
  else if (!field_email_is_fit (email))
    problem_set (error, PROBLEM_VALIDATION_FAILED,
                 _ ("“%s” is no e-mail address. Write it like name@example.com."), email);
  else
    return TRUE;
  return FALSE;
}

gboolean
account_create_user (Db *db, Role role, const char *name, const char *email, const char *password,
                     GError **error)
{
  g_autofree char *hash = NULL;
  g_autoptr (DbResult) made = NULL;
  const char *refusal;

  if (!account_check_person (name, email, error))
    return FALSE;
  if (!has_length (password, FIELD_PASSWORD_MIN, FIELD_PASSWORD_MAX))
    {
      problem_set (error, PROBLEM_VALIDATION_FAILED, _ ("A password has 8 to 200 characters."));
      return FALSE;
    }
  refusal = strength_refuse (password, email, name);
  if (refusal != NULL)
    {
      problem_set (error, PROBLEM_VALIDATION_FAILED, "%s", refusal);
      return FALSE;
    }
  hash = password_hash (password, error);
  if (hash == NULL)
    return FALSE;
  made = db_run (db, "account_create",
                 (DbParam[]){ db_text (role_name (role)), db_text (name), db_text (email),
                              db_text (hash), DB_END },
                 error);
  return made != NULL;
}
