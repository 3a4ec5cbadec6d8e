/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Storing a file that came: what it is, whether it may come, whether it does harm, then where it
 * lies. */
#include "base/config.h"
#include "base/problem.h"
#include "db/pool.h"
#include "storage/scan.h"
#include "storage/sniff.h"
#include "storage/storage.h"
#include "storage/thumbnail.h"
#include "ticket/attachment-name.h"
#include "ticket/attachments.h"

#include <glib/gi18n.h>
#include <unistd.h>

#define THUMBNAIL_EDGE 320

typedef struct
{
  const Services *services;
  const RequestFile *file;
  char *name;
  char *type;
  gboolean hold_unscanned; /* what the setting says */
  gboolean held;
  char *object;
  char *thumbnail; /* its object, or NULL */
  ThumbnailSize size; /* 0 where nobody knows */
} Keeping;

static void
keeping_clear (Keeping *keeping)
{
  g_free (keeping->name);
  g_free (keeping->type);
  g_free (keeping->object);
  g_free (keeping->thumbnail);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Keeping, keeping_clear)

/* Whether files of this kind are taken. */
static gboolean
check_type (Keeping *keeping, GError **error)
{
  g_autoptr (DbResult) rules
      = db_pool_run (keeping->services->pool, "attachment_rules", (DbParam[]){ DB_END }, error);
  g_autoptr (GPtrArray) allowed = g_ptr_array_new ();

  if (rules == NULL)
    return FALSE;
  for (guint i = 0; i < db_result_rows (rules); i++)
    {
      g_ptr_array_add (allowed, (gpointer) db_result_text (rules, i, "type"));
      keeping->hold_unscanned = db_result_bool (rules, i, "hold");
    }
  g_ptr_array_add (allowed, NULL);
  keeping->type = sniff_type (keeping->file->fd, error);
  if (keeping->type == NULL)
    return FALSE;
  if (sniff_allows ((const char *const *) allowed->pdata, keeping->type))
    return TRUE;
  problem_set (error, PROBLEM_FILE_TYPE_REFUSED,
               _ ("“%s” was not attached: files of the kind %s are not taken."), keeping->name,
               keeping->type);
  return FALSE;
}

/* What happens to a file that the scanner did not look at: the settings say. */
static gboolean
judge_unscanned (Keeping *keeping, const GError *reason, GError **error)
{
  gboolean too_large = problem_code (reason) == PROBLEM_PAYLOAD_TOO_LARGE;

  g_warning ("a file could not be scanned: %s", reason->message);
  if (keeping->hold_unscanned && too_large)
    {
      problem_set (error, PROBLEM_FILE_TOO_LARGE,
                   _ ("“%s” is too large for the virus check and was not attached."),
                   keeping->name);
      return FALSE;
    }
  keeping->held = keeping->hold_unscanned;
  return TRUE;
}

static gboolean
check_harm (Keeping *keeping, GError **error)
{
  const char *clamd = keeping->services->config->clamd;
  g_autoptr (GError) reason = NULL;
  g_autofree char *found = NULL;

  if (clamd == NULL)
    return TRUE;
  switch (scan_file (clamd, keeping->file->fd, &found, &reason))
    {
    case SCAN_CLEAN:
      return TRUE;
    case SCAN_FAILED:
      return judge_unscanned (keeping, reason, error);
    case SCAN_INFECTED:
      g_message ("an upload was refused: the scanner found %s", found);
      break;
    }
  problem_set (error, PROBLEM_FILE_INFECTED,
               _ ("This file did not pass the virus check and was removed."));
  return FALSE;
}

/* Whatever became of @object, it has to go. */
static void
drop_object (const Services *services, const char *object)
{
  if (object != NULL)
    db_result_free (db_pool_run (services->pool, "attachment_file_drop",
                                 (DbParam[]){ db_text (object), DB_END }, NULL));
}

/* Stores @fd under a new name, which is written down before.
 * Returns: (transfer full): the name, or NULL. */
static char *
store (const Services *services, int fd, GError **error)
{
  g_autofree char *object = storage_name ();
  g_autoptr (DbResult) begun = db_pool_run (services->pool, "attachment_file_begin",
                                            (DbParam[]){ db_text (object), DB_END }, error);
  g_autoptr (DbResult) kept = NULL;
  StorageSeal seal;

  if (begun == NULL)
    return NULL;
  if (storage_put (services->storage, object, fd, &seal, error))
    kept = db_pool_run (services->pool, "attachment_file_keep",
                        (DbParam[]){ db_text (object), db_text (seal.key), db_text (seal.master),
                                     db_int ((gint64) seal.size), db_text (seal.sha256), DB_END },
                        error);
  if (kept != NULL && db_result_rows (kept) > 0)
    return g_steal_pointer (&object);
  if (kept != NULL)
    problem_set (error, PROBLEM_UNAVAILABLE, _ ("This took too long. Send the file again."));
  drop_object (services, object);
  return NULL;
}

/* A small picture of a picture. A picture that cannot be drawn is a file like any other. */
static gboolean
store_thumbnail (Keeping *keeping, GError **error)
{
  g_autoptr (GError) reason = NULL;
  gboolean stored = TRUE;
  int fd;

  if (!thumbnail_fits (keeping->type))
    return TRUE;
  fd = storage_spool (keeping->services->storage, error);
  if (fd < 0)
    return FALSE;
  if (thumbnail_make (keeping->file->fd, fd, THUMBNAIL_EDGE, &keeping->size, &reason))
    {
      keeping->thumbnail = store (keeping->services, fd, error);
      stored = keeping->thumbnail != NULL;
    }
  else
    {
      keeping->size = (ThumbnailSize){ 0 };
      g_debug ("no thumbnail: %s", reason->message);
    }
  close (fd);
  return stored;
}

static DbParam
pixels (guint number)
{
  return number > 0 ? db_int (number) : db_null ();
}

static gboolean
record (const Keeping *keeping, const Actor *uploader, const char *key, AttachmentKept *kept,
        GError **error)
{
  g_autoptr (DbResult) rows = db_pool_run (
      keeping->services->pool, "attachment_add",
      (DbParam[]){ db_int (uploader->user_id), db_text (keeping->name), db_text (keeping->type),
                   db_text (keeping->held ? "held" : "ready"), db_text (keeping->object),
                   db_text (keeping->thumbnail), pixels (keeping->size.width),
                   pixels (keeping->size.height), db_text (key), DB_END },
      error);
  const char *outcome;

  if (rows == NULL)
    {
      drop_object (keeping->services, keeping->object);
      drop_object (keeping->services, keeping->thumbnail);
      return FALSE;
    }
  outcome = db_result_text (rows, 0, "outcome");
  if (g_str_equal (outcome, "idempotency_mismatch"))
    {
      problem_set (error, PROBLEM_IDEMPOTENCY_MISMATCH,
                   _ ("This Idempotency-Key came before with another file."));
      return FALSE;
    }
  *kept = (AttachmentKept){ .json = g_strdup (db_result_text (rows, 0, "json")),
                            .id = db_result_int (rows, 0, "id"),
                            .repeated = g_str_equal (outcome, "repeated") };
  return TRUE;
}

gboolean
attachments_keep (const Services *services, const Actor *uploader, const RequestFile *file,
                  const char *key, AttachmentKept *kept, GError **error)
{
  g_auto (Keeping) keeping = { .services = services, .file = file };
  GError *problem = NULL;

  keeping.name = attachment_name (file->name);
  if (file->size == 0)
    {
      problem_set (&problem, PROBLEM_VALIDATION_FAILED, _ ("“%s” is empty."), keeping.name);
      problem_add_field (problem, "file", "too_short", _ ("The file is empty."));
      g_propagate_error (error, problem);
      return FALSE;
    }
  if (!check_type (&keeping, error) || !check_harm (&keeping, error))
    return FALSE;
  keeping.object = store (services, file->fd, error);
  if (keeping.object == NULL)
    return FALSE;
  if (!store_thumbnail (&keeping, error))
    {
      drop_object (services, keeping.object);
      return FALSE;
    }
  return record (&keeping, uploader, key, kept, error);
}

void
attachment_kept_clear (AttachmentKept *kept)
{
  g_clear_pointer (&kept->json, g_free);
}
