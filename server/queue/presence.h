/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Presence: what agents choose, and whether they are still there. Each device of an agent holds
 * a lease: a socket's has no end while it is connected and ends a grace time after it was lost;
 * one made over REST lives for %PRESENCE_REST_SECONDS. Who has no lease left is offline, and the
 * live chats go back to the queue: the clock runs the statement `presence_sweep` every second. */
#pragma once

#include "base/services.h"
#include "db/db.h"

/* An agent who is there over REST only says so again within this time. */
#define PRESENCE_REST_SECONDS (15 * 60)

/* The socket @device of account @user_id was opened or lost. FALSE with a problem when it is not
 * written. */
gboolean presence_connection (Db *db, const Services *services, gint64 user_id, const char *device,
                              gboolean connected, GError **error);

/* Before the first socket: whoever was there before the last stop gets the grace time to come
 * back. FALSE with a problem. */
gboolean presence_begin (Db *db, const Services *services, GError **error);
