/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Idle connections in a queue; taking one opens it when there is none and room for more. */
#include "db/pool.h"

struct DbPool
{
  Database *database;
  GMutex mutex;
  GCond given;
  GQueue free; /* of Db that wait for work, newest first: the warmest is taken */
  guint open; /* connections that exist or are being opened */
  guint size;
};

DbPool *
db_pool_new (Database *database, guint size)
{
  DbPool *pool = g_new0 (DbPool, 1);

  pool->database = database;
  pool->size = size;
  g_mutex_init (&pool->mutex);
  g_cond_init (&pool->given);
  g_queue_init (&pool->free);
  return pool;
}

Database *
db_pool_database (DbPool *pool)
{
  return pool->database;
}

Db *
db_pool_take (DbPool *pool, GError **error)
{
  Db *db;

  g_mutex_lock (&pool->mutex);
  while (g_queue_is_empty (&pool->free) && pool->open == pool->size)
    g_cond_wait (&pool->given, &pool->mutex);
  db = g_queue_pop_head (&pool->free);
  if (db == NULL)
    pool->open++;
  g_mutex_unlock (&pool->mutex);
  if (db != NULL)
    return db;

  db = db_open (pool->database, error);
  if (db == NULL)
    {
      g_mutex_lock (&pool->mutex);
      pool->open--;
      g_cond_signal (&pool->given);
      g_mutex_unlock (&pool->mutex);
    }
  return db;
}

void
db_pool_give (DbPool *pool, Db *db)
{
  gboolean alive = db_is_alive (db);

  if (!alive)
    db_free (db);
  g_mutex_lock (&pool->mutex);
  if (alive)
    g_queue_push_head (&pool->free, db);
  else
    pool->open--;
  g_cond_signal (&pool->given);
  g_mutex_unlock (&pool->mutex);
}

DbResult *
db_pool_run (DbPool *pool, const char *name, const DbParam *params, GError **error)
{
  Db *db = db_pool_take (pool, error);
  DbResult *result;

  if (db == NULL)
    return NULL;
  result = db_run (db, name, params, error);
  db_pool_give (pool, db);
  return result;
}

void
db_pool_free (DbPool *pool)
{
  if (pool == NULL)
    return;
  g_queue_clear_full (&pool->free, (GDestroyNotify) db_free);
  g_cond_clear (&pool->given);
  g_mutex_clear (&pool->mutex);
  g_free (pool);
}
