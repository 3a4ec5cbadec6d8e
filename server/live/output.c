/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Writing. All that a turn queued for a socket leaves in one system call; what the kernel does not
 * take waits here, within bounds, until it does. */
#include "live/backlog.h"
#include "live/socket.h"

#include "base/metrics.h"

#include <errno.h>
#include <sys/socket.h>
#include <sys/uio.h>

#define PARTS_MAX 64

/* Bytes that may be queued at the end of a turn. Events stay well below it (see backlog.c), so that
 * answers to a client that sends and never reads are what fills it. */
#define QUEUED_MAX (256 * 1024)

void
socket_touch (LiveSocket *socket)
{
  if (socket->touched)
    return;
  socket->touched = TRUE;
  g_ptr_array_add (socket->live->touched, socket);
}

void
socket_send (LiveSocket *socket, GBytes *frame)
{
  if (socket->state >= SOCKET_CLOSING)
    return;
  g_queue_push_tail (&socket->output, g_bytes_ref (frame));
  socket->output_bytes += g_bytes_get_size (frame);
  metrics_count (socket->live->services->metrics, METRIC_LIVE_FRAMES_OUT, 1);
  socket_touch (socket);
}

void
socket_take (LiveSocket *socket, GBytes *frame)
{
  socket_send (socket, frame);
  g_bytes_unref (frame);
}

void
socket_overflow (LiveSocket *socket)
{
  socket->overflow = TRUE;
  socket_touch (socket);
}

static int
gather (const LiveSocket *socket, struct iovec *parts)
{
  gsize offset = socket->output_offset;
  int count = 0;

  for (const GList *item = socket->output.head; item != NULL && count < PARTS_MAX;
       item = item->next)
    {
      gsize size;
      const guint8 *bytes = g_bytes_get_data (item->data, &size);

      parts[count].iov_base = (void *) (bytes + offset);
      parts[count].iov_len = size - offset;
      offset = 0;
      count++;
    }
  return count;
}

/* @sent bytes are on their way. */
static void
forget (LiveSocket *socket, gsize sent)
{
  socket->output_bytes -= sent;
  sent += socket->output_offset;
  while (sent > 0 && sent >= g_bytes_get_size (socket->output.head->data))
    {
      GBytes *frame = g_queue_pop_head (&socket->output);

      sent -= g_bytes_get_size (frame);
      g_bytes_unref (frame);
    }
  socket->output_offset = sent;
}

/* FALSE when the kernel takes nothing more now, or the connection is gone. */
static gboolean
write_once (LiveSocket *socket)
{
  struct iovec parts[PARTS_MAX];
  struct msghdr message = { .msg_iov = parts };
  gsize offered = 0;
  ssize_t sent;

  message.msg_iovlen = (size_t) gather (socket, parts);
  for (gsize i = 0; i < message.msg_iovlen; i++)
    offered += parts[i].iov_len;
  sent = sendmsg (socket->fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
  if (sent < 0 && errno != EAGAIN && errno != EINTR)
    socket_drop (socket);
  if (sent <= 0)
    return FALSE;
  forget (socket, (gsize) sent);
  return (gsize) sent == offered;
}

/* Frames that have not begun are dropped: the client resumes by cursor and gets them again. */
static void
close_slow (LiveSocket *socket)
{
  GList *kept = socket->output_offset > 0 ? g_queue_pop_head_link (&socket->output) : NULL;

  g_queue_clear_full (&socket->output, (GDestroyNotify) g_bytes_unref);
  socket->output_bytes = 0;
  if (kept != NULL)
    {
      g_queue_push_head_link (&socket->output, kept);
      socket->output_bytes = g_bytes_get_size (kept->data) - socket->output_offset;
    }
  socket->overflow = FALSE;
  metrics_count (socket->live->services->metrics, METRIC_LIVE_SLOW, 1);
  socket_close (socket, CLOSE_SLOW, "reads too slowly: resume by cursor");
}

static void
end_output (LiveSocket *socket)
{
  if (socket->state != SOCKET_CLOSING || socket->shut)
    return;
  socket->shut = TRUE;
  shutdown (socket->fd, SHUT_WR);
}

void
socket_flush (LiveSocket *socket)
{
  gboolean writing;

  socket->touched = FALSE;
  if (socket->state == SOCKET_GONE)
    return;
  backlog_pump (socket);
  while (!g_queue_is_empty (&socket->output) && write_once (socket))
    continue;
  if (socket->state < SOCKET_CLOSING && (socket->overflow || socket->output_bytes > QUEUED_MAX))
    close_slow (socket);
  if (socket->state == SOCKET_GONE)
    return;
  if (g_queue_is_empty (&socket->output))
    end_output (socket);
  writing = !g_queue_is_empty (&socket->output) || backlog_is_ready (socket);
  if (writing != socket->writing)
    loop_watch_writing (socket->live->loop, socket->fd, socket, writing);
  socket->writing = writing;
}
