/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Whom to answer next, for somebody who has nothing to do.
 */

#pragma once

#include "desk-store.h"

G_BEGIN_DECLS

/** desk_next_find: Returns: (transfer none) (nullable): the ticket that should be taken next. */
DeskTicket *desk_next_find (DeskStore *store);

/** desk_next_count: Returns: how many tickets of @store stand in the queue. */
guint desk_next_count (DeskStore *store);

G_END_DECLS
