/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The reading half holds a head back until it is whole and judged, and takes not a byte more than
 * the head off the socket, so that no later request can pass by unjudged. Bodies, and what comes
 * after a handshake, pass. */
#include "http/stream.h"

#include "http/head.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#define HTTP_TYPE_INPUT (http_input_get_type ())
G_DECLARE_FINAL_TYPE (HttpInput, http_input, HTTP, INPUT, GFilterInputStream)

#define HTTP_TYPE_STREAM (http_stream_get_type ())
G_DECLARE_FINAL_TYPE (HttpStream, http_stream, HTTP, STREAM, GSocketConnection)

struct _HttpInput
{
  GFilterInputStream parent;
  HttpPeer *peer;
  GString *head; /* what has come of the next head */
  guint heads; /* how many have passed */
  gboolean ended;
};

struct _HttpStream
{
  GSocketConnection parent;
  GInputStream *input;
};

static void http_input_pollable_init (GPollableInputStreamInterface *interface);

G_DEFINE_FINAL_TYPE_WITH_CODE (HttpInput, http_input, G_TYPE_FILTER_INPUT_STREAM,
                               G_IMPLEMENT_INTERFACE (G_TYPE_POLLABLE_INPUT_STREAM,
                                                      http_input_pollable_init))
G_DEFINE_FINAL_TYPE (HttpStream, http_stream, G_TYPE_SOCKET_CONNECTION)

static GPollableInputStream *
get_base (gpointer stream)
{
  return G_POLLABLE_INPUT_STREAM (
      g_filter_input_stream_get_base_stream (G_FILTER_INPUT_STREAM (stream)));
}

static gboolean
is_readable (GPollableInputStream *stream)
{
  return g_pollable_input_stream_is_readable (get_base (stream));
}

static GSource *
create_source (GPollableInputStream *stream, GCancellable *cancellable)
{
  g_autoptr (GSource) socket = g_pollable_input_stream_create_source (get_base (stream), NULL);

  return g_pollable_source_new_full (stream, socket, cancellable);
}

/* Makes the rest of the connection a broken request that nobody is told of: libsoup lets the
 * connection go then. */
static gssize
end (HttpInput *input, char *buffer)
{
  input->ended = TRUE;
  g_socket_shutdown (input->peer->socket, FALSE, TRUE, NULL);
  *buffer = '?';
  return 1;
}

static gssize
refuse (HttpInput *input, char *buffer)
{
  g_socket_send_with_blocking (input->peer->socket, HEAD_REFUSAL, strlen (HEAD_REFUSAL), FALSE,
                               NULL, NULL);
  return end (input, buffer);
}

/* Adds to the head what the socket has of it, and nothing that comes behind it.
 * Returns: what recv() said, with errno. */
static gssize
gather (HttpInput *input, HeadVerdict *verdict)
{
  int fd = g_socket_get_fd (input->peer->socket);
  gsize before = input->head->len;
  gssize got;
  gsize whole;

  g_string_set_size (input->head, HEAD_MAX);
  got = recv (fd, input->head->str + before, HEAD_MAX - before, MSG_PEEK | MSG_DONTWAIT);
  g_string_set_size (input->head, before + (gsize) MAX (got, 0));
  if (got <= 0)
    return got;
  *verdict = head_check (input->head->str, input->head->len, &whole);
  if (*verdict == HEAD_GOOD)
    g_string_truncate (input->head, whole);
  return recv (fd, input->head->str + before, input->head->len - before, MSG_DONTWAIT);
}

static gssize
read_head (HttpInput *input, char *buffer, gsize count, GError **error)
{
  HeadVerdict verdict = HEAD_PARTIAL;
  gssize got = gather (input, &verdict);

  if (got > 0 && verdict == HEAD_GOOD && input->head->len <= count)
    {
      got = (gssize) input->head->len;
      memcpy (buffer, input->head->str, input->head->len);
      g_string_truncate (input->head, 0);
      input->heads++;
      return got;
    }
  if (got > 0 && verdict != HEAD_PARTIAL)
    return refuse (input, buffer);
  if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR))
    return end (input, buffer);
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK, g_strerror (EAGAIN));
  return -1;
}

static gssize
read_nonblocking (GPollableInputStream *stream, void *buffer, gsize count, GError **error)
{
  HttpInput *input = HTTP_INPUT (stream);

  if (input->ended)
    return 0;
  if (input->heads == input->peer->finished)
    return read_head (input, buffer, count, error);
  return g_pollable_input_stream_read_nonblocking (get_base (stream), buffer, count, NULL, error);
}

static void
http_input_finalize (GObject *object)
{
  HttpInput *input = HTTP_INPUT (object);

  g_object_unref (input->peer);
  g_string_free (input->head, TRUE);
  G_OBJECT_CLASS (http_input_parent_class)->finalize (object);
}

static void
http_input_class_init (HttpInputClass *class)
{
  G_OBJECT_CLASS (class)->finalize = http_input_finalize;
}

static void
http_input_pollable_init (GPollableInputStreamInterface *interface)
{
  interface->is_readable = is_readable;
  interface->create_source = create_source;
  interface->read_nonblocking = read_nonblocking;
}

static void
http_input_init (HttpInput *input)
{
  input->head = g_string_new (NULL);
}

static GInputStream *
get_input_stream (GIOStream *stream)
{
  return HTTP_STREAM (stream)->input;
}

static void
http_stream_finalize (GObject *object)
{
  g_object_unref (HTTP_STREAM (object)->input);
  G_OBJECT_CLASS (http_stream_parent_class)->finalize (object);
}

static void
http_stream_class_init (HttpStreamClass *class)
{
  G_OBJECT_CLASS (class)->finalize = http_stream_finalize;
  G_IO_STREAM_CLASS (class)->get_input_stream = get_input_stream;
}

static void
http_stream_init (HttpStream *stream G_GNUC_UNUSED)
{
}

GIOStream *
http_stream_new (HttpPeer *peer)
{
  HttpStream *stream = g_object_new (HTTP_TYPE_STREAM, "socket", peer->socket, NULL);
  GIOStreamClass *parent = G_IO_STREAM_CLASS (http_stream_parent_class);
  HttpInput *input = g_object_new (HTTP_TYPE_INPUT, "base-stream",
                                   parent->get_input_stream (G_IO_STREAM (stream)), NULL);

  input->peer = g_object_ref (peer);
  stream->input = G_INPUT_STREAM (input);
  return G_IO_STREAM (stream);
}
