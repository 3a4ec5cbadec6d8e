/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Invitations: an admin names an address and a role, whoever gets the link chooses name and
 * password. The link is in the admin's answer, once. */
#include "account/account-private.h"
#include "account/handlers.h"
#include "account/link.h"
#include "account/login.h"
#include "account/session.h"
#include "account/strength.h"
#include "base/fields.h"
#include "base/json.h"
#include "base/problem.h"

#include <glib/gi18n.h>
#include <string.h>

#define LIFETIME_S (7 * 24 * 60 * 60)
#define DEPARTMENTS_MAX 200
#define PAGE_MAX 100
#define PAGE_DEFAULT 20

static const char *const roles[] = { "agent", "admin", NULL };

/* The invitation of @rows with the link to it; @rows is freed. */
static Reply *
answer_with_link (const Request *request, DbResult *rows, guint status, const Link *link,
                  GError **error)
{
  g_autoptr (DbResult) result = rows;
  const char *outcome = rows != NULL ? db_result_text (rows, 0, "outcome") : "";
  GString *json;

  if (rows == NULL)
    return NULL;
  if (strcmp (outcome, "unknown_department") == 0)
    {
      problem_set (error, PROBLEM_VALIDATION_FAILED, _ ("There is no such department."));
      problem_add_field (*error, "departments", "unknown", _ ("There is no such department."));
      return NULL;
    }
  if (strcmp (outcome, "done") != 0)
    return reply_outcome (g_steal_pointer (&result), status, error);
  json = g_string_new ("{\"invitation\":");
  g_string_append (json, db_result_text (result, 0, "json"));
  g_string_append (json, ",\"link\":");
  json_append_text (json, link->url);
  g_string_append_c (json, '}');
  link_tell_demo (request, link);
  return reply_take_json (status, g_string_free (json, FALSE));
}

Reply *
invitation_post (Db *db, const Request *request, GError **error)
{
  g_autoptr (Arguments) arguments = request_arguments (request, error);
  g_autoptr (GArray) ids = NULL;
  g_auto (Link) link = { 0 };
  const char *email, *name, *role;
  GString *departments;
  DbResult *rows;

  if (arguments == NULL)
    return NULL;
  email = field_email (arguments, ARGUMENT_REQUIRED);
  name = arguments_text (arguments, "name", FIELD_NAME_MAX, ARGUMENT_OPTIONAL);
  role = arguments_choice (arguments, "role", roles, ARGUMENT_REQUIRED);
  ids = arguments_ints (arguments, "departments", DEPARTMENTS_MAX, 1, G_MAXINT64);
  if (!arguments_check (arguments, error))
    return NULL;
  departments = db_array_new ();
  for (guint i = 0; i < ids->len; i++)
    db_array_add_int (departments, g_array_index (ids, gint64, i));
  link_make (&link, request, "invitation");
  rows
      = db_run (db, "invitation_add",
                (DbParam[]){ db_int (request_actor (request)->user_id), db_text (email),
                             db_text (name), db_text (role), db_text (db_array_close (departments)),
                             db_text (link.hash), db_int (LIFETIME_S), DB_END },
                error);
  g_string_free (departments, TRUE);
  return answer_with_link (request, rows, 201, &link, error);
}

Reply *
invitation_resend (Db *db, const Request *request, GError **error)
{
  g_auto (Link) link = { 0 };
  DbResult *rows;

  link_make (&link, request, "invitation");
  rows = db_run (db, "invitation_renew",
                 (DbParam[]){ db_int (request_path_id (request, "id")), db_text (link.hash),
                              db_int (LIFETIME_S), DB_END },
                 error);
  return answer_with_link (request, rows, 200, &link, error);
}

Reply *
invitation_delete (Db *db, const Request *request, GError **error)
{
  DbResult *rows = db_run (db, "invitation_renew",
                           (DbParam[]){ db_int (request_path_id (request, "id")), db_null (),
                                        db_null (), DB_END },
                           error);

  return rows != NULL ? reply_outcome (rows, 204, error) : NULL;
}

Reply *
invitation_list (Db *db, const Request *request, GError **error)
{
  g_autoptr (DbResult) rows = NULL;
  gint64 limit, after;
  gboolean unused;

  if (!request_query_bool (request, "unused", FALSE, &unused, error)
      || !request_query_int (request, "limit", 1, PAGE_MAX, PAGE_DEFAULT, &limit, error)
      || !request_query_int (request, "after", 1, G_MAXINT64, 0, &after, error))
    return NULL;
  rows = db_run (db, "invitation_list",
                 (DbParam[]){ db_bool (unused), after > 0 ? db_int (after) : db_null (),
                              db_int (limit), DB_END },
                 error);
  return rows != NULL ? reply_json (200, db_result_text (rows, 0, "json")) : NULL;
}

static void
refuse_code (GError **error)
{
  problem_set (error, PROBLEM_WRONG_CREDENTIALS,
               _ ("This invitation was used, taken back, or has ended. Ask for another one."));
}

/* The invitation of the code whose hash is @hash.
 * Returns: (transfer full): NULL with `wrong_credentials`, or a problem of the database. */
static DbResult *
look (const Request *request, const char *hash, GError **error)
{
  g_autoptr (DbResult) found
      = accounts_run (request, "invitation_look", (DbParam[]){ db_text (hash), DB_END }, error);

  if (found == NULL)
    return NULL;
  if (db_result_rows (found) > 0)
    return g_steal_pointer (&found);
  refuse_code (error);
  return NULL;
}

Reply *
invitation_look (Db *db G_GNUC_UNUSED, const Request *request, GError **error)
{
  g_autoptr (Arguments) arguments = request_arguments (request, error);
  g_autofree char *hash = arguments != NULL ? link_read (arguments) : NULL;
  g_autoptr (DbResult) found = NULL;

  if (arguments == NULL || !arguments_check (arguments, error))
    return NULL;
  found = look (request, hash, error);
  return found != NULL ? reply_json (200, db_result_text (found, 0, "json")) : NULL;
}

/* SideRoomHandler. */
static Reply *
accept_invitation (const Request *request, GError **error)
{
  g_autoptr (Arguments) arguments = request_arguments (request, error);
  g_autofree char *code_hash = arguments != NULL ? link_read (arguments) : NULL;
  g_autoptr (DbResult) found = NULL;
  g_autoptr (DbResult) made = NULL;
  g_autofree char *hash = NULL;
  const char *name, *password;

  if (arguments == NULL)
    return NULL;
  found = code_hash != NULL ? look (request, code_hash, error) : NULL;
  if (code_hash != NULL && found == NULL)
    return NULL;
  name = arguments_text (arguments, "name", FIELD_NAME_MAX, ARGUMENT_REQUIRED);
  password
      = strength_new_password (arguments, found != NULL ? db_result_text (found, 0, "email") : NULL,
                               name);
  if (!arguments_check (arguments, error))
    return NULL;
  hash = password_hash (password, error);
  if (hash == NULL)
    return NULL;
  made = accounts_run (request, "invitation_accept",
                       (DbParam[]){ db_text (code_hash), db_text (name), db_text (hash), DB_END },
                       error);
  if (made == NULL)
    return NULL;
  if (db_result_is_null (made, 0, "id"))
    {
      refuse_code (error);
      return NULL;
    }
  return session_begin (request, db_result_int (made, 0, "id"), SESSION_BY_INVITATION, 201, error);
}

Reply *
invitation_accept (Db *db G_GNUC_UNUSED, const Request *request, GError **error)
{
  return login_answer_hashing (request, accept_invitation, error);
}
