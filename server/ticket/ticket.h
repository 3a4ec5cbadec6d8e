/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Inside the room: steps that several handlers share. */
#pragma once

#include "base/actor.h"
#include "db/db.h"

/* The fixed words of a ticket, NULL-terminated. Priorities know `medium`, which is read as
 * `normal`. */
extern const char *const ticket_statuses[];
extern const char *const ticket_priorities[];
extern const char *const ticket_channels[];
extern const char *const ticket_categories[];

/* The ticket as @actor may see it.
 * Returns: (transfer full): NULL with `not_found`. */
char *ticket_json (Db *db, const Actor *actor, gint64 ticket_id, GError **error);

/* The messages next to a place, as message_list_staff and its sister give them. @after or @before
 * is negative when not given.
 * Returns: (transfer full): a JSON object; NULL with `not_found`. */
char *message_page (Db *db, const Actor *actor, gint64 ticket_id, gint64 after, gint64 before,
                    gint64 limit, GError **error);
