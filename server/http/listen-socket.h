/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The socket that the server listens at. */
#pragma once

#include <glib.h>

/* Listens at the first address of @host (an address or a name; `::` takes IPv4 too) that permits
 * it; port 0 takes a free one.
 * Returns: a descriptor that never blocks; -1 with an error that names the address. */
int listen_socket_open (const char *host, guint16 port, GError **error);

/* The port that @fd is bound to. */
guint16 listen_socket_port (int fd);
