/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Applying the schema's files. */
#include "db/migrate.h"

#include "base/problem.h"
#include "db/queries.h"
#include "db/result.h"

#include <gio/gio.h>
#include <glib/gi18n.h>

#define SCHEMA "/deskbell/schema"

typedef struct
{
  PGconn *connection;
  GPtrArray *queries;
} Migrator;

/* Runs a named statement of migrate.sql. Returns: (transfer full): NULL with @error. */
static DbResult *
run (Migrator *migrator, const char *name, const char *first, const char *second, GError **error)
{
  const char *values[] = { first, second };
  int count = (first != NULL) + (second != NULL);

  for (guint i = 0; i < migrator->queries->len; i++)
    {
      const Query *query = g_ptr_array_index (migrator->queries, i);
      PGresult *rows;

      if (g_strcmp0 (query->name, name) != 0)
        continue;
      rows = PQexecParams (migrator->connection, query->sql, count, NULL, values, NULL, NULL, 0);
      if (PQresultStatus (rows) == PGRES_TUPLES_OK || PQresultStatus (rows) == PGRES_COMMAND_OK)
        return db_result_new (rows);
      db_problem (rows, migrator->connection, name, error);
      PQclear (rows);
      return NULL;
    }
  g_error ("migrate.sql has no statement “%s”", name);
}

static gboolean
step (Migrator *migrator, const char *name, GError **error)
{
  g_autoptr (DbResult) result = run (migrator, name, NULL, NULL, error);

  return result != NULL;
}

/* A file of several statements is one implicit transaction in PostgreSQL's simple protocol; the
 * frame makes it one with the note that it was applied. */
static gboolean
run_file (Migrator *migrator, const char *name, const char *text, GError **error)
{
  PGresult *rows = PQexec (migrator->connection, text);
  gboolean done = PQresultStatus (rows) == PGRES_TUPLES_OK
                  || PQresultStatus (rows) == PGRES_COMMAND_OK
                  || PQresultStatus (rows) == PGRES_EMPTY_QUERY;

  if (!done)
    problem_set (error, PROBLEM_INTERNAL, "%s: %s", name, PQresultErrorMessage (rows));
  PQclear (rows);
  return done;
}

static gboolean
apply (Migrator *migrator, const char *name, const char *text, const char *digest, GError **error)
{
  g_autoptr (DbResult) noted = NULL;

  if (!step (migrator, "transaction_begin", error) || !run_file (migrator, name, text, error))
    return FALSE;
  noted = run (migrator, "migrate_applied", name, digest, error);
  return noted != NULL && step (migrator, "transaction_commit", error);
}

static gboolean
migrate_file (Migrator *migrator, const char *name, guint *applied, GError **error)
{
  g_autofree char *path = g_strdup_printf (SCHEMA "/%s", name);
  g_autoptr (GBytes) text = g_resources_lookup_data (path, G_RESOURCE_LOOKUP_FLAGS_NONE, error);
  g_autofree char *digest = NULL;
  g_autoptr (DbResult) was = NULL;

  if (text == NULL)
    return FALSE;
  digest = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, text);
  was = run (migrator, "migrate_digest", name, NULL, error);
  if (was == NULL)
    return FALSE;
  if (db_result_rows (was) == 0)
    {
      (*applied)++;
      return apply (migrator, name, g_bytes_get_data (text, NULL), digest, error);
    }
  if (g_strcmp0 (db_result_text (was, 0, "digest"), digest) != 0)
    {
      problem_set (error, PROBLEM_INTERNAL,
                   _ ("The database was made by another version of %s. Start with a new data "
                      "folder, or with "
                      "the version that made it."),
                   name);
      return FALSE;
    }
  return TRUE;
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return g_strcmp0 (*(char *const *) a, *(char *const *) b);
}

/* What no file of the schema could put right: a database that somebody else has made. */
static gboolean
check_database (Migrator *migrator, GError **error)
{
  g_autoptr (DbResult) encoding = run (migrator, "migrate_encoding", NULL, NULL, error);
  g_autoptr (DbResult) extension = NULL;

  if (encoding == NULL)
    return FALSE;
  if (!db_result_bool (encoding, 0, "fit"))
    {
      problem_set (error, PROBLEM_INTERNAL,
                   _ ("The database must be UTF-8 with a locale such as C.UTF-8; this one would "
                      "not find names "
                      "beyond ASCII."));
      return FALSE;
    }
  extension = run (migrator, "migrate_extension", NULL, NULL, error);
  if (extension == NULL)
    return FALSE;
  if (db_result_bool (extension, 0, "fit"))
    return TRUE;
  problem_set (
      error, PROBLEM_INTERNAL,
      _ ("Search needs the extension pg_trgm in the database. Install PostgreSQL's contrib "
         "modules, and let an administrator of the database run CREATE EXTENSION pg_trgm."));
  return FALSE;
}

static gboolean
migrate_all (Migrator *migrator, guint *applied, GError **error)
{
  g_auto (GStrv) names = g_resources_enumerate_children (SCHEMA, 0, error);

  if (names == NULL || !check_database (migrator, error))
    return FALSE;
  if (!step (migrator, "migrate_lock", error) || !step (migrator, "migrate_table", error))
    return FALSE;
  qsort (names, g_strv_length (names), sizeof *names, compare_names);
  for (guint i = 0; names[i] != NULL; i++)
    {
      if (!migrate_file (migrator, names[i], applied, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
migrate (const char *conninfo, guint *applied, GError **error)
{
  Migrator migrator = { .connection = PQconnectdb (conninfo) };
  guint count = 0;
  gboolean done = FALSE;

  if (PQstatus (migrator.connection) != CONNECTION_OK)
    problem_set (error, PROBLEM_UNAVAILABLE, "%s", PQerrorMessage (migrator.connection));
  else
    {
      db_log_notices (migrator.connection);
      migrator.queries = queries_load ("/deskbell/migrate", error);
      done = migrator.queries != NULL && migrate_all (&migrator, &count, error);
    }
  g_clear_pointer (&migrator.queries, g_ptr_array_unref);
  PQfinish (migrator.connection);
  if (applied != NULL)
    *applied = count;
  return done;
}
