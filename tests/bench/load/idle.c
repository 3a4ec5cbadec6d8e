/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The crowd that has the page open and says nothing. It opens in two waves, handshakes and then
 * hellos, because they cost the server different things; afterwards it pings as the protocol asks,
 * spread evenly over time.
 */

#include "idle.h"

#include "ws.h"

#include <gio/gio.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#define OPENING_MAX 64
#define WAVE_TIMEOUT (60 * G_USEC_PER_SEC)
#define SETTLE_TIME (1 * G_USEC_PER_SEC)
/* The server waits 10 s for a hello. */
#define HELLO_TIMEOUT (6 * G_USEC_PER_SEC)
#define PING_TICK_MS 100
#define PING_PERIOD_MS 20000
#define HELLO "{\"type\":\"hello\"}"
#define PING "{\"type\":\"ping\"}"

typedef struct
{
  Ws ws;
  Idle *idle;
  gboolean welcome;
} IdleSocket;

struct _Idle
{
  Watch pinger;
  Loop *loop;
  IdleSocket *sockets;
  guint wanted;
  guint opening;
  guint opened;
  guint greeted;
  guint welcomed;
  guint next_ping;
  char *failure;
};

static void
opened_cb (Ws *ws)
{
  Idle *idle = ((IdleSocket *) ws)->idle;

  idle->opened++;
}

static void
text_cb (Ws *ws, const char *text, gsize length)
{
  IdleSocket *socket = (IdleSocket *) ws;

  if (socket->welcome || memmem (text, length, "\"welcome\"", strlen ("\"welcome\"")) == NULL)
    return;

  socket->welcome = TRUE;
  socket->idle->welcomed++;
}

static void
closed_cb (Ws *ws, const char *reason)
{
  Idle *idle = ((IdleSocket *) ws)->idle;

  if (idle->failure == NULL)
    idle->failure = g_strdup_printf ("An idle socket: %s", reason);
}

static const WsHandlers handlers = { opened_cb, text_cb, closed_cb };

static void
say (IdleSocket *socket, const char *frame)
{
  ws_send (&socket->ws, frame, strlen (frame));
  stream_flush (&socket->ws.stream);
}

static void
ping_cb (Watch *watch, G_GNUC_UNUSED guint32 events)
{
  Idle *idle = (Idle *) watch;
  guint64 ticks = 0;

  if (read (watch->fd, &ticks, sizeof ticks) < 0)
    return;
  for (guint64 left = ticks * idle->wanted * PING_TICK_MS / PING_PERIOD_MS; left > 0; left--)
    {
      say (&idle->sockets[idle->next_ping], PING);
      idle->next_ping = (idle->next_ping + 1) % idle->wanted;
    }
}

static void
start_pinging (Idle *idle)
{
  struct timespec tick = { .tv_nsec = PING_TICK_MS * 1000000L };

  idle->pinger.fd = timerfd_create (CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
  idle->pinger.ready_cb = ping_cb;
  timerfd_settime (idle->pinger.fd, 0, &(struct itimerspec){ tick, tick }, NULL);
  loop_add (idle->loop, &idle->pinger, EPOLLIN);
}

static gboolean
open_next (Idle *idle, const Options *options, GError **error)
{
  IdleSocket *socket = &idle->sockets[idle->opening];

  socket->idle = idle;
  if (!ws_open (&socket->ws, idle->loop, options->port, options->idle[idle->opening], &handlers,
                error))
    return FALSE;
  idle->opening++;
  return TRUE;
}

/* Returns sockets a second, or 0 with an error. */
static double
open_all (Idle *idle, const Options *options, GError **error)
{
  gint64 start = loop_now ();

  while (idle->opened < idle->wanted && idle->failure == NULL && loop_now () < start + WAVE_TIMEOUT)
    {
      while (idle->opening < idle->wanted && idle->opening - idle->opened < OPENING_MAX)
        if (!open_next (idle, options, error))
          return 0;
      if (loop_now () > start + HELLO_TIMEOUT)
        for (; idle->greeted < idle->opened && idle->sockets[idle->greeted].ws.state == WS_OPEN;
             idle->greeted++)
          say (&idle->sockets[idle->greeted], HELLO);
      loop_turn (idle->loop, start + WAVE_TIMEOUT);
    }
  return idle->opened * (double) G_USEC_PER_SEC / (double) (loop_now () - start);
}

/* Returns welcomes a second. */
static double
greet_all (Idle *idle)
{
  gint64 start = loop_now ();
  guint already = idle->greeted;

  while (idle->welcomed < idle->wanted && idle->failure == NULL
         && loop_now () < start + WAVE_TIMEOUT)
    {
      for (; idle->greeted < idle->wanted && idle->greeted - idle->welcomed < OPENING_MAX;
           idle->greeted++)
        say (&idle->sockets[idle->greeted], HELLO);
      loop_turn (idle->loop, start + WAVE_TIMEOUT);
    }
  return (idle->welcomed - already) * (double) G_USEC_PER_SEC / (double) (loop_now () - start);
}

/* In bytes; 0 when it cannot be read. */
static guint64
resident_memory (int pid)
{
  g_autofree char *file = g_strdup_printf ("/proc/%d/status", pid);
  g_autofree char *status = NULL;

  if (pid == 0 || !g_file_get_contents (file, &status, NULL, NULL))
    return 0;

  const char *line = strstr (status, "VmRSS:");
  return line != NULL ? g_ascii_strtoull (line + strlen ("VmRSS:"), NULL, 10) * 1024 : 0;
}

static void
settle (Idle *idle)
{
  gint64 until = loop_now () + SETTLE_TIME;

  while (loop_now () < until)
    loop_turn (idle->loop, until);
}

Idle *
idle_new (Loop *loop, const Options *options, IdleFigures *figures, GError **error)
{
  g_autoptr (Idle) idle = g_new0 (Idle, 1);
  guint64 memory = resident_memory (options->pid);

  idle->loop = loop;
  idle->pinger.fd = -1;
  idle->wanted = options->idle_count;
  idle->sockets = g_new0 (IdleSocket, idle->wanted);
  figures->accepts_per_second = open_all (idle, options, error);
  if (figures->accepts_per_second <= 0)
    return NULL;

  figures->welcomes_per_second = greet_all (idle);
  if (idle->welcomed < idle->wanted && idle->failure == NULL)
    idle->failure = g_strdup_printf ("%u of %u idle sockets were not welcomed",
                                     idle->wanted - idle->welcomed, idle->wanted);
  if (!idle_check (idle, error))
    return NULL;

  start_pinging (idle);
  settle (idle);
  figures->memory_per_socket
      = ((double) resident_memory (options->pid) - (double) memory) / idle->wanted;
  return g_steal_pointer (&idle);
}

void
idle_free (Idle *idle)
{
  if (idle->pinger.fd >= 0)
    {
      loop_remove (idle->loop, &idle->pinger);
      close (idle->pinger.fd);
    }
  for (guint i = 0; i < idle->opening; i++)
    ws_clear (&idle->sockets[i].ws);
  g_free (idle->sockets);
  g_free (idle->failure);
  g_free (idle);
}

gboolean
idle_check (Idle *idle, GError **error)
{
  if (idle->failure != NULL)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, idle->failure);
  return idle->failure == NULL;
}
