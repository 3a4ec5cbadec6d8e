/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * An answer that is too large for memory: read block by block on other threads, each when the one
 * before is on its way. Main loop only. */
#pragma once

#include "http/server-private.h"

/* Most downloads at once. */
#define DOWNLOADS_MAX 64

/* Sends the stream of @exchange's reply, whose head response_fill() has filled in and whose message
 * is paused. Who reads slower than a block in the time of %PEER_WRITING is cut off. */
void download_begin (HttpServer *server, Exchange *exchange);
