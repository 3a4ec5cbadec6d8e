/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * A connection as libsoup sees it. Between two requests libsoup 3 forgets to let a connection go
 * that ends, with its descriptor and some 20 KiB of memory; this stream makes the end look like a
 * broken request, after which it does. */
#pragma once

#include "http/peer.h"

/* Returns: (transfer full): the GSocketConnection of @peer's socket. */
GIOStream *http_stream_new (HttpPeer *peer);
