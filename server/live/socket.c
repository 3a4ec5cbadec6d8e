/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Opening, reading and the end of a connection. Reads go through one shared buffer and a lent
 * decoder; a socket that has nothing to say and nothing to hear owns neither. */
#include "live/socket.h"

#include "live/backlog.h"
#include "live/rights.h"
#include "live/session.h"
#include "live/typing.h"
#include "live/viewing.h"

#include "base/config.h"
#include "base/metrics.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <wslay/wslay.h>

#define BUFFER_SIZE (64 * 1024)

/* Bytes that the kernel keeps unsent for a reader that has stopped; beyond that they wait here,
 * counted. */
#define UNSENT_MAX (64 * 1024)

#define FRAMES_PER_SECOND 50
#define FRAMES_BURST 200

static void read_bytes (LiveSocket *socket, const guint8 *bytes, gsize length);

static void
tune (int fd)
{
  const int on = 1;
  const int unsent = UNSENT_MAX;

  setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  setsockopt (fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &unsent, sizeof unsent);
}

void
socket_open (Live *live, int fd, Actor *actor, char *token, char *address, GBytes *received)
{
  LiveSocket *socket = g_new0 (LiveSocket, 1);

  socket->id = ++live->last_id;
  socket->live = live;
  socket->fd = fd;
  socket->actor = actor;
  socket->token = token;
  socket->address = address;
  socket->opened_at = socket->heard_at = loop_second ();
  topics_init (&socket->topics);
  tune (fd);
  hub_add (live->hub, socket);
  metrics_count (live->services->metrics, METRIC_LIVE_OPENED, 1);
  if (!loop_watch (live->loop, fd, socket))
    {
      g_warning ("a live socket cannot be watched: %s", g_strerror (errno));
      socket_drop (socket);
      return;
    }
  socket_plan (socket);
  if (recent_get (live->changed, actor->user_id, NULL)
      || recent_get (live->changed, RIGHTS_OF_EVERYBODY, NULL))
    rights_recheck_socket (socket);
  if (g_bytes_get_size (received) > 0)
    read_bytes (socket, g_bytes_get_data (received, NULL), g_bytes_get_size (received));
}

/* Whether another frame keeps to the permitted rate, in the long run and in a burst. */
static gboolean
count_frame (LiveSocket *socket)
{
  const gint64 each = G_USEC_PER_SEC / FRAMES_PER_SECOND;
  gint64 now = g_get_monotonic_time ();

  metrics_count (socket->live->services->metrics, METRIC_LIVE_FRAMES_IN, 1);
  socket->frames_at = MAX (socket->frames_at, now) + each;
  return !socket->live->services->config->rate_limit
         || socket->frames_at - now <= FRAMES_BURST * each;
}

/* The other end says goodbye: its code goes back to it if it is one that may be sent. */
static void
answer_close (LiveSocket *socket, const guint8 *data, gsize length)
{
  guint16 code = length >= 2 ? (guint16) (data[0] << 8 | data[1]) : CLOSE_BYE;
  gboolean known = (code >= 1000 && code <= 1011 && (code < 1004 || code > 1006))
                   || (code >= 3000 && code <= 4999);

  if (length == 1 || !known)
    code = CLOSE_PROTOCOL;
  else if (length > 2 && !g_utf8_validate_len ((const char *) data + 2, length - 2, NULL))
    code = CLOSE_NOT_UTF8;
  socket_close (socket, code, "");
}

static gboolean
heard_cb (guint8 opcode, const guint8 *data, gsize length, gpointer user_data)
{
  LiveSocket *socket = user_data;

  if (!count_frame (socket))
    socket_close (socket, CLOSE_TOO_MANY, "too many frames");
  else if (opcode == WSLAY_PING)
    socket_take (socket, frame_encode (WSLAY_PONG, data, length));
  else if (opcode == WSLAY_CONNECTION_CLOSE)
    answer_close (socket, data, length);
  else if (opcode == WSLAY_TEXT_FRAME && data != NULL)
    session_hear (socket, (const char *) data, length);
  return socket->state < SOCKET_CLOSING;
}

static Decoder *
borrow_decoder (LiveSocket *socket)
{
  Decoder *decoder = g_steal_pointer (&socket->decoder);

  if (decoder == NULL)
    decoder = g_steal_pointer (&socket->live->decoder);
  return decoder != NULL ? decoder : decoder_new ();
}

static void
return_decoder (LiveSocket *socket, Decoder *decoder)
{
  Live *live = socket->live;

  if (socket->state < SOCKET_CLOSING && !decoder_is_idle (decoder))
    socket->decoder = decoder;
  else if (socket->state < SOCKET_CLOSING && live->decoder == NULL)
    live->decoder = decoder;
  else
    decoder_free (decoder);
}

/* What comes after the goodbye is read, so that the kernel does not cut the connection before the
 * other end has seen it, but not heard. */
static void
read_bytes (LiveSocket *socket, const guint8 *bytes, gsize length)
{
  Decoder *decoder;
  guint16 code;

  if (socket->state >= SOCKET_CLOSING)
    return;
  decoder = borrow_decoder (socket);
  socket->heard_at = loop_second ();
  code = decoder_read (decoder, bytes, length, heard_cb, socket);
  if (code != 0)
    socket_close (socket, code, "");
  return_decoder (socket, decoder);
}

static void
read_socket (LiveSocket *socket)
{
  Live *live = socket->live;
  ssize_t got;

  if (live->buffer == NULL)
    live->buffer = g_malloc (BUFFER_SIZE);
  got = recv (socket->fd, live->buffer, BUFFER_SIZE, 0);
  if (got > 0)
    read_bytes (socket, live->buffer, (gsize) got);
  else if (got == 0 || (errno != EAGAIN && errno != EINTR))
    socket_drop (socket);
}

void
socket_ready_cb (gpointer live G_GNUC_UNUSED, gpointer data, guint32 events)
{
  LiveSocket *socket = data;

  if (socket->state != SOCKET_GONE && (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0)
    read_socket (socket);
  if (socket->state != SOCKET_GONE && (events & EPOLLOUT) != 0)
    socket_touch (socket);
}

/* Nothing more is heard or handed over. */
static void
leave (LiveSocket *socket)
{
  Live *live = socket->live;

  typing_stop (socket);
  viewing_stop (socket);
  hub_leave (live->hub, socket);
  backlog_clear (socket);
  if (socket->state == SOCKET_JOINED && live->presence != NULL)
    {
      g_autofree char *device = socket_device (socket);

      live->presence (socket->actor, device, FALSE, live->presence_data);
    }
}

void
socket_close (LiveSocket *socket, guint16 code, const char *reason)
{
  if (socket->state >= SOCKET_CLOSING)
    return;
  leave (socket);
  socket_take (socket, frame_close (code, reason));
  socket->state = SOCKET_CLOSING;
  socket->close_by = loop_second () + LINGER_S;
  socket_plan (socket);
}

void
socket_drop (LiveSocket *socket)
{
  Live *live = socket->live;

  if (socket->state == SOCKET_GONE)
    return;
  if (socket->state < SOCKET_CLOSING)
    leave (socket);
  socket->state = SOCKET_GONE;
  wheel_drop (&socket->timer);
  loop_unwatch (live->loop, socket->fd);
  close (socket->fd);
  hub_remove (live->hub, socket);
  g_ptr_array_add (live->gone, socket);
  metrics_count (live->services->metrics, METRIC_LIVE_CLOSED, 1);
}

void
socket_set_actor (LiveSocket *socket, Actor *actor)
{
  Hub *hub = socket->live->hub;

  hub_leave (hub, socket);
  actor_free (socket->actor);
  socket->actor = actor;
  if (socket->state == SOCKET_JOINED)
    hub_join (hub, socket);
  socket_plan (socket);
}

char *
socket_device (const LiveSocket *socket)
{
  return g_strdup_printf ("%s.%" G_GINT64_FORMAT, socket->live->name, socket->id);
}

void
socket_free (LiveSocket *socket)
{
  decoder_free (socket->decoder);
  g_queue_clear_full (&socket->output, (GDestroyNotify) g_bytes_unref);
  backlog_clear (socket);
  topics_clear (&socket->topics);
  actor_free (socket->actor);
  g_free (socket->token);
  g_free (socket->address);
  g_free (socket);
}
