/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Uploads on the main loop: one block is gathered, then the connection waits until it is written.
 * So a fast sender also lets others have their turn, since libsoup reads as long as there is
 * something to read. */
#include "http/upload.h"

#include "base/problem.h"
#include "http/disk.h"
#include "storage/storage.h"

#include <glib/gi18n.h>

#define BLOCK (64 * 1024)

struct Upload
{
  gatomicrefcount references;
  HttpServer *server;
  Exchange *exchange; /* which holds us, and is held while a block is written */
  UploadRefuse refuse;
  goffset announced; /* Content-Length, or -1 */
  Spool *spool;
  GByteArray *block;
  GError *error; /* of writing it */
  gboolean begun;
  gboolean counted; /* among those at once */
  gboolean ended;
};

Upload *
upload_new (HttpServer *server, Exchange *exchange, UploadRefuse refuse)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (exchange->message);
  Upload *upload = g_new0 (Upload, 1);

  g_atomic_ref_count_init (&upload->references);
  upload->server = server;
  upload->exchange = exchange;
  upload->refuse = refuse;
  upload->announced = soup_message_headers_get_encoding (headers) == SOUP_ENCODING_CONTENT_LENGTH
                          ? soup_message_headers_get_content_length (headers)
                          : -1;
  upload->block = g_byte_array_new ();
  return upload;
}

static Upload *
upload_ref (Upload *upload)
{
  g_atomic_ref_count_inc (&upload->references);
  return upload;
}

void
upload_unref (Upload *upload)
{
  if (upload == NULL || !g_atomic_ref_count_dec (&upload->references))
    return;
  g_clear_pointer (&upload->spool, spool_free);
  g_byte_array_unref (upload->block);
  g_clear_error (&upload->error);
  g_free (upload);
}

gboolean
upload_admit (Upload *upload, Db *db, GError **error)
{
  const Request *request = &upload->exchange->request;
  guint64 most;
  int fd;

  if (!request->match.route->upload_limit (db, request, &most, error))
    return FALSE;
  fd = storage_spool (upload->server->services->storage, error);
  if (fd < 0)
    return FALSE;
  upload->spool = spool_new (fd, request->headers[REQUEST_CONTENT_TYPE],
                             request_query (request, "name"), most, error);
  if (upload->spool == NULL)
    return FALSE;
  if (upload->announced <= 0 || (guint64) upload->announced <= spool_body_max (upload->spool))
    return TRUE;
  spool_refuse_size (upload->spool, error);
  return FALSE;
}

static guint
of_one (const Upload *upload)
{
  return GPOINTER_TO_UINT (
      g_hash_table_lookup (upload->server->uploaders, &upload->exchange->request.actor->user_id));
}

static void
count (Upload *upload, int change)
{
  guint now = of_one (upload) + (guint) change;
  gint64 *key = g_memdup2 (&upload->exchange->request.actor->user_id, sizeof *key);

  upload->server->uploads += (guint) change;
  if (now > 0)
    g_hash_table_replace (upload->server->uploaders, key, GUINT_TO_POINTER (now));
  else
    g_hash_table_remove (upload->server->uploaders, key);
  if (now == 0)
    g_free (key);
}

gboolean
upload_begin (Upload *upload, GError **error)
{
  GError *problem = NULL;

  if (of_one (upload) >= UPLOADS_OF_ONE_MAX)
    problem_set (&problem, PROBLEM_RATE_LIMITED,
                 _ ("Too many files at once. Wait for the others."));
  else if (upload->server->uploads >= UPLOADS_MAX)
    problem_set (&problem, PROBLEM_UNAVAILABLE,
                 _ ("The server is very busy. Try again in a moment."));
  if (problem != NULL)
    {
      problem_set_retry_after (problem, 5);
      g_propagate_error (error, problem);
      return FALSE;
    }
  count (upload, 1);
  upload->counted = TRUE;
  upload->begun = TRUE;
  return TRUE;
}

gboolean
upload_is_begun (const Upload *upload)
{
  return upload->begun;
}

/* A block was written, or not. Lets the connection be read again. */
static gboolean
written_cb (gpointer data)
{
  Upload *upload = data;
  Exchange *exchange = upload->exchange;

  if (upload->ended)
    return G_SOURCE_REMOVE;
  g_byte_array_set_size (upload->block, 0);
  if (upload->error != NULL)
    {
      upload->refuse (upload->server, exchange, upload->error);
      return G_SOURCE_REMOVE;
    }
  connections_move (upload->server->connections, http_peer_of (exchange->message), PEER_UPLOADING);
  soup_server_message_unpause (exchange->message);
  return G_SOURCE_REMOVE;
}

static void
release_cb (gpointer data)
{
  Upload *upload = data;

  exchange_unref (upload->exchange);
  upload_unref (upload);
}

/* DiskTask: writes the block. */
static void
write_block (gpointer data)
{
  Upload *upload = data;

  spool_feed (upload->spool, (const char *) upload->block->data, upload->block->len,
              &upload->error);
  g_idle_add_full (G_PRIORITY_DEFAULT, written_cb, upload, release_cb);
}

void
upload_take (Upload *upload, GBytes *chunk)
{
  Exchange *exchange = upload->exchange;
  gsize length;
  const guint8 *bytes = g_bytes_get_data (chunk, &length);

  g_byte_array_append (upload->block, bytes, (guint) length);
  if (upload->block->len < BLOCK)
    return;
  /* Now it is the disk that takes its time, not the client. */
  connections_move (upload->server->connections, http_peer_of (exchange->message), PEER_ANSWERING);
  soup_server_message_pause (exchange->message);
  exchange_ref (exchange);
  disk_push (upload->server, write_block, upload_ref (upload));
}

gboolean
upload_finish (Upload *upload, GError **error)
{
  return spool_feed (upload->spool, (const char *) upload->block->data, upload->block->len, error)
         && spool_end (upload->spool, error);
}

Exchange *
upload_exchange (const Upload *upload)
{
  return upload->exchange;
}

const RequestFile *
upload_file (Upload *upload)
{
  return spool_file (upload->spool);
}

void
upload_end (Upload *upload)
{
  if (upload->counted)
    count (upload, -1);
  upload->counted = FALSE;
  upload->ended = TRUE;
}
