/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Where files lie: in a folder below the data folder, or in an S3 bucket, always encrypted. An
 * object is one file under a random name. What is needed to read it again, its *seal*, belongs to
 * whoever put it there and stands in the database; without the master key a seal opens nothing.
 * Every function here may be called from any thread, and may take as long as a disk or a network
 * does: hold no database connection meanwhile. */
#pragma once

#include "base/config.h"

#define STORAGE_OBJECT_MAX 64 /* letters of an object's name, without the end */
#define STORAGE_KEY_BYTES 32

typedef struct Storage Storage;
typedef struct StorageReader StorageReader;

/* What opens one object. Plain data: copy it as you like. */
typedef struct
{
  char key[145]; /* the file's key under the master key, 72 bytes as hex */
  char master[17]; /* id of that master key, hex */
  guint64 size; /* bytes of the plain file */
  char sha256[65]; /* of the plain file, hex: fit for an ETag */
} StorageSeal;

/* Opens the store that @config names, makes its folder, and reads its master key, or makes one
 * where there are no files yet. @config is borrowed for as long as the store lives.
 * Returns: (transfer full): free with storage_free(); NULL with an error that says what to do. */
Storage *storage_new (const Config *config, GError **error);
void storage_free (Storage *storage);

/* Opens an empty file on the data folder's disk that has no name: it goes with its last descriptor,
 * also when the server is killed. For uploads on their way in, before they are put.
 * Returns: a descriptor to close(), or -1 with an error. */
int storage_spool (Storage *storage, GError **error);

/* A random name for an object.
 * Returns: (transfer full): free with g_free(). */
char *storage_name (void);

/* Encrypts the file @source_fd, from its start and whatever its offset, and stores it as @object,
 * which storage_name() made. Fills @seal. When it returns, the object is on the disk or in the
 * bucket for good. The memory it takes does not depend on the file's size.
 * Returns: FALSE with %PROBLEM_UNAVAILABLE when disk or bucket do not take it; then nothing is left
 * behind, but after a kill a storage_remove() may be needed: write the name down first. */
gboolean storage_put (Storage *storage, const char *object, int source_fd, StorageSeal *seal,
                      GError **error);

/* Opens @object to read the bytes from @from up to, and without, @to, of its plain content; @to is
 * at most the seal's size. Copies @seal; @storage must outlive the reader.
 * Returns: (transfer full): free with storage_reader_free(); NULL with %PROBLEM_NOT_FOUND when
 * there is no such object, %PROBLEM_UNAVAILABLE when the store does not answer, %PROBLEM_INTERNAL
 * when the key is missing, the object is damaged, or the seal is of another one. */
StorageReader *storage_open (Storage *storage, const char *object, const StorageSeal *seal,
                             guint64 from, guint64 to, GError **error);

/* Reads up to @size bytes into @buffer. Nothing is handed out that was not proven to be what
 * storage_put() got. One thread at a time.
 * Returns: how many bytes, 0 at the end, or -1 with an error: as in storage_open(), and
 * %PROBLEM_INTERNAL when the object was cut off or changed. */
gssize storage_read (StorageReader *reader, void *buffer, gsize size, GError **error);
void storage_reader_free (StorageReader *reader);

/* Removes @object, and what a put of it that was killed may have left. One that is not there counts
 * as removed. Returns: FALSE with %PROBLEM_UNAVAILABLE. */
gboolean storage_remove (Storage *storage, const char *object, GError **error);

/* Seals @key, STORAGE_KEY_BYTES, of something that is not kept here: fills `key` and `master` of
 * @seal. It opens for the same @object only. */
void storage_seal_key (Storage *storage, const char *object, const guint8 *key, StorageSeal *seal);

/* Opens what storage_seal_key() made. FALSE with %PROBLEM_INTERNAL when the master key is missing,
 * or @seal is damaged or of another @object. */
gboolean storage_open_key (Storage *storage, const char *object, const StorageSeal *seal,
                           guint8 *key, GError **error);

/* The id of the master key that new objects are sealed with.
 * Returns: (transfer full): free with g_free(). */
char *storage_master (Storage *storage);

/* Makes a new master key and keeps the old ones: objects that they seal stay readable. A server
 * that is running finds the new one in the file. Returns: FALSE with an error of the key file. */
gboolean storage_rotate (Storage *storage, GError **error);

/* Seals the key of @object anew under today's master key; the object itself stays as it is.
 * Returns: FALSE with %PROBLEM_INTERNAL when the seal's master key is missing or @seal is not of
 * @object; then @seal is as it was. */
gboolean storage_reseal (Storage *storage, const char *object, StorageSeal *seal, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Storage, storage_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (StorageReader, storage_reader_free)
