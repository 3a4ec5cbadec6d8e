/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Whom to believe about where a request came from. Pure. */
#pragma once

#include "base/networks.h"

/* The address of the client: @peer, or, as long as that is one of the trusted @proxies, what it
 * says before itself in @forwarded_for (the X-Forwarded-For header; may be NULL), read from the
 * right, since only what trusted proxies added can be believed.
 * Returns: (transfer full): its text; an IPv4 address in IPv6 clothes comes as IPv4. */
char *proxies_client (const Networks *proxies, GInetAddress *peer, const char *forwarded_for);
