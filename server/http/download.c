/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Downloads: while a block is being read the message is paused, while it is being sent nothing is
 * read. So a slow reader costs one block and no thread. */
#include "http/download.h"

#include "http/disk.h"
#include "http/reply-private.h"

#include <netinet/in.h>
#include <netinet/tcp.h>

#define BLOCK (128 * 1024)

/* What the kernel holds for a reader who does not keep up, beside what is in flight. */
#define UNSENT_MAX (128 * 1024)

typedef struct
{
  gatomicrefcount references;
  HttpServer *server;
  SoupServerMessage *message;
  HttpPeer *peer;
  ReplyStream stream;
  guint64 left; /* bytes that are not read yet */
  GBytes *block; /* what was read; NULL when that failed */
  gboolean ended;
} Download;

static void
download_unref (Download *download)
{
  if (!g_atomic_ref_count_dec (&download->references))
    return;
  reply_stream_clear (&download->stream);
  g_clear_pointer (&download->block, g_bytes_unref);
  g_object_unref (download->message);
  g_object_unref (download->peer);
  g_free (download);
}

/* Reads a whole block, or to the end. */
static GBytes *
read_block (const ReplyStream *stream, gsize size)
{
  g_autofree char *buffer = g_malloc (size);
  g_autoptr (GError) error = NULL;
  gsize length = 0;

  while (length < size)
    {
      gssize got = stream->read (stream->source, buffer + length, size - length, &error);

      if (got <= 0)
        {
          g_warning ("a file ends before it is sent: %s", error != NULL ? error->message : "");
          return NULL;
        }
      length += (gsize) got;
    }
  return g_bytes_new_take (g_steal_pointer (&buffer), length);
}

/* A block was read: sends it. A client can tell that a file is not whole, by its length. */
static gboolean
read_cb (gpointer data)
{
  Download *download = data;

  if (download->ended)
    return G_SOURCE_REMOVE;
  if (download->block == NULL)
    connections_cut (download->peer);
  else
    {
      connections_move (download->server->connections, download->peer, PEER_WRITING);
      download->left -= g_bytes_get_size (download->block);
      soup_message_body_append_bytes (soup_server_message_get_response_body (download->message),
                                      download->block);
      g_clear_pointer (&download->block, g_bytes_unref);
    }
  soup_server_message_unpause (download->message);
  return G_SOURCE_REMOVE;
}

/* DiskTask. */
static void
read_task (gpointer data)
{
  Download *download = data;

  download->block = read_block (&download->stream, (gsize) MIN (download->left, BLOCK));
  g_idle_add_full (G_PRIORITY_DEFAULT, read_cb, download, (GDestroyNotify) download_unref);
}

static void
go_on (Download *download)
{
  g_atomic_ref_count_inc (&download->references);
  connections_move (download->server->connections, download->peer, PEER_ANSWERING);
  disk_push (download->server, read_task, download);
}

static void
wrote_chunk_cb (SoupServerMessage *message G_GNUC_UNUSED, gpointer data)
{
  Download *download = data;

  if (download->left > 0)
    go_on (download);
}

/* The answer is sent, or never will be. */
static void
finished_cb (SoupServerMessage *message, gpointer data)
{
  Download *download = data;

  g_signal_handlers_disconnect_by_data (message, download);
  download->ended = TRUE;
  download->server->downloads--;
  download_unref (download);
}

void
download_begin (HttpServer *server, Exchange *exchange)
{
  Download *download = g_new0 (Download, 1);
  int unsent = UNSENT_MAX;

  g_atomic_ref_count_init (&download->references);
  download->server = server;
  download->message = g_object_ref (exchange->message);
  download->peer = g_object_ref (http_peer_of (exchange->message));
  download->stream = exchange->reply->stream;
  exchange->reply->stream = (ReplyStream){ 0 };
  download->left = download->stream.length;
  server->downloads++;
  setsockopt (g_socket_get_fd (download->peer->socket), IPPROTO_TCP, TCP_NOTSENT_LOWAT, &unsent,
              sizeof unsent);
  soup_message_body_set_accumulate (soup_server_message_get_response_body (download->message),
                                    FALSE);
  g_signal_connect (download->message, "wrote-chunk", G_CALLBACK (wrote_chunk_cb), download);
  g_signal_connect (download->message, "finished", G_CALLBACK (finished_cb), download);
  go_on (download);
}
