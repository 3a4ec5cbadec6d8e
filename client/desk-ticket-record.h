/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * A ticket as one record of the cache, quick to read.
 */

#pragma once

#include "desk-ticket.h"

G_BEGIN_DECLS

/** desk_ticket_write_record: Returns: (transfer full): what the server said of the ticket. */
GBytes *desk_ticket_write_record (DeskTicket *self);

/**
 * desk_ticket_new_from_record:
 *
 * Returns: (transfer full) (nullable): the ticket that desk_ticket_write_record() wrote; %NULL when
 *   another version of the app did.
 */
DeskTicket *desk_ticket_new_from_record (GBytes *bytes);

G_END_DECLS
