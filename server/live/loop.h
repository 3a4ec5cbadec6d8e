/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * An epoll thread: file descriptors that became ready, tasks from other threads, and a tick each
 * second. It knows nothing of WebSockets. */
#pragma once

#include <glib.h>

typedef struct Loop Loop;

typedef void (*LoopTask) (gpointer context, gpointer data);

/* What the loop calls, on its thread, always with the loop's context. */
typedef struct
{
  /* @watched has EPOLLIN, EPOLLOUT, EPOLLHUP or EPOLLERR. It must live until the end of the turn,
   * even when it is unwatched in it. */
  void (*ready) (gpointer context, gpointer watched, guint32 events);
  void (*tick) (gpointer context, gint64 second);
  /* After all that was ready and posted was handled. */
  void (*turned) (gpointer context);
} LoopHooks;

Loop *loop_new (const LoopHooks *hooks, gpointer context);

/* Starts the thread; FALSE when the system has no descriptor or thread left for it. */
gboolean loop_start (Loop *loop, GError **error);

/* Watches @fd for reading. On the loop's thread. */
gboolean loop_watch (Loop *loop, int fd, gpointer watched);

/* Watches @fd for writing too, or no longer. */
void loop_watch_writing (Loop *loop, int fd, gpointer watched, gboolean writing);

/* Ends watching. Closing @fd alone would not do while somebody else holds a copy of it, as libsoup
 * does for a moment after the handshake. */
void loop_unwatch (Loop *loop, int fd);

/* Runs @task with the context and @data, in the order of posting. From any thread. */
void loop_post (Loop *loop, LoopTask task, gpointer data);

/* Seconds on the clock of ticks, which never goes back. */
gint64 loop_second (void);

/* Ends the thread after this turn. On the loop's thread. */
void loop_quit (Loop *loop);

/* Waits until the thread has ended. */
void loop_join (Loop *loop);

/* Runs what was posted after the end on the calling thread, so that each task frees what it
 * holds. */
void loop_free (Loop *loop);
