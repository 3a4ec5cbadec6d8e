/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The listening socket and the connections that have not yet said what they want. They wait in an
 * epoll thread, where thousands of them cost nothing, until the head of a request is there. */
#pragma once

#include <gio/gio.h>

struct Metrics;

typedef struct Listener Listener;

/* Called on the main loop with a connection whose first request can be read without waiting. */
typedef void (*ListenerReady) (GSocket *socket, gpointer data);

/* Listens at @fd, a bound socket.
 * Returns: (transfer full): owns @fd from then on; NULL with an error. */
Listener *listener_new (int fd, struct Metrics *metrics, ListenerReady ready, gpointer data,
                        GError **error);
guint16 listener_port (const Listener *listener);

/* Takes no new connection and closes the waiting ones. Calls nothing any more when it returns. Main
 * loop only. */
void listener_free (Listener *listener);
