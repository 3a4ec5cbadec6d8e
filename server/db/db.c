/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * A connection: opening, preparing, running. */
#include "db/db.h"

#include "base/problem.h"
#include "db/queries.h"
#include "db/result.h"

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
  gint64 actor; /* who acts, 0 for nobody */
  gint64 known_actor; /* who the database thinks acts */
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

/* Runs once. Returns: (transfer full): the rows, or NULL with @error; @again says that the same may
 * succeed at once. */
static DbResult *
run_once (Db *db, const char *name, const DbParam *params, gboolean *again, GError **error)
{
  const char *values[PARAMS_MAX];
  int count = 0;
  PGresult *rows;
  const char *state;

  for (; !params[count].last; count++)
    {
      g_assert (count < PARAMS_MAX);
      values[count] = params[count].text;
      if (values[count] == NULL && params[count].number[0] != '\0')
        values[count] = params[count].number;
    }
  rows = PQexecPrepared (db->connection, name, count, values, NULL, NULL, 0);
  if (PQresultStatus (rows) == PGRES_TUPLES_OK || PQresultStatus (rows) == PGRES_COMMAND_OK)
    return db_result_new (rows);

  state = PQresultErrorField (rows, PG_DIAG_SQLSTATE);
  *again = g_strcmp0 (state, "40P01") == 0 || g_strcmp0 (state, "40001") == 0;
  fail (db, rows, name, error);
  PQclear (rows);
  return NULL;
}

void
db_act_as (Db *db, gint64 user_id)
{
  db->actor = user_id;
}

/* Outside a transaction, since rolling one back would take the setting back too. */
static gboolean
tell_actor (Db *db, GError **error)
{
  g_autoptr (DbResult) told = NULL;
  gboolean again;

  if (db->actor == db->known_actor || db->in_transaction)
    return TRUE;
  told = run_once (db, "act_as",
                   (DbParam[]){ db->actor > 0 ? db_int (db->actor) : db_text (""), DB_END }, &again,
                   error);
  if (told != NULL)
    db->known_actor = db->actor;
  return told != NULL;
}

DbResult *
db_run (Db *db, const char *name, const DbParam *params, GError **error)
{
  if (!tell_actor (db, error))
    return NULL;
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

/* Begins, commits or rolls back. */
static gboolean
control (Db *db, const char *name, gboolean *again, GError **error)
{
  g_autoptr (DbResult) result = run_once (db, name, (DbParam[]){ DB_END }, again, error);

  return result != NULL;
}

static gboolean
run_within (Db *db, const char *begin, DbTransactionBody body, gpointer data, GError **error)
{
  gboolean again;

  if (!tell_actor (db, error) || !control (db, begin, &again, error))
    return FALSE;
  db->in_transaction = TRUE;
  if (body (db, data, error) && control (db, "transaction_commit", &again, error))
    {
      db->in_transaction = FALSE;
      return TRUE;
    }
  /* A failed rollback leaves a connection that its pool throws away. */
  if (control (db, "transaction_rollback", &again, NULL))
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
