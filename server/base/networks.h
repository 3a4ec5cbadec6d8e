/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Lists of networks, as settings write them. Pure. */
#pragma once

#include <gio/gio.h>

typedef struct Networks Networks;

/* @list: addresses and networks (`10.0.0.5`, `10.0.0.0/8`, `fd00::/8`); NULL-terminated, or NULL
 * for none.
 * Returns: (transfer full): NULL with an error that names what is neither. */
Networks *networks_new (char *const *list, GError **error);

/* Whether @address is in one of them; an IPv4 address in IPv6 clothes counts as what it is. */
gboolean networks_contain (const Networks *networks, GInetAddress *address);

/* Returns: (transfer full): @address, out of the IPv6 clothes that a socket for both gives to
 * IPv4. */
GInetAddress *networks_unmap (GInetAddress *address);

void networks_free (Networks *networks);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Networks, networks_free)
