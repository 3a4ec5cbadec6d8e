/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * What the holder of a session may do today: read from the database, then kept in memory for some
 * minutes, or until somebody says that it changed. All functions may be called from any thread. */
#pragma once

#include "base/actor.h"
#include "db/pool.h"

typedef struct Rights Rights;

/* Keeps at most @limit sessions; those not asked for lately make room. */
Rights *rights_new (guint limit);
void rights_free (Rights *rights);

/* The actor of the session @session_id. What is not known in memory is read by @db, or, when that
 * is NULL, by a connection of @pool.
 * Returns: (transfer full): `expires_at` is the session's; NULL with `unauthenticated` when the
 * session or its account has ended. */
Actor *rights_find (Rights *rights, Db *db, DbPool *pool, const char *session_id, GError **error);

/* Forgets one session of account @user_id, or all when @session_id is NULL; those of everybody when
 * @user_id is 0. What is being read from
 * the database at this moment is not kept either. */
void rights_forget (Rights *rights, gint64 user_id, const char *session_id);
