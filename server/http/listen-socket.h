/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The socket that the server listens at. It is bound long before it listens: a port that is taken
 * is noticed before anything is made, and nobody is let in before there is somebody to answer. */
#pragma once

#include <glib.h>

/* Binds to the first address of @host (an address or a name; `::` takes IPv4 too) that permits it;
 * port 0 takes a free one.
 * Returns: a descriptor that never blocks; -1 with an error that names the address. */
int listen_socket_bind (const char *host, guint16 port, GError **error);

/* Lets connections in at @fd; FALSE with an error when somebody else listens there by now. */
gboolean listen_socket_listen (int fd, GError **error);

/* The port that @fd is bound to. */
guint16 listen_socket_port (int fd);
