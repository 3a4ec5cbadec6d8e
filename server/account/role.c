/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * What roles may. An admin gives agents and customers their permissions and takes them away; an
 * admin's own are always all of them, so nobody can lock the door from inside. */
#include "account/handlers.h"
#include "base/problem.h"

#include <glib/gi18n.h>

#define PERMISSIONS_MAX 9
#define PERMISSION_LETTERS 40

/* Of a ticket of one's own; the others are work on everybody's, for who answers customers. */
#define CUSTOMERS_MOST                                                            \
  (PERMISSION_VIEW_TICKETS | PERMISSION_CREATE_TICKETS | PERMISSION_CLOSE_TICKETS \
   | PERMISSION_VIEW_CHAT | PERMISSION_SEND_MESSAGES | PERMISSION_VIEW_CHAT_HISTORY)
#define ALL ((1 << PERMISSIONS_MAX) - 1)

Reply *
role_list (Db *db, G_GNUC_UNUSED const Request *request, GError **error)
{
  g_autoptr (DbResult) rows = db_run (db, "role_list", (DbParam[]){ DB_END }, error);

  return rows != NULL ? reply_json (200, db_result_text (rows, 0, "json")) : NULL;
}

/* Returns: the permissions of the body as bits; what does not fit @role is noted. */
static guint
read_permissions (Arguments *arguments, Role role)
{
  g_auto (GStrv) names
      = arguments_texts (arguments, "permissions", PERMISSIONS_MAX, PERMISSION_LETTERS);
  guint permissions = 0;

  if (!arguments_has (arguments, "permissions"))
    arguments_refuse (arguments, "permissions", "required", _ ("Name what the role may do."));
  for (guint i = 0; names[i] != NULL; i++)
    {
      guint bit = permission_from_name (names[i]);

      if (bit == 0)
        arguments_refuse (arguments, "permissions", "unknown", _ ("There is no such permission."));
      else if (role == ROLE_CUSTOMER && (bit & CUSTOMERS_MOST) == 0)
        arguments_refuse (arguments, "permissions", "not_allowed",
                          _ ("Only people who answer customers can have this permission."));
      permissions |= bit;
    }
  if (role == ROLE_ADMIN && permissions != ALL && arguments_has (arguments, "permissions"))
    arguments_refuse (arguments, "permissions", "not_allowed",
                      _ ("Admins always have all permissions."));
  return permissions;
}

/* Returns: (transfer full): an array of the database. */
static char *
make_array (guint permissions)
{
  GString *array = db_array_new ();

  for (guint bit = 1; bit < ALL; bit <<= 1)
    if ((permissions & bit) != 0)
      db_array_add_text (array, permission_name (bit));
  db_array_close (array);
  return g_string_free (array, FALSE);
}

static Reply *
permit (Db *db, const Request *request, Role role, GError **error)
{
  g_autoptr (Arguments) arguments = request_arguments (request, error);
  g_autoptr (DbResult) rows = NULL;
  g_autofree char *array = NULL;

  if (arguments == NULL)
    return NULL;
  array = make_array (read_permissions (arguments, role));
  if (!arguments_check (arguments, error))
    return NULL;
  rows = db_run (db, "role_permit",
                 (DbParam[]){ db_text (role_name (role)), db_text (array), DB_END }, error);
  return rows != NULL ? reply_json (200, db_result_text (rows, 0, "json")) : NULL;
}

Reply *
role_put_customer (Db *db, const Request *request, GError **error)
{
  return permit (db, request, ROLE_CUSTOMER, error);
}

Reply *
role_put_agent (Db *db, const Request *request, GError **error)
{
  return permit (db, request, ROLE_AGENT, error);
}

Reply *
role_put_admin (Db *db, const Request *request, GError **error)
{
  return permit (db, request, ROLE_ADMIN, error);
}
