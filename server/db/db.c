/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * A connection: opening, preparing, running. */
#include "db/db.h"

#include "base/origin.h"
#include "base/problem.h"
#include "db/queries.h"
#include "db/result.h"
#include "db/trip.h"

#include <glib/gi18n.h>
#include <string.h>

#define PARAMS_MAX 24
#define TRIES_MAX 4

/* Times are read as UTC. JIT costs more than it brings for short statements. A plan is made once
 * and kept, since making it costs more than running it; and because it may be made while tables are
 * still small, never with a scan of a whole table, which would still run when the table has
 * millions of rows. Nothing may hold a lock or a snapshot for long. */
#define SESSION_OPTIONS                                                                     \
  "-c timezone=UTC -c jit=off -c plan_cache_mode=force_generic_plan -c enable_seqscan=off " \
  "-c statement_timeout=30s -c lock_timeout=10s -c idle_in_transaction_session_timeout=60s"

struct Db
{
  Database *database;
  PGconn *connection;
  gint64 opened; /* monotonic */
  gboolean in_transaction;
};

static gboolean
prepare_all (Db *db, GError **error)
{
  g_autoptr (GPtrArray) queries = queries_load ("/deskbell/sql", error);

  if (queries == NULL)
    return FALSE;
  for (guint i = 0; i < queries->len; i++)
    {
      const Query *query = g_ptr_array_index (queries, i);
      PGresult *prepared = PQprepare (db->connection, query->name, query->sql, 0, NULL);

      if (PQresultStatus (prepared) != PGRES_COMMAND_OK)
        {
          db_problem (prepared, db->connection, query->name, error);
          PQclear (prepared);
          return FALSE;
        }
      PQclear (prepared);
    }
  return TRUE;
}

static void
notice_cb (void *data G_GNUC_UNUSED, const PGresult *result)
{
  g_debug ("PostgreSQL: %s", PQresultErrorMessage (result));
}

void
db_log_notices (PGconn *connection)
{
  PQsetNoticeReceiver (connection, notice_cb, NULL);
}

Db *
db_open (Database *database, GError **error)
{
  const char *keywords[]
      = { "dbname", "options", "client_encoding", "application_name", "connect_timeout", NULL };
  const char *values[]
      = { database_conninfo (database), (SESSION_OPTIONS), "UTF8", "deskbell", "2", NULL };
  g_autoptr (Db) db = g_new0 (Db, 1);

  /* dbname first and expanded: it holds a whole conninfo or URL, what follows overrides it. */
  db->connection = PQconnectdbParams (keywords, values, 1);
  db->database = database;
  if (PQstatus (db->connection) != CONNECTION_OK)
    {
      GError *problem = NULL;

      database_note_failure (database, g_get_monotonic_time (), PQerrorMessage (db->connection));
      problem_set (
          &problem, PROBLEM_UNAVAILABLE,
          _ ("The database does not answer at the moment. Nothing was changed; try again."));
      problem_set_retry_after (problem, 1);
      g_propagate_error (error, problem);
      return NULL;
    }
  database_note_success (database);
  /* Its details of an error are the row: whose data, and hashes of secrets, the log has not. */
  PQsetErrorVerbosity (db->connection, PQERRORS_TERSE);
  db->opened = g_get_monotonic_time ();
  db_log_notices (db->connection);
  if (!prepare_all (db, error))
    return NULL;
  return g_steal_pointer (&db);
}

void
db_free (Db *db)
{
  if (db == NULL)
    return;
  PQfinish (db->connection);
  g_free (db);
}

gboolean
db_is_alive (Db *db)
{
  return PQstatus (db->connection) == CONNECTION_OK && !db->in_transaction;
}

/* Turns failed @rows into a problem, and tells of the connection when it is lost. */
static void
fail (Db *db, const PGresult *rows, const char *name, GError **error)
{
  if (PQstatus (db->connection) == CONNECTION_BAD)
    database_note_failure (db->database, db->opened, PQerrorMessage (db->connection));
  db_problem (rows, db->connection, name, error);
}

/* Runs @statement in one transaction with the statement that tells the database whose change it is,
 * which it forgets when that ends: so no change can ever be taken for somebody else's. @opens says
 * that @statement begins the transaction. */
static PGresult *
run_for (Db *db, const Origin *origin, const TripStatement *statement, gboolean opens)
{
  g_autofree char *actor
      = origin->actor_id > 0 ? g_strdup_printf ("%" G_GINT64_FORMAT, origin->actor_id) : NULL;
  const char *values[] = { actor, origin->address, origin->request_id };
  const TripStatement tell = { "act_for", G_N_ELEMENTS (values), values };

  return opens ? trip_run (db->connection, statement, &tell)
               : trip_run (db->connection, &tell, statement);
}

static PGresult *
run_statement (Db *db, const TripStatement *statement, gboolean opens)
{
  const Origin *origin = origin_get ();

  if (origin != NULL && !db->in_transaction)
    return run_for (db, origin, statement, opens);
  return PQexecPrepared (db->connection, statement->name, statement->count, statement->values, NULL,
                         NULL, 0);
}

/* Returns: (transfer full): NULL with @error when @rows, which are taken over, failed; @again says
 * that the same may succeed at once. */
static DbResult *
judge (Db *db, PGresult *rows, const char *name, gboolean *again, GError **error)
{
  const char *state;

  if (PQresultStatus (rows) == PGRES_TUPLES_OK || PQresultStatus (rows) == PGRES_COMMAND_OK)
    return db_result_new (rows);
  state = PQresultErrorField (rows, PG_DIAG_SQLSTATE);
  *again = g_strcmp0 (state, "40P01") == 0 || g_strcmp0 (state, "40001") == 0;
  fail (db, rows, name, error);
  PQclear (rows);
  return NULL;
}

/* As judge(), of the named statement run once. */
static DbResult *
run_once (Db *db, const char *name, const DbParam *params, gboolean *again, GError **error)
{
  const char *values[PARAMS_MAX];
  TripStatement statement = { name, 0, values };

  for (; !params[statement.count].last; statement.count++)
    {
      const DbParam *param = &params[statement.count];

      g_assert (statement.count < PARAMS_MAX);
      values[statement.count] = param->text;
      if (param->text == NULL && param->number[0] != '\0')
        values[statement.count] = param->number;
    }
  return judge (db, run_statement (db, &statement, FALSE), name, again, error);
}

DbResult *
db_run (Db *db, const char *name, const DbParam *params, GError **error)
{
  for (guint try = 1;; try++)
    {
      g_autoptr (GError) problem = NULL;
      gboolean again = FALSE;
      DbResult *result = run_once (db, name, params, &again, &problem);

      if (result != NULL)
        return result;
      if (!again || db->in_transaction || try == TRIES_MAX)
        {
          g_propagate_error (error, g_steal_pointer (&problem));
          return NULL;
        }
    }
}

/* Commits or rolls back. */
static gboolean
control (Db *db, const char *name, GError **error)
{
  gboolean again;
  g_autoptr (DbResult) result = run_once (db, name, (DbParam[]){ DB_END }, &again, error);

  return result != NULL;
}

static gboolean
open_transaction (Db *db, const char *begin, GError **error)
{
  const TripStatement statement = { begin, 0, NULL };
  gboolean again;
  g_autoptr (DbResult) result
      = judge (db, run_statement (db, &statement, TRUE), begin, &again, error);

  return result != NULL;
}

static gboolean
run_within (Db *db, const char *begin, DbTransactionBody body, gpointer data, GError **error)
{
  gboolean opened = open_transaction (db, begin, error);

  db->in_transaction = TRUE;
  if (opened && body (db, data, error) && control (db, "transaction_commit", error))
    {
      db->in_transaction = FALSE;
      return TRUE;
    }
  /* A failed rollback leaves a connection that its pool throws away. */
  if (control (db, "transaction_rollback", NULL))
    db->in_transaction = FALSE;
  return FALSE;
}

gboolean
db_transaction (Db *db, DbTransactionBody body, gpointer data, GError **error)
{
  return run_within (db, "transaction_begin", body, data, error);
}

gboolean
db_snapshot (Db *db, DbTransactionBody body, gpointer data, GError **error)
{
  return run_within (db, "transaction_begin_snapshot", body, data, error);
}

gboolean
db_execute (Db *db, const char *sql, GError **error)
{
  PGresult *rows = PQexec (db->connection, sql);
  gboolean done = PQresultStatus (rows) == PGRES_COMMAND_OK;

  if (!done)
    fail (db, rows, sql, error);
  PQclear (rows);
  return done;
}
