/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * One PostgreSQL connection with every named statement prepared. Statements live in the rooms'
 * .sql files (`-- name: ticket_get` above each); nothing else ever reaches the database, and no
 * text of a person is ever part of a statement. A connection belongs to one thread at a time. */
#pragma once

#include "db/database.h"

#include <glib.h>

typedef struct Db Db;
typedef struct DbResult DbResult;

/* A parameter in PostgreSQL's text form. Numbers are kept inside, text is borrowed. */
typedef struct
{
  const char *text; /* NULL with an empty number is SQL NULL */
  char number[24];
  gboolean last;
} DbParam;

/* Ends a list of parameters. */
#define DB_END ((DbParam){ .last = TRUE })

DbParam db_int (gint64 value);
DbParam db_bool (gboolean value);
DbParam db_real (double value);

/* @value is borrowed until the statement has run; NULL is SQL NULL. */
DbParam db_text (const char *value);
DbParam db_null (void);

/* Opens a connection and prepares every statement.
 * Returns: (transfer full): free with db_free() before @database, which is borrowed; NULL with
 * %PROBLEM_UNAVAILABLE, or with %PROBLEM_INTERNAL naming the statement that PostgreSQL refuses. */
Db *db_open (Database *database, GError **error);
void db_free (Db *db);

/* Whether the connection still works as far as is known; a dead one is replaced by its pool. */
gboolean db_is_alive (Db *db);

/* Runs the named statement with @params, ended by DB_END, in a transaction of its own. In it, and
 * in those below, events and the audit name whom this thread works for, see base/origin.h: SQL
 * functions acting_user(), acting_address(), acting_request().
 * A deadlock or serialisation failure is tried again. Constraint names map to problem codes in
 * one table (db/constraints.c).
 * Returns: (transfer full): free with db_result_free(); NULL with a problem. */
DbResult *db_run (Db *db, const char *name, const DbParam *params, GError **error);

/* Runs several statements in one transaction: @body returns FALSE with an error to roll back. */
typedef gboolean (*DbTransactionBody) (Db *db, gpointer data, GError **error);
gboolean db_transaction (Db *db, DbTransactionBody body, gpointer data, GError **error);

/* The same for several statements that only read, and all see the database of one moment. */
gboolean db_snapshot (Db *db, DbTransactionBody body, gpointer data, GError **error);

/* Runs @sql that the database itself has composed (names of partitions cannot be parameters),
 * outside any transaction. */
gboolean db_execute (Db *db, const char *sql, GError **error);

guint db_result_rows (const DbResult *result);

/* Column @column of row @row; it must exist. Text belongs to @result, SQL NULL is NULL, 0 or
 * FALSE. */
const char *db_result_text (const DbResult *result, guint row, const char *column);
gint64 db_result_int (const DbResult *result, guint row, const char *column);
gboolean db_result_bool (const DbResult *result, guint row, const char *column);
double db_result_real (const DbResult *result, guint row, const char *column);
gboolean db_result_is_null (const DbResult *result, guint row, const char *column);

/* Whether there is a column @column at all. */
gboolean db_result_has (const DbResult *result, const char *column);
void db_result_free (DbResult *result);

/* Appends @value to @array, a PostgreSQL array literal being built (`{1,2}`); start with
 * db_array_new(), close with db_array_close(), which returns the literal (transfer none, kept by
 * @array). */
GString *db_array_new (void);
void db_array_add_int (GString *array, gint64 value);
void db_array_add_text (GString *array, const char *value);
const char *db_array_close (GString *array);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Db, db_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (DbResult, db_result_free)
