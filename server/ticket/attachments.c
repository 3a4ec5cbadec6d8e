/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Looking after files. What has to go was marked in the database first, is removed from the store
 * then, and forgotten last; so whatever happens in between, the next turn does the rest. */
#include "ticket/attachments.h"

#include "base/config.h"
#include "base/problem.h"
#include "db/pool.h"
#include "storage/scan.h"
#include "storage/storage.h"
#include "ticket/attachment-link.h"
#include "ticket/attachment-row.h"

#include <sodium.h>
#include <unistd.h>

#define TURN_US (2 * G_USEC_PER_SEC)
#define AT_ONCE 20
#define COPY_BLOCK (64 * 1024)

struct Attachments
{
  const Services *services;
  guint8 link_key[ATTACHMENT_LINK_KEY_BYTES];
  GThread *thread;
  GMutex mutex;
  GCond wake;
  gboolean stopping;
};

Attachments *
attachments_new (const Services *services)
{
  Attachments *attachments = g_new0 (Attachments, 1);

  attachments->services = services;
  randombytes_buf (attachments->link_key, sizeof attachments->link_key);
  g_mutex_init (&attachments->mutex);
  g_cond_init (&attachments->wake);
  return attachments;
}

const guint8 *
attachments_link_key (const Attachments *attachments)
{
  return attachments->link_key;
}

static gboolean
remove_file (const Services *services, gint64 id, const char *object, GError **error)
{
  gboolean removed = storage_remove (services->storage, object, error);
  g_autoptr (DbResult) noted
      = db_pool_run (services->pool, removed ? "attachment_file_forget" : "attachment_file_defer",
                     (DbParam[]){ db_int (id), DB_END }, removed ? error : NULL);

  return removed && noted != NULL;
}

/* Removes what was marked; FALSE when the store does not take it at the moment. */
static gboolean
remove_marked (const Services *services, GError **error)
{
  g_autoptr (DbResult) files = db_pool_run (services->pool, "attachment_files_removing",
                                            (DbParam[]){ db_int (AT_ONCE), DB_END }, error);

  if (files == NULL)
    return FALSE;
  for (guint i = 0; i < db_result_rows (files); i++)
    {
      if (!remove_file (services, db_result_int (files, i, "id"),
                        db_result_text (files, i, "object"), error))
        return FALSE;
    }
  return TRUE;
}

/* The plain content of a stored file, in a file without a name.
 * Returns: a descriptor, or -1. */
static int
open_plain (const Services *services, const DbResult *rows, guint row, GError **error)
{
  StorageSeal seal = attachment_row_seal (rows, row);
  g_autoptr (StorageReader) reader
      = storage_open (services->storage, db_result_text (rows, row, "object"), &seal, 0, seal.size,
                      error);
  g_autofree char *block = g_malloc (COPY_BLOCK);
  int fd = reader != NULL ? storage_spool (services->storage, error) : -1;
  gssize got = 1;

  while (fd >= 0 && got > 0)
    {
      got = storage_read (reader, block, COPY_BLOCK, error);
      if (got > 0 && write (fd, block, (gsize) got) != got)
        {
          problem_set (error, PROBLEM_UNAVAILABLE, "no room to check a held file");
          got = -1;
        }
      if (got < 0)
        {
          close (fd);
          fd = -1;
        }
    }
  return fd;
}

/* A file that cannot be read moves behind the others. One that is too large for the scanner will
 * always be; before it was held, it would have been refused. */
static gboolean
check_held (const Services *services, const DbResult *held, guint row, GError **error)
{
  int fd = open_plain (services, held, row, error);
  g_autoptr (DbResult) settled = NULL;
  g_autoptr (GError) problem = NULL;
  ScanVerdict verdict;

  if (fd < 0)
    {
      db_result_free (
          db_pool_run (services->pool, "attachment_file_defer",
                       (DbParam[]){ db_int (db_result_int (held, row, "file_id")), DB_END }, NULL));
      return FALSE;
    }
  verdict = scan_file (services->config->clamd, fd, NULL, &problem);
  close (fd);
  if (verdict == SCAN_FAILED && problem_code (problem) != PROBLEM_PAYLOAD_TOO_LARGE)
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  settled = db_pool_run (services->pool, "attachment_settle",
                         (DbParam[]){ db_int (db_result_int (held, row, "id")),
                                      db_bool (verdict == SCAN_CLEAN), DB_END },
                         error);
  return settled != NULL;
}

/* Scans what came while the scanner was away. */
static gboolean
scan_held (const Services *services, GError **error)
{
  g_autoptr (DbResult) held = NULL;

  if (services->config->clamd == NULL)
    return TRUE;
  held = db_pool_run (services->pool, "attachments_held", (DbParam[]){ db_int (AT_ONCE), DB_END },
                      error);
  if (held == NULL)
    return FALSE;
  for (guint i = 0; i < db_result_rows (held); i++)
    {
      if (!check_held (services, held, i, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
wait_for_turn (Attachments *attachments)
{
  gint64 until = g_get_monotonic_time () + TURN_US;
  gboolean stopping;

  g_mutex_lock (&attachments->mutex);
  while (!attachments->stopping
         && g_cond_wait_until (&attachments->wake, &attachments->mutex, until))
    ;
  stopping = attachments->stopping;
  g_mutex_unlock (&attachments->mutex);
  return !stopping;
}

static gpointer
run (gpointer data)
{
  Attachments *attachments = data;

  while (wait_for_turn (attachments))
    {
      g_autoptr (GError) unremoved = NULL;
      g_autoptr (GError) unscanned = NULL;

      if (!remove_marked (attachments->services, &unremoved))
        g_debug ("files that have to go are still there: %s", unremoved->message);
      if (!scan_held (attachments->services, &unscanned))
        g_debug ("files that wait for the virus check still do: %s", unscanned->message);
    }
  return NULL;
}

void
attachments_start (Attachments *attachments)
{
  attachments->thread = g_thread_new ("attachments", run, attachments);
}

void
attachments_stop (Attachments *attachments)
{
  if (attachments->thread == NULL)
    return;
  g_mutex_lock (&attachments->mutex);
  attachments->stopping = TRUE;
  g_cond_signal (&attachments->wake);
  g_mutex_unlock (&attachments->mutex);
  g_thread_join (g_steal_pointer (&attachments->thread));
}

void
attachments_free (Attachments *attachments)
{
  if (attachments == NULL)
    return;
  sodium_memzero (attachments->link_key, sizeof attachments->link_key);
  g_mutex_clear (&attachments->mutex);
  g_cond_clear (&attachments->wake);
  g_free (attachments);
}
