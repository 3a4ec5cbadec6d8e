/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * One ticket in the list: who, what, in which state, whose.
 */

#pragma once

#include <gtk/gtk.h>

#include "desk-ticket.h"

G_BEGIN_DECLS

#define DESK_TYPE_TICKET_ROW (desk_ticket_row_get_type ())

G_DECLARE_FINAL_TYPE (DeskTicketRow, desk_ticket_row, DESK, TICKET_ROW, GtkWidget)

/** desk_ticket_row_new: Signal: `clicked`, by the pointer; keys are the list's. */
GtkWidget *desk_ticket_row_new (void);

/** desk_ticket_row_set_ticket: @me: the id of the person who looks at it, for "assigned to you". */
void desk_ticket_row_set_ticket (DeskTicketRow *self, DeskTicket *ticket, gint64 me);

/** desk_ticket_row_describe: Returns: (transfer full): the row as a screen reader says it. */
char *desk_ticket_row_describe (DeskTicket *ticket, gint64 me);

/** desk_ticket_row_get_ticket: Returns: (transfer none) (nullable): what the row shows. */
DeskTicket *desk_ticket_row_get_ticket (DeskTicketRow *self);

G_END_DECLS
