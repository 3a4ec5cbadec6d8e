/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The one epoll loop that all connections of the client live on. */
#pragma once

#include <glib.h>

typedef struct _Watch Watch;

/**
 * Watch:
 * @fd: the watched descriptor
 * @ready_cb: called with the epoll events that are ready
 *
 * Stands first in whatever is watched, so that @ready_cb can cast it back.
 */
struct _Watch
{
  int fd;
  void (*ready_cb) (Watch *watch, guint32 events);
};

typedef struct
{
  int epoll_fd;
} Loop;

/**
 * loop_init:
 * @error: (out): the system has no epoll to give
 */
gboolean loop_init (Loop *loop, GError **error);
void loop_clear (Loop *loop);

void loop_add (Loop *loop, Watch *watch, guint32 events);
void loop_change (Loop *loop, Watch *watch, guint32 events);
void loop_remove (Loop *loop, Watch *watch);

/**
 * loop_now:
 *
 * Returns: monotonic time in microseconds
 */
gint64 loop_now (void);

/**
 * loop_turn:
 * @until: the time of loop_now() at which to return when nothing is ready
 *
 * Handles what is ready, or waits for it, once. A watch must not be freed meanwhile.
 */
void loop_turn (Loop *loop, gint64 until);
