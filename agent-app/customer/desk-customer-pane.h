/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The fourth pane: who the customer is and the facts of the ticket.
 */

#pragma once

#include <adwaita.h>

#include "desk-ticket.h"

G_BEGIN_DECLS

#define DESK_TYPE_CUSTOMER_PANE (desk_customer_pane_get_type ())

G_DECLARE_FINAL_TYPE (DeskCustomerPane, desk_customer_pane, DESK, CUSTOMER_PANE, GtkWidget)

/** desk_customer_pane_show: @ticket: (nullable): whose customer it shows. */
void desk_customer_pane_show (DeskCustomerPane *self, DeskTicket *ticket);

/** desk_customer_pane_set_last: whether the window's buttons stand above this pane. */
void desk_customer_pane_set_last (DeskCustomerPane *self, gboolean last);

/** desk_customer_pane_focus: Returns: whether the address, which can be copied, took the focus. */
gboolean desk_customer_pane_focus (DeskCustomerPane *self);

G_END_DECLS
