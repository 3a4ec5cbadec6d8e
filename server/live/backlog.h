/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Events on their way to one socket. They are sent at once as long as the other end reads and its
 * rights are certain; else they wait here as references, and are held against the rights of the
 * moment in which they are sent. */
#pragma once

#include "live/private.h"

/* Hands a live event to @socket. One that falls too far behind is marked for closing. */
void backlog_deliver (LiveSocket *socket, EventFrames *frames);

/* Hands over what @socket missed (element-type Event): however much that is, it is not held against
 * it. */
void backlog_replay (LiveSocket *socket, const GPtrArray *events);

/* Sends what may be sent now. */
void backlog_pump (LiveSocket *socket);

/* Whether something could be sent as soon as there is room. */
gboolean backlog_is_ready (const LiveSocket *socket);
void backlog_clear (LiveSocket *socket);
