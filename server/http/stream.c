/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The reading half watches for the end; everything else is the socket's own. */
#include "http/stream.h"

#define HTTP_TYPE_INPUT (http_input_get_type ())
G_DECLARE_FINAL_TYPE (HttpInput, http_input, HTTP, INPUT, GFilterInputStream)

#define HTTP_TYPE_STREAM (http_stream_get_type ())
G_DECLARE_FINAL_TYPE (HttpStream, http_stream, HTTP, STREAM, GSocketConnection)

struct _HttpInput
{
  GFilterInputStream parent;
  HttpPeer *peer;
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

static gssize
read_nonblocking (GPollableInputStream *stream, void *buffer, gsize count, GError **error)
{
  HttpInput *input = HTTP_INPUT (stream);
  GError *failure = NULL;
  gssize got;

  if (input->ended)
    return 0;
  got = g_pollable_input_stream_read_nonblocking (get_base (stream), buffer, count, NULL, &failure);
  if (got > 0 || input->peer->state != PEER_IDLE
      || g_error_matches (failure, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    {
      if (failure != NULL)
        g_propagate_error (error, failure);
      return got;
    }
  g_clear_error (&failure);
  input->ended = TRUE;
  /* So that libsoup's complaint about the broken request reaches nobody. */
  g_socket_shutdown (input->peer->socket, FALSE, TRUE, NULL);
  *(char *) buffer = '?';
  return 1;
}

static void
http_input_finalize (GObject *object)
{
  g_object_unref (HTTP_INPUT (object)->peer);
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
http_input_init (HttpInput *input G_GNUC_UNUSED)
{
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
