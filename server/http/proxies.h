/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Whom to believe about where a request came from. Pure. */
#pragma once

#include <gio/gio.h>

typedef struct Proxies Proxies;

/* @addresses: the trusted ones, also as networks (`10.0.0.0/8`); NULL-terminated, or NULL for none.
 * Returns: (transfer full): NULL with an error that names what is no address. */
Proxies *proxies_new (char *const *addresses, GError **error);

/* Whether @address is a trusted proxy's. */
gboolean proxies_trust (const Proxies *proxies, GInetAddress *address);

/* The address of the client: @peer, or, as long as that is trusted, what it says before itself in
 * @forwarded_for (the X-Forwarded-For header; may be NULL), read from the right, since only what
 * trusted proxies added can be believed.
 * Returns: (transfer full): its text; an IPv4 address in IPv6 clothes comes as IPv4. */
char *proxies_client (const Proxies *proxies, GInetAddress *peer, const char *forwarded_for);

void proxies_free (Proxies *proxies);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Proxies, proxies_free)
