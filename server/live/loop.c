/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Tasks wait in an array behind a mutex; the first one of a turn wakes the thread through an
 * eventfd. */
#include "live/loop.h"

#include <errno.h>
#include <gio/gio.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define EVENTS_MAX 256

typedef struct
{
  LoopTask run;
  gpointer data;
} Task;

struct Loop
{
  const LoopHooks *hooks;
  gpointer context;
  int epoll;
  int wake;
  GThread *thread;
  GMutex lock;
  GArray *tasks; /* of Task; under @lock */
  GArray *running;
  gint64 second;
  gboolean quit;
};

gint64
loop_second (void)
{
  return g_get_monotonic_time () / G_USEC_PER_SEC;
}

Loop *
loop_new (const LoopHooks *hooks, gpointer context)
{
  Loop *loop = g_new0 (Loop, 1);

  loop->hooks = hooks;
  loop->context = context;
  loop->epoll = -1;
  loop->wake = -1;
  g_mutex_init (&loop->lock);
  loop->tasks = g_array_new (FALSE, FALSE, sizeof (Task));
  loop->running = g_array_new (FALSE, FALSE, sizeof (Task));
  return loop;
}

gboolean
loop_watch (Loop *loop, int fd, gpointer watched)
{
  struct epoll_event event = { .events = EPOLLIN, .data.ptr = watched };

  return epoll_ctl (loop->epoll, EPOLL_CTL_ADD, fd, &event) == 0;
}

void
loop_watch_writing (Loop *loop, int fd, gpointer watched, gboolean writing)
{
  struct epoll_event event
      = { .events = writing ? EPOLLIN | EPOLLOUT : EPOLLIN, .data.ptr = watched };

  epoll_ctl (loop->epoll, EPOLL_CTL_MOD, fd, &event);
}

void
loop_unwatch (Loop *loop, int fd)
{
  epoll_ctl (loop->epoll, EPOLL_CTL_DEL, fd, NULL);
}

void
loop_post (Loop *loop, LoopTask task, gpointer data)
{
  const Task posted = { task, data };
  gboolean first;

  g_mutex_lock (&loop->lock);
  first = loop->tasks->len == 0;
  g_array_append_val (loop->tasks, posted);
  g_mutex_unlock (&loop->lock);
  if (first && loop->wake >= 0)
    eventfd_write (loop->wake, 1);
}

static void
run_tasks (Loop *loop)
{
  GArray *ready;

  g_mutex_lock (&loop->lock);
  ready = loop->tasks;
  loop->tasks = loop->running;
  loop->running = ready;
  g_mutex_unlock (&loop->lock);
  for (guint i = 0; i < ready->len; i++)
    {
      const Task *task = &g_array_index (ready, Task, i);

      task->run (loop->context, task->data);
    }
  g_array_set_size (ready, 0);
}

static void
handle_ready (Loop *loop, const struct epoll_event *events, int count)
{
  for (int i = 0; i < count; i++)
    {
      eventfd_t posted;

      if (events[i].data.ptr != loop)
        loop->hooks->ready (loop->context, events[i].data.ptr, events[i].events);
      else
        {
          eventfd_read (loop->wake, &posted);
          run_tasks (loop);
        }
    }
}

/* Milliseconds until the next second begins. */
static int
until_tick (const Loop *loop)
{
  gint64 left = (loop->second + 1) * G_USEC_PER_SEC - g_get_monotonic_time ();

  return (int) MAX (0, (left + 999) / 1000);
}

static gpointer
run_loop (gpointer data)
{
  Loop *loop = data;
  struct epoll_event events[EVENTS_MAX];

  loop->second = loop_second ();
  while (!loop->quit)
    {
      handle_ready (loop, events, epoll_wait (loop->epoll, events, EVENTS_MAX, until_tick (loop)));
      if (loop_second () > loop->second)
        {
          loop->second = loop_second ();
          loop->hooks->tick (loop->context, loop->second);
        }
      loop->hooks->turned (loop->context);
    }
  return NULL;
}

gboolean
loop_start (Loop *loop, GError **error)
{
  struct epoll_event event = { .events = EPOLLIN, .data.ptr = loop };

  loop->epoll = epoll_create1 (EPOLL_CLOEXEC);
  loop->wake = eventfd (1, EFD_CLOEXEC | EFD_NONBLOCK);
  if (loop->epoll < 0 || loop->wake < 0
      || epoll_ctl (loop->epoll, EPOLL_CTL_ADD, loop->wake, &event) != 0)
    {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "live sockets: %s",
                   g_strerror (errno));
      return FALSE;
    }
  loop->thread = g_thread_new ("live", run_loop, loop);
  return TRUE;
}

void
loop_quit (Loop *loop)
{
  loop->quit = TRUE;
}

void
loop_join (Loop *loop)
{
  if (loop->thread != NULL)
    g_thread_join (g_steal_pointer (&loop->thread));
}

void
loop_free (Loop *loop)
{
  run_tasks (loop);
  g_array_unref (loop->tasks);
  g_array_unref (loop->running);
  g_mutex_clear (&loop->lock);
  if (loop->wake >= 0)
    close (loop->wake);
  if (loop->epoll >= 0)
    close (loop->epoll);
  g_free (loop);
}
