/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * One TCP connection with its two buffers. Everything that one batch of received bytes leads to is
 * written at once, as a browser or an app would.
 */

#include "stream.h"

#include <arpa/inet.h>
#include <errno.h>
#include <gio/gio.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define READ_SIZE 65536

static void
shut (Stream *stream, int error)
{
  if (!stream->open)
    return;

  stream->open = FALSE;
  loop_remove (stream->loop, &stream->watch);
  stream->handlers->closed_cb (stream, error);
}

static gboolean
would_block (void)
{
  return errno == EAGAIN || errno == EINTR;
}

static void
want_to_write (Stream *stream, gboolean wanted)
{
  if (stream->waits_to_write == wanted)
    return;

  stream->waits_to_write = wanted;
  loop_change (stream->loop, &stream->watch, EPOLLIN | (wanted ? EPOLLOUT : 0));
}

static void
fill (Stream *stream)
{
  guint8 buffer[READ_SIZE];
  gssize length = recv (stream->watch.fd, buffer, sizeof buffer, 0);

  if (length > 0)
    {
      g_byte_array_append (stream->in, buffer, (guint) length);
      stream->handlers->received_cb (stream);
      stream_flush (stream);
    }
  else if (length == 0)
    shut (stream, 0);
  else if (!would_block ())
    shut (stream, errno);
}

static void
ready_cb (Watch *watch, guint32 events)
{
  Stream *stream = (Stream *) watch;

  if (events & EPOLLOUT)
    stream_flush (stream);
  if (stream->open && (events & (EPOLLIN | EPOLLHUP | EPOLLERR)))
    fill (stream);
}

gboolean
stream_open (Stream *stream, Loop *loop, guint16 port, const StreamHandlers *handlers,
             GError **error)
{
  struct sockaddr_in address = { .sin_family = AF_INET,
                                 .sin_port = htons (port),
                                 .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

  if (fd < 0
      || (connect (fd, (struct sockaddr *) &address, sizeof address) < 0 && errno != EINPROGRESS))
    {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "Connecting: %s",
                   g_strerror (errno));
      if (fd >= 0)
        close (fd);
      return FALSE;
    }

  setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &(int){ 1 }, sizeof (int));
  stream->watch = (Watch){ .fd = fd, .ready_cb = ready_cb };
  stream->loop = loop;
  stream->handlers = handlers;
  stream->in = g_byte_array_new ();
  stream->out = g_byte_array_new ();
  stream->open = TRUE;
  stream->waits_to_write = TRUE;
  loop_add (loop, &stream->watch, EPOLLIN | EPOLLOUT);
  return TRUE;
}

void
stream_clear (Stream *stream)
{
  if (stream->open)
    loop_remove (stream->loop, &stream->watch);
  stream->open = FALSE;
  close (stream->watch.fd);
  g_clear_pointer (&stream->in, g_byte_array_unref);
  g_clear_pointer (&stream->out, g_byte_array_unref);
}

void
stream_send (Stream *stream, gconstpointer bytes, gsize length)
{
  g_byte_array_append (stream->out, bytes, (guint) length);
}

void
stream_flush (Stream *stream)
{
  if (!stream->open)
    return;

  while (stream->out->len > 0)
    {
      gssize sent = send (stream->watch.fd, stream->out->data, stream->out->len, MSG_NOSIGNAL);

      if (sent < 0)
        {
          if (would_block ())
            want_to_write (stream, TRUE);
          else
            shut (stream, errno);
          return;
        }
      g_byte_array_remove_range (stream->out, 0, (guint) sent);
    }
  want_to_write (stream, FALSE);
}
