/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * A fixed number of connections shared by worker threads. Dead ones are opened again on the next
 * take, so that a restart of PostgreSQL heals by itself. */
#pragma once

#include "db/db.h"

typedef struct DbPool DbPool;

/* Opens nothing yet. @database is borrowed; @size is the largest number of connections at once. */
DbPool *db_pool_new (Database *database, guint size);

/* Waits for a free connection, opening it when needed.
 * Returns: (transfer full): give back with db_pool_give(); NULL with %PROBLEM_UNAVAILABLE. */
Db *db_pool_take (DbPool *pool, GError **error);
void db_pool_give (DbPool *pool, Db *db);

/* db_run() on a connection taken for this one statement, for threads that have none of their
 * own. */
DbResult *db_pool_run (DbPool *pool, const char *name, const DbParam *params, GError **error);

/* For the threads that keep a connection of their own. */
Database *db_pool_database (DbPool *pool);

/* Every connection must have been given back. */
void db_pool_free (DbPool *pool);
