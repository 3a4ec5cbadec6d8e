/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Files in a bucket of S3, or of a server that speaks as S3 does. An object on its way there waits
 * in a file without a name, so that its hash can be signed and a try repeated; it is read in
 * pieces, each a request of its own over one connection. */
#include "storage/store.h"

#include "base/problem.h"
#include "storage/s3-request.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define CHUNK_BYTES (64 * 1024)

typedef struct
{
  Store store;
  const ConfigS3 *settings;
  char *folder;
} Bucket;

typedef struct
{
  const ConfigS3 *settings;
  CURL *curl;
  char *object;
} OpenedObject;

static int
s3_begin (Store *store, const char *object G_GNUC_UNUSED, GError **error)
{
  return store_unnamed_file (((Bucket *) store)->folder, error);
}

static void
s3_abandon (Store *store G_GNUC_UNUSED, const char *object G_GNUC_UNUSED, int fd)
{
  close (fd);
}

/* A request that is a whole errand, on a connection of its own. */
static gboolean
run_alone (const ConfigS3 *settings, S3Request *request, GError **error)
{
  CURL *curl = curl_easy_init ();
  gboolean answered = s3_request_run (settings, curl, request, error);

  curl_easy_cleanup (curl);
  if (answered && request->status / 100 != 2)
    {
      s3_request_set_refused (settings, request, error);
      return FALSE;
    }
  return answered;
}

/* FALSE with errno. */
static gboolean
hash_file (int fd, guint64 length, char *hex, gsize room)
{
  g_autofree guint8 *chunk = g_malloc (CHUNK_BYTES);
  guint8 hash[crypto_hash_sha256_BYTES];
  crypto_hash_sha256_state state;

  crypto_hash_sha256_init (&state);
  for (guint64 done = 0; done < length; done += CHUNK_BYTES)
    {
      gsize step = (gsize) MIN (length - done, (guint64) CHUNK_BYTES);

      if (!store_read_whole (fd, done, chunk, step))
        return FALSE;
      crypto_hash_sha256_update (&state, chunk, step);
    }
  crypto_hash_sha256_final (&state, hash);
  sodium_bin2hex (hex, room, hash, sizeof hash);
  return TRUE;
}

static gboolean
s3_commit (Store *store, const char *object, int fd, GError **error)
{
  char sha256[2 * crypto_hash_sha256_BYTES + 1];
  S3Request request = { .method = "PUT", .object = object, .sha256 = sha256, .fd = fd };
  struct stat status;
  gboolean done = FALSE;

  if (fstat (fd, &status) == 0 && hash_file (fd, (guint64) status.st_size, sha256, sizeof sha256))
    {
      request.length = (guint64) status.st_size;
      done = run_alone (((Bucket *) store)->settings, &request, error);
    }
  else
    store_set_errno (error, errno != 0 ? errno : EIO, object);
  close (fd);
  return done;
}

static gboolean
s3_remove (Store *store, const char *object, GError **error)
{
  S3Request request = { .method = "DELETE", .object = object, .sha256 = S3_EMPTY_SHA256, .fd = -1 };

  return run_alone (((Bucket *) store)->settings, &request, error);
}

/* Nothing is asked yet: the answer for the first piece says whether there is such an object. */
static gpointer
s3_open (Store *store, const char *object, GError **error G_GNUC_UNUSED)
{
  OpenedObject *opened = g_new0 (OpenedObject, 1);

  opened->settings = ((Bucket *) store)->settings;
  opened->curl = curl_easy_init ();
  opened->object = g_strdup (object);
  return opened;
}

static gboolean
s3_read (gpointer data, guint64 offset, guint8 *buffer, gsize length, GError **error)
{
  OpenedObject *opened = data;
  g_autofree char *range = g_strdup_printf ("bytes=%" G_GUINT64_FORMAT "-%" G_GUINT64_FORMAT,
                                            offset, offset + length - 1);
  S3Request request = { .method = "GET",
                        .object = opened->object,
                        .sha256 = S3_EMPTY_SHA256,
                        .fd = -1,
                        .range = range,
                        .buffer = buffer,
                        .room = length };

  if (!s3_request_run (opened->settings, opened->curl, &request, error))
    return FALSE;
  if (request.status == 206 && request.filled == length)
    return TRUE;
  if (request.status == 206 || request.status == 416)
    store_set_damaged (error, opened->object);
  else if (request.status == 404 && strcmp (request.complaint, "NoSuchKey") == 0)
    problem_set (error, PROBLEM_NOT_FOUND, _ ("This file is not there any more."));
  else
    s3_request_set_refused (opened->settings, &request, error);
  return FALSE;
}

static void
s3_close (gpointer data)
{
  OpenedObject *opened = data;

  curl_easy_cleanup (opened->curl);
  g_free (opened->object);
  g_free (opened);
}

static void
s3_free (Store *store)
{
  Bucket *bucket = (Bucket *) store;

  g_free (bucket->folder);
  g_free (bucket);
  curl_global_cleanup ();
}

static const StoreFunctions functions = {
  .begin = s3_begin,
  .commit = s3_commit,
  .abandon = s3_abandon,
  .open = s3_open,
  .read = s3_read,
  .close = s3_close,
  .remove = s3_remove,
  .free = s3_free,
};

Store *
store_s3_new (const ConfigS3 *settings, const char *folder)
{
  Bucket *bucket = g_new0 (Bucket, 1);

  curl_global_init (CURL_GLOBAL_DEFAULT);
  bucket->store.functions = &functions;
  bucket->settings = settings;
  bucket->folder = g_strdup (folder);
  return &bucket->store;
}
