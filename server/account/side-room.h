/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * A side room: a few threads of its own and a bounded queue before them, for answers that take
 * long. A password's hash costs a tenth of a second and 64 MiB, a question to another server takes
 * what that takes; so neither an office that signs in at nine nor a provider that stands still
 * keeps HTTP workers and connections from everybody else. */
#pragma once

#include "http/request.h"

typedef struct SideRoom SideRoom;

/* A handler that works in a side room. It has no connection while it does; db_pool_run() gives one
 * for a statement. Returns: (transfer full): the reply, or NULL with @error. */
typedef Reply *(*SideRoomHandler) (const Request *request, GError **error);

/* Up to @waiting_max wait while all of @threads are at work. */
SideRoom *side_room_new (guint threads, guint waiting_max);

/* Finishes what was begun. */
void side_room_free (SideRoom *room);

/* Answers @request by @handler in the side room.
 * Returns: %REPLY_LATER, or NULL with `unavailable` when too many wait there already. */
Reply *side_room_answer (SideRoom *room, const Request *request, SideRoomHandler handler,
                         GError **error);
