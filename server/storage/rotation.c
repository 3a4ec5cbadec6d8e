/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Resealing, some files or texts at a time and each for itself: where it stops half-way, those of
 * both keys are readable. */
#include "storage/rotation.h"

#include "storage/sealed.h"

/* Moves on to the next file whether this one could be resealed or not. */
static gboolean
reseal (Storage *storage, Db *db, const DbResult *rows, guint row, Rotation *rotation,
        GError **error)
{
  const char *key = db_result_text (rows, row, "seal_key");
  g_autoptr (GError) problem = NULL;
  g_autoptr (DbResult) done = NULL;
  StorageSeal seal = { 0 };

  g_strlcpy (seal.key, key, sizeof seal.key);
  g_strlcpy (seal.master, db_result_text (rows, row, "seal_master"), sizeof seal.master);
  if (!storage_reseal (storage, db_result_text (rows, row, "object"), &seal, &problem))
    {
      rotation->failed++;
      return TRUE;
    }
  done = db_run (db, "storage_reseal",
                 (const DbParam[]){ db_int (db_result_int (rows, row, "id")), db_text (key),
                                    db_text (seal.key), db_text (seal.master), DB_END },
                 error);
  rotation->resealed += done != NULL;
  return done != NULL;
}

/* Reseals the next files after @after, and moves that on to the last of them. Returns how many
 * there were, or -1 with an error. */
static gint
reseal_some (Storage *storage, Db *db, const char *master, gint64 *after, Rotation *rotation,
             GError **error)
{
  g_autoptr (DbResult) rows
      = db_run (db, "storage_seals", (const DbParam[]){ db_text (master), db_int (*after), DB_END },
                error);
  guint count = rows != NULL ? db_result_rows (rows) : 0;

  if (rows == NULL)
    return -1;
  for (guint row = 0; row < count; row++)
    {
      if (!reseal (storage, db, rows, row, rotation, error))
        return -1;
      *after = db_result_int (rows, row, "id");
    }
  return (gint) count;
}

/* Moves on to the next text whether this one could be resealed or not. */
static gboolean
reseal_text (Storage *storage, Db *db, const DbResult *rows, guint row, Rotation *rotation,
             GError **error)
{
  const char *object = db_result_text (rows, row, "object");
  const char *sealed = db_result_text (rows, row, "sealed_key");
  g_autoptr (GError) problem = NULL;
  g_autofree char *renewed = sealed_renew (storage, object, sealed, &problem);
  g_autoptr (DbResult) done = NULL;

  if (renewed == NULL)
    {
      rotation->failed++;
      return TRUE;
    }
  done = db_run (db, "sealed_text_renew",
                 (const DbParam[]){ db_text (object), db_text (sealed), db_text (renewed), DB_END },
                 error);
  return done != NULL;
}

/* Reseals every text; those that cannot be are met once. */
static gboolean
reseal_texts (Storage *storage, Db *db, const char *master, Rotation *rotation, GError **error)
{
  g_autofree char *after = g_strdup ("");

  while (after != NULL)
    {
      g_autoptr (DbResult) rows
          = db_run (db, "sealed_texts",
                    (const DbParam[]){ db_text (master), db_text (after), DB_END }, error);
      guint count = rows != NULL ? db_result_rows (rows) : 0;

      if (rows == NULL)
        return FALSE;
      for (guint row = 0; row < count; row++)
        {
          if (!reseal_text (storage, db, rows, row, rotation, error))
            return FALSE;
        }
      g_free (after);
      after = count > 0 ? g_strdup (db_result_text (rows, count - 1, "object")) : NULL;
    }
  return TRUE;
}

gboolean
rotation_run (Storage *storage, Db *db, Rotation *rotation, GError **error)
{
  g_autofree char *master = NULL;
  g_autoptr (DbResult) under_way = NULL;
  gint64 after = 0;
  gint count;

  *rotation = (Rotation){ 0 };
  if (!storage_rotate (storage, error))
    return FALSE;
  under_way = db_run (db, "storage_under_way", (const DbParam[]){ DB_END }, error);
  if (under_way == NULL)
    return FALSE;
  rotation->under_way = (guint) db_result_int (under_way, 0, "files");
  master = storage_master (storage);
  do
    count = reseal_some (storage, db, master, &after, rotation, error);
  while (count > 0);
  return count == 0 && reseal_texts (storage, db, master, rotation, error);
}
