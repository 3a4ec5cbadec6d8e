/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Loading the demo. */
#include "demo/demo.h"

#include "account/account.h"

#include <gio/gio.h>

#define SCRIPT "/deskbell/demo/demo.sql"
#define PASSWORD "deskbell-demo"

static gboolean
fill (Db *db, gpointer data G_GNUC_UNUSED, GError **error)
{
  g_autoptr (GBytes) script = g_resources_lookup_data (SCRIPT, G_RESOURCE_LOOKUP_FLAGS_NONE, error);
  g_autofree char *hash = NULL;
  g_autoptr (DbResult) set = NULL;

  if (script == NULL || !db_execute (db, g_bytes_get_data (script, NULL), error))
    return FALSE;
  hash = password_hash (PASSWORD, error);
  if (hash == NULL)
    return FALSE;
  set = db_run (db, "demo_set_passwords", (DbParam[]){ db_text (hash), DB_END }, error);
  return set != NULL;
}

gboolean
demo_load (Db *db, gboolean *loaded, GError **error)
{
  g_autoptr (DbResult) empty = db_run (db, "demo_is_empty", (DbParam[]){ DB_END }, error);
  gboolean fresh;

  if (empty == NULL)
    return FALSE;
  fresh = db_result_bool (empty, 0, "fresh");
  if (loaded != NULL)
    *loaded = fresh;
  return !fresh || db_transaction (db, fill, NULL, error);
}
