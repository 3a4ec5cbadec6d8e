/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The client's one loop: epoll, and nothing that costs more with more sockets. Scenarios are
 * straight-line functions that turn it until what they wait for has happened.
 */

#include "loop.h"

#include <errno.h>
#include <gio/gio.h>
#include <sys/epoll.h>
#include <unistd.h>

#define EVENTS_PER_TURN 256

gboolean
loop_init (Loop *loop, GError **error)
{
  loop->epoll_fd = epoll_create1 (EPOLL_CLOEXEC);
  if (loop->epoll_fd >= 0)
    return TRUE;

  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "epoll: %s", g_strerror (errno));
  return FALSE;
}

void
loop_clear (Loop *loop)
{
  close (loop->epoll_fd);
}

static void
control (Loop *loop, Watch *watch, int operation, guint32 events)
{
  struct epoll_event event = { .events = events, .data.ptr = watch };

  if (epoll_ctl (loop->epoll_fd, operation, watch->fd, &event) < 0)
    g_error ("epoll_ctl: %s", g_strerror (errno));
}

void
loop_add (Loop *loop, Watch *watch, guint32 events)
{
  control (loop, watch, EPOLL_CTL_ADD, events);
}

void
loop_change (Loop *loop, Watch *watch, guint32 events)
{
  control (loop, watch, EPOLL_CTL_MOD, events);
}

void
loop_remove (Loop *loop, Watch *watch)
{
  control (loop, watch, EPOLL_CTL_DEL, 0);
}

gint64
loop_now (void)
{
  return g_get_monotonic_time ();
}

void
loop_turn (Loop *loop, gint64 until)
{
  struct epoll_event ready[EVENTS_PER_TURN];
  gint64 wait = MAX (until - loop_now (), 0);
  struct timespec timeout
      = { .tv_sec = wait / G_USEC_PER_SEC, .tv_nsec = wait % G_USEC_PER_SEC * 1000 };
  int n_ready = epoll_pwait2 (loop->epoll_fd, ready, EVENTS_PER_TURN, &timeout, NULL);

  if (n_ready < 0 && errno != EINTR)
    g_error ("epoll_pwait2: %s", g_strerror (errno));

  for (int i = 0; i < n_ready; i++)
    {
      Watch *watch = ready[i].data.ptr;
      watch->ready_cb (watch, ready[i].events);
    }
}
