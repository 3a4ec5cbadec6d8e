/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Inside the room: searching for tickets alone, as a filter of their list does. */
#pragma once

#include "base/actor.h"
#include "db/db.h"

/* Which tickets @text finds that @actor may see, by number, subject, or the name or address of
 * their customer: a customer's of the last thousand, for staff the newest 500 by subject and of
 * twenty people each the last 25.
 * Returns: (transfer full): a JSON array of ids, in no order; NULL with `bad_request` when @text is
 * empty, too long, or only excludes. */
char *search_ticket_ids (Db *db, const Actor *actor, const char *text, GError **error);
