/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Named statements over SQLite. The statements live in cache.sql and all of them are prepared when
 * the file is opened, so that a mistake in one is found at the first start and not when it is used.
 */

#include "desk-cache.h"

#include <glib/gstdio.h>
#include <sqlite3.h>

#include "desk-client-resources.h"
#include "desk-error.h"

#define VERSION 1

struct _DeskCache
{
  GObject parent_instance;

  sqlite3 *db;
  GHashTable *statements;
  char *path;
};

struct _DeskCacheRow
{
  sqlite3_stmt *statement;
};

G_DEFINE_FINAL_TYPE (DeskCache, desk_cache, G_TYPE_OBJECT)

static void
finalize_statement (gpointer statement)
{
  sqlite3_finalize (statement);
}

static GBytes *
load_sql (const char *name)
{
  g_autofree char *path = g_strconcat ("/io/github/deskbell/client/sql/", name, NULL);

  return g_resource_lookup_data (desk_client_get_resource (), path, G_RESOURCE_LOOKUP_FLAGS_NONE,
                                 NULL);
}

static gboolean
report (DeskCache *self, const char *what, GError **error)
{
  g_set_error (error, DESK_ERROR, DESK_ERROR_CACHE, "%s: %s", what, sqlite3_errmsg (self->db));

  return FALSE;
}

static gboolean
prepare_statement (DeskCache *self, const char *text, GError **error)
{
  const char *line_end = strchr (text, '\n');
  sqlite3_stmt *statement = NULL;
  g_autofree char *name = NULL;

  if (line_end == NULL)
    return TRUE;

  name = g_strstrip (g_strndup (text, (gsize) (line_end - text)));
  if (sqlite3_prepare_v3 (self->db, line_end, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL)
      != SQLITE_OK)
    return report (self, name, error);

  g_hash_table_insert (self->statements, g_steal_pointer (&name), statement);

  return TRUE;
}

static gboolean
prepare_all (DeskCache *self, GError **error)
{
  g_autoptr (GBytes) sql = load_sql ("cache.sql");
  g_auto (GStrv) parts = g_strsplit (g_bytes_get_data (sql, NULL), "-- name: ", -1);

  for (guint i = 1; parts[i] != NULL; i++)
    if (!prepare_statement (self, parts[i], error))
      return FALSE;

  return TRUE;
}

static int
read_version_cb (void *user_data, int n_columns, char **values, char **names)
{
  int *version = user_data;

  (void) n_columns;
  (void) names;
  *version = atoi (values[0]);

  return 0;
}

static gboolean
check_version (DeskCache *self, GError **error)
{
  g_autoptr (GBytes) sql = load_sql ("cache-version.sql");
  int version = 0;

  if (sqlite3_exec (self->db, g_bytes_get_data (sql, NULL), read_version_cb, &version, NULL)
      != SQLITE_OK)
    return report (self, "the file cannot be read", error);
  if (version > VERSION)
    {
      g_set_error (error, DESK_ERROR, DESK_ERROR_CACHE, "the file is of version %d", version);
      return FALSE;
    }

  return TRUE;
}

static gboolean
set_up (DeskCache *self, const char *path, GError **error)
{
  g_autoptr (GBytes) schema = load_sql ("cache-schema.sql");

  if (sqlite3_open (path, &self->db) != SQLITE_OK)
    return report (self, path, error);

  sqlite3_busy_timeout (self->db, 2000);
  if (!check_version (self, error))
    return FALSE;
  if (sqlite3_exec (self->db, g_bytes_get_data (schema, NULL), NULL, NULL, NULL) != SQLITE_OK)
    return report (self, path, error);
  if (g_strcmp0 (path, ":memory:") != 0)
    {
      g_chmod (path, 0600);
      self->path = g_strdup (path);
    }

  return prepare_all (self, error);
}

static void
put_aside (const char *path)
{
  g_autofree char *aside = g_strconcat (path, ".damaged", NULL);
  g_autofree char *log = g_strconcat (path, "-wal", NULL);
  g_autofree char *index = g_strconcat (path, "-shm", NULL);

  g_rename (path, aside);
  g_unlink (log);
  g_unlink (index);
}

DeskCache *
desk_cache_open (const char *path, GError **error)
{
  g_autoptr (DeskCache) self = g_object_new (DESK_TYPE_CACHE, NULL);
  g_autoptr (DeskCache) fresh = NULL;
  g_autoptr (GError) damage = NULL;
  g_autofree char *folder = g_path_get_dirname (path);

  g_mkdir_with_parents (folder, 0700);
  if (set_up (self, path, &damage))
    return g_steal_pointer (&self);

  g_warning ("The cache is put aside: %s", damage->message);
  g_clear_object (&self);
  put_aside (path);
  fresh = g_object_new (DESK_TYPE_CACHE, NULL);
  if (!set_up (fresh, path, error))
    return NULL;

  return g_steal_pointer (&fresh);
}

static void
bind_bytes (sqlite3_stmt *statement, int position, GBytes *bytes)
{
  gsize size;
  gconstpointer data = g_bytes_get_data (bytes, &size);

  sqlite3_bind_blob64 (statement, position, data, size, SQLITE_TRANSIENT);
}

static sqlite3_stmt *
bind_statement (DeskCache *self, const char *name, const char *types, va_list values)
{
  sqlite3_stmt *statement = g_hash_table_lookup (self->statements, name);

  /* Closed: what still arrives for an account that was left is kept nowhere. */
  if (self->db == NULL)
    return NULL;

  g_return_val_if_fail (statement != NULL, NULL);

  for (int i = 0; types[i] != '\0'; i++)
    {
      if (types[i] == 'i')
        sqlite3_bind_int64 (statement, i + 1, va_arg (values, gint64));
      else if (types[i] == 'b')
        bind_bytes (statement, i + 1, va_arg (values, GBytes *));
      else
        sqlite3_bind_text (statement, i + 1, va_arg (values, const char *), -1, SQLITE_TRANSIENT);
    }

  return statement;
}

static void
step_statement (DeskCache *self, sqlite3_stmt *statement, DeskCacheRowFunc func, gpointer user_data)
{
  DeskCacheRow row = { statement };
  int result;

  if (statement == NULL)
    return;

  while ((result = sqlite3_step (statement)) == SQLITE_ROW)
    if (func != NULL)
      func (&row, user_data);

  if (result != SQLITE_DONE)
    g_warning ("The cache did not answer: %s", sqlite3_errmsg (self->db));

  sqlite3_reset (statement);
  sqlite3_clear_bindings (statement);
}

void
desk_cache_run (DeskCache *self, const char *name, const char *types, ...)
{
  sqlite3_stmt *statement;
  va_list values;

  va_start (values, types);
  statement = bind_statement (self, name, types, values);
  va_end (values);

  step_statement (self, statement, NULL, NULL);
}

void
desk_cache_query (DeskCache *self, const char *name, DeskCacheRowFunc func, gpointer user_data,
                  const char *types, ...)
{
  sqlite3_stmt *statement;
  va_list values;

  va_start (values, types);
  statement = bind_statement (self, name, types, values);
  va_end (values);

  step_statement (self, statement, func, user_data);
}

gint64
desk_cache_row_get_int (const DeskCacheRow *row, int column)
{
  return sqlite3_column_int64 (row->statement, column);
}

const char *
desk_cache_row_get_text (const DeskCacheRow *row, int column)
{
  return (const char *) sqlite3_column_text (row->statement, column);
}

GBytes *
desk_cache_row_get_bytes (const DeskCacheRow *row, int column)
{
  return g_bytes_new (sqlite3_column_blob (row->statement, column),
                      (gsize) sqlite3_column_bytes (row->statement, column));
}

void
desk_cache_keep (DeskCache *self, const char *name, const char *value)
{
  desk_cache_run (self, "put_kept", "ss", name, value != NULL ? value : "");
}

static void
recall_cb (const DeskCacheRow *row, gpointer user_data)
{
  char **value = user_data;

  *value = g_strdup (desk_cache_row_get_text (row, 0));
}

char *
desk_cache_recall (DeskCache *self, const char *name)
{
  char *value = NULL;

  desk_cache_query (self, "get_kept", recall_cb, &value, "s", name);

  return value;
}

void
desk_cache_wipe (DeskCache *self)
{
  g_autofree char *aside = self->path != NULL ? g_strconcat (self->path, ".damaged", NULL) : NULL;

  desk_cache_run (self, "wipe_tickets", "");
  desk_cache_run (self, "wipe_messages", "");
  desk_cache_run (self, "wipe_kept", "");
  desk_cache_run (self, "empty_log", "");
  if (aside != NULL)
    g_unlink (aside);
}

void
desk_cache_close (DeskCache *self)
{
  g_hash_table_remove_all (self->statements);
  g_clear_pointer (&self->db, sqlite3_close);
}

static void
desk_cache_finalize (GObject *object)
{
  DeskCache *self = DESK_CACHE (object);

  desk_cache_close (self);
  g_hash_table_unref (self->statements);
  g_free (self->path);

  G_OBJECT_CLASS (desk_cache_parent_class)->finalize (object);
}

static void
desk_cache_class_init (DeskCacheClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = desk_cache_finalize;
}

static void
desk_cache_init (DeskCache *self)
{
  self->statements = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, finalize_statement);
}
