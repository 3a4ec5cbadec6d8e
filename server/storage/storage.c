/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Storing and reading files: keys from master.c, encryption from segment.c, and a place that keeps
 * what comes out of it. */
#include "storage/storage.h"

#include "base/ids.h"
#include "base/problem.h"
#include "storage/master.h"
#include "storage/segment.h"
#include "storage/store.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>

#define FOLDER "attachments"
#define NAME_BYTES 24 /* nobody guesses a name, and no two are the same */
#define NAME_MIN 16

G_STATIC_ASSERT (SEGMENT_KEY_BYTES == MASTER_FILE_KEY_BYTES);
G_STATIC_ASSERT (STORAGE_KEY_BYTES == MASTER_FILE_KEY_BYTES);
G_STATIC_ASSERT (sizeof ((StorageSeal *) 0)->key == 2 * MASTER_WRAPPED_BYTES + 1);
G_STATIC_ASSERT (sizeof ((StorageSeal *) 0)->master == MASTER_ID_LETTERS + 1);
G_STATIC_ASSERT (sizeof ((StorageSeal *) 0)->sha256 == 2 * crypto_hash_sha256_BYTES + 1);

struct Storage
{
  Master *master;
  Store *store;
  char *folder;
};

struct StorageReader
{
  Store *store;
  gpointer opened;
  char *object;
  guint8 key[SEGMENT_KEY_BYTES];
  guint64 size;
  guint64 position, end;
  guint8 *plain; /* the segment that was read last; NULL: none yet */
  guint64 index; /* of that segment */
};

/* Opening */

/* The key is made before the folder: a folder without a key is one that has lost it. */
Storage *
storage_new (const Config *config, GError **error)
{
  g_autoptr (Storage) storage = g_new0 (Storage, 1);
  gboolean is_there;

  storage->folder = g_build_filename (config->data_dir, FOLDER, NULL);
  is_there = g_file_test (storage->folder, G_FILE_TEST_EXISTS);
  storage->master = master_open (config->master_key_file, !is_there, error);
  if (storage->master == NULL)
    return NULL;
  if (g_mkdir_with_parents (storage->folder, 0700) != 0)
    {
      problem_set (error, PROBLEM_INTERNAL, _ ("The folder %s cannot be made: %s"), storage->folder,
                   g_strerror (errno));
      return NULL;
    }
  storage->store = config->s3 != NULL ? store_s3_new (config->s3, storage->folder)
                                      : store_folder_new (storage->folder);
  return g_steal_pointer (&storage);
}

void
storage_free (Storage *storage)
{
  if (storage->store != NULL)
    storage->store->functions->free (storage->store);
  g_clear_pointer (&storage->master, master_free);
  g_free (storage->folder);
  g_free (storage);
}

int
storage_spool (Storage *storage, GError **error)
{
  return store_unnamed_file (storage->folder, error);
}

char *
storage_name (void)
{
  return id_random (NAME_BYTES);
}

/* A name becomes part of a path: of the disk or of an address. */
static gboolean
is_name (const char *object)
{
  gsize length
      = strspn (object, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

  return length >= NAME_MIN && length <= STORAGE_OBJECT_MAX && object[length] == '\0';
}

static gboolean
check_name (const char *object, GError **error)
{
  if (is_name (object))
    return TRUE;
  problem_set (error, PROBLEM_INTERNAL, _ ("“%s” is no name of a stored file."), object);
  return FALSE;
}

/* Seals */

void
storage_seal_key (Storage *storage, const char *object, const guint8 *file_key, StorageSeal *seal)
{
  guint8 wrapped[MASTER_WRAPPED_BYTES];

  master_wrap (storage->master, object, file_key, wrapped, seal->master);
  sodium_bin2hex (seal->key, sizeof seal->key, wrapped, sizeof wrapped);
}

gboolean
storage_open_key (Storage *storage, const char *object, const StorageSeal *seal, guint8 *file_key,
                  GError **error)
{
  guint8 wrapped[MASTER_WRAPPED_BYTES];
  gsize length;

  if (sodium_hex2bin (wrapped, sizeof wrapped, seal->key, strlen (seal->key), NULL, &length, NULL)
          != 0
      || length != sizeof wrapped)
    {
      store_set_damaged (error, object);
      return FALSE;
    }
  return master_unwrap (storage->master, object, wrapped, seal->master, file_key, error);
}

char *
storage_master (Storage *storage)
{
  return master_id (storage->master);
}

gboolean
storage_rotate (Storage *storage, GError **error)
{
  return master_rotate (storage->master, error);
}

gboolean
storage_reseal (Storage *storage, const char *object, StorageSeal *seal, GError **error)
{
  guint8 file_key[MASTER_FILE_KEY_BYTES];

  if (!storage_open_key (storage, object, seal, file_key, error))
    return FALSE;
  storage_seal_key (storage, object, file_key, seal);
  sodium_memzero (file_key, sizeof file_key);
  return TRUE;
}

/* Storing */

/* Encrypts @source_fd, @size bytes, into @target_fd. FALSE with errno; it is 0 when the source has
 * become shorter. */
static gboolean
encrypt (int source_fd, int target_fd, const guint8 *file_key, guint64 size, guint8 *sha256)
{
  g_autofree guint8 *plain = g_malloc (SEGMENT_PLAIN);
  g_autofree guint8 *sealed = g_malloc (SEGMENT_SEALED);
  guint64 count = segment_count (size);
  crypto_hash_sha256_state hash;

  crypto_hash_sha256_init (&hash);
  for (guint64 index = 0; index < count; index++)
    {
      gsize length = segment_length (size, index);

      if (!store_read_whole (source_fd, index * SEGMENT_PLAIN, plain, length))
        return FALSE;
      crypto_hash_sha256_update (&hash, plain, length);
      segment_seal (file_key, index, index + 1 == count, plain, length, sealed);
      if (!store_write_whole (target_fd, index * SEGMENT_SEALED, sealed, length + SEGMENT_OVERHEAD))
        return FALSE;
    }
  crypto_hash_sha256_final (&hash, sha256);
  return TRUE;
}

static gboolean
store_encrypted (Storage *storage, const char *object, int source_fd, guint64 size,
                 const guint8 *file_key, guint8 *sha256, GError **error)
{
  const StoreFunctions *functions = storage->store->functions;
  int target_fd = functions->begin (storage->store, object, error);

  if (target_fd < 0)
    return FALSE;
  if (!encrypt (source_fd, target_fd, file_key, size, sha256))
    {
      store_set_errno (error, errno != 0 ? errno : EIO, object);
      functions->abandon (storage->store, object, target_fd);
      return FALSE;
    }
  return functions->commit (storage->store, object, target_fd, error);
}

gboolean
storage_put (Storage *storage, const char *object, int source_fd, StorageSeal *seal, GError **error)
{
  guint8 file_key[MASTER_FILE_KEY_BYTES];
  guint8 sha256[crypto_hash_sha256_BYTES];
  struct stat status;
  gboolean done;

  if (!check_name (object, error))
    return FALSE;
  if (fstat (source_fd, &status) != 0)
    {
      store_set_errno (error, errno, object);
      return FALSE;
    }
  crypto_kdf_keygen (file_key);
  done = store_encrypted (storage, object, source_fd, (guint64) status.st_size, file_key, sha256,
                          error);
  if (done)
    {
      seal->size = (guint64) status.st_size;
      sodium_bin2hex (seal->sha256, sizeof seal->sha256, sha256, sizeof sha256);
      storage_seal_key (storage, object, file_key, seal);
    }
  sodium_memzero (file_key, sizeof file_key);
  return done;
}

gboolean
storage_remove (Storage *storage, const char *object, GError **error)
{
  return check_name (object, error)
         && storage->store->functions->remove (storage->store, object, error);
}

/* Reading */

/* Makes segment @index the one that is at hand. */
static gboolean
load_segment (StorageReader *reader, guint64 index, GError **error)
{
  gsize length = segment_length (reader->size, index) + SEGMENT_OVERHEAD;
  g_autofree guint8 *sealed = NULL;

  if (reader->plain != NULL && reader->index == index)
    return TRUE;
  sealed = g_malloc (length);
  g_clear_pointer (&reader->plain, g_free);
  if (!reader->store->functions->read (reader->opened, index * SEGMENT_SEALED, sealed, length,
                                       error))
    return FALSE;
  reader->plain = g_malloc (length);
  reader->index = index;
  if (segment_open (reader->key, index, index + 1 == segment_count (reader->size), sealed, length,
                    reader->plain))
    return TRUE;
  g_clear_pointer (&reader->plain, g_free);
  store_set_damaged (error, reader->object);
  return FALSE;
}

/* A segment is read at once, of an empty range too: what can be wrong is said before anything is
 * sent. */
StorageReader *
storage_open (Storage *storage, const char *object, const StorageSeal *seal, guint64 from,
              guint64 to, GError **error)
{
  g_autoptr (StorageReader) reader = g_new0 (StorageReader, 1);
  guint64 last;

  g_return_val_if_fail (from <= to && to <= seal->size, NULL);
  if (!check_name (object, error) || !storage_open_key (storage, object, seal, reader->key, error))
    return NULL;
  reader->store = storage->store;
  reader->object = g_strdup (object);
  reader->size = seal->size;
  reader->position = from;
  reader->end = to;
  reader->opened = reader->store->functions->open (reader->store, object, error);
  last = segment_count (seal->size) - 1;
  if (reader->opened == NULL || !load_segment (reader, MIN (from / SEGMENT_PLAIN, last), error))
    return NULL;
  return g_steal_pointer (&reader);
}

gssize
storage_read (StorageReader *reader, void *buffer, gsize size, GError **error)
{
  guint64 index = reader->position / SEGMENT_PLAIN;
  gsize skip = (gsize) (reader->position % SEGMENT_PLAIN);
  gsize length;

  if (reader->position == reader->end)
    return 0;
  if (!load_segment (reader, index, error))
    return -1;
  length = MIN (size, segment_length (reader->size, index) - skip);
  length = (gsize) MIN ((guint64) length, reader->end - reader->position);
  memcpy (buffer, reader->plain + skip, length);
  reader->position += length;
  return (gssize) length;
}

void
storage_reader_free (StorageReader *reader)
{
  if (reader->opened != NULL)
    reader->store->functions->close (reader->opened);
  sodium_memzero (reader->key, sizeof reader->key);
  g_free (reader->plain);
  g_free (reader->object);
  g_free (reader);
}
