/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Making, listing and revoking keys. A key has some of its owner's permissions, and never more than
 * the owner has at that moment; it makes no keys and changes nothing of how its owner signs in
 * (ROUTE_PERSON). */
#include "account/api-key.h"

#include "account/account-private.h"
#include "account/handlers.h"
#include "account/login.h"
#include "account/secret.h"
#include "account/session.h"
#include "base/fields.h"
#include "base/ids.h"
#include "base/json.h"
#include "base/problem.h"

#include <glib/gi18n.h>
#include <string.h>

#define MARK "dbk_"
#define KEY_BYTES 32
#define SHOWN_LETTERS 12
#define PERMISSIONS_MAX 10
#define PERMISSION_LETTERS 40
#define DAYS_MAX 366
#define DAYS_DEFAULT 90
#define KEYS_MAX 20

gboolean
api_key_is (const char *token)
{
  return g_str_has_prefix (token, MARK);
}

char *
api_key_session (const char *token)
{
  g_autofree char *hash = secret_hash (token);

  return g_strdup (hash + strlen ("\\x"));
}

/* Whether @actor has @permission to give away. */
static gboolean
holds (const Actor *actor, const char *permission)
{
  guint bit = permission_from_name (permission);

  if (bit != 0)
    return (actor->permissions & bit) != 0;
  return strcmp (permission, "admin") == 0 && actor->role == ROLE_ADMIN;
}

/* The argument `permissions` as an array of the database.
 * Returns: (transfer full): what does not fit is noted. */
static GString *
read_permissions (Arguments *arguments, const Actor *actor)
{
  g_auto (GStrv) names
      = arguments_texts (arguments, "permissions", PERMISSIONS_MAX, PERMISSION_LETTERS);
  GString *array = db_array_new ();

  if (names[0] == NULL)
    arguments_refuse (arguments, "permissions", "required",
                      _ ("A key without any permission is good for nothing."));
  for (guint i = 0; names[i] != NULL; i++)
    {
      if (!holds (actor, names[i]))
        arguments_refuse (arguments, "permissions", "not_allowed",
                          _ ("A key has only permissions that you have yourself."));
      db_array_add_text (array, names[i]);
    }
  db_array_close (array);
  return array;
}

static Reply *
answer_with_key (const DbResult *added, const char *key, GError **error)
{
  GString *json;

  if (added == NULL)
    return NULL;
  if (db_result_rows (added) == 0)
    {
      problem_set (error, PROBLEM_CONFLICT, _ ("You have 20 keys. Revoke one that is not used."));
      return NULL;
    }
  json = g_string_new ("{\"api_key\":");
  g_string_append (json, db_result_text (added, 0, "json"));
  g_string_append (json, ",\"key\":");
  json_append_text (json, key);
  g_string_append_c (json, '}');
  return reply_take_json (201, g_string_free (json, FALSE));
}

/* SideRoomHandler. */
static Reply *
add (const Request *request, GError **error)
{
  const Actor *actor = request_actor (request);
  g_autoptr (Arguments) arguments = request_arguments (request, error);
  g_autofree char *random = id_random (KEY_BYTES);
  g_autofree char *key = g_strconcat (MARK, random, NULL);
  g_autofree char *shown = g_strndup (key, SHOWN_LETTERS);
  g_autofree char *session = api_key_session (key);
  g_autofree char *user_agent = session_user_agent (request);
  g_autoptr (DbResult) added = NULL;
  const char *name, *password;
  GString *permissions;
  Reply *reply = NULL;
  gint64 days;

  if (arguments == NULL)
    return NULL;
  name = arguments_text (arguments, "name", FIELD_NAME_MAX, ARGUMENT_REQUIRED);
  password = arguments_text (arguments, "password", FIELD_PASSWORD_MAX, ARGUMENT_OPTIONAL);
  days = arguments_int (arguments, "expires_in_days", 1, DAYS_MAX, DAYS_DEFAULT, ARGUMENT_OPTIONAL);
  permissions = read_permissions (arguments, actor);
  if (arguments_check (arguments, error) && login_check_own (request, password, error))
    {
      added = accounts_run (request, "api_key_add",
                            (DbParam[]){ db_int (actor->user_id), db_text (session), db_text (name),
                                         db_text (shown), db_text (permissions->str), db_int (days),
                                         db_int (KEYS_MAX), db_text (request_address (request)),
                                         db_text (user_agent), DB_END },
                            error);
      reply = answer_with_key (added, key, error);
    }
  g_string_free (permissions, TRUE);
  return reply;
}

Reply *
me_api_key_post (Db *db G_GNUC_UNUSED, const Request *request, GError **error)
{
  return login_answer_hashing (request, add, error);
}

Reply *
me_api_keys (Db *db, const Request *request, GError **error)
{
  g_autoptr (DbResult) rows
      = db_run (db, "api_key_list",
                (DbParam[]){ db_int (request_actor (request)->user_id), DB_END }, error);

  return rows != NULL ? reply_json (200, db_result_text (rows, 0, "json")) : NULL;
}

Reply *
me_api_key_delete (Db *db, const Request *request, GError **error)
{
  gint64 user_id = request_actor (request)->user_id;
  g_autoptr (DbResult) ended
      = db_run (db, "api_key_revoke",
                (DbParam[]){ db_int (user_id), db_int (request_path_id (request, "id")), DB_END },
                error);

  if (ended == NULL)
    return NULL;
  if (db_result_rows (ended) == 0)
    {
      problem_set (error, PROBLEM_NOT_FOUND, _ ("There is no such key any more."));
      return NULL;
    }
  session_forget (request, user_id, db_result_text (ended, 0, "id"));
  return reply_empty (204);
}
