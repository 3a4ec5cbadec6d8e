/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * What the holder of a session may do today: read from the database once, then kept in memory until
 * somebody says that it changed. All functions may be called from any thread. */
#pragma once

#include "base/actor.h"
#include "db/db.h"

typedef struct Rights Rights;

/* Keeps at most @limit sessions; those not asked for lately make room. */
Rights *rights_new (guint limit);
void rights_free (Rights *rights);

/* Returns: (transfer full): the actor of the session @session_id, `expires_at` unset; NULL with
 * `unauthenticated` when the session or its account has ended. */
Actor *rights_find (Rights *rights, Db *db, const char *session_id, GError **error);

/* Forgets one session of account @user_id, or all when @session_id is NULL. What is being read from
 * the database at this moment is not kept either. */
void rights_forget (Rights *rights, gint64 user_id, const char *session_id);
