/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The second pane: the tickets of one queue, what waits on top of them, and what an empty queue
 * says.
 */

#pragma once

#include <adwaita.h>

#include "desk-client.h"

G_BEGIN_DECLS

#define DESK_TYPE_LIST_PANE (desk_list_pane_get_type ())

G_DECLARE_FINAL_TYPE (DeskListPane, desk_list_pane, DESK, LIST_PANE, GtkWidget)

/** desk_list_pane_show: shows @list. Signals: `opened (DeskTicket)`, `want-more`. */
void desk_list_pane_show (DeskListPane *self, DeskClient *client, DeskTicketList *list);

/** desk_list_pane_select: marks @ticket as the open one, if it is in the list. */
void desk_list_pane_select (DeskListPane *self, DeskTicket *ticket);

/** desk_list_pane_get_neighbour: Returns: (transfer full) (nullable): the ticket @step rows on. */
DeskTicket *desk_list_pane_get_neighbour (DeskListPane *self, int step);

/** desk_list_pane_set_folded: with @folded the pane shows the way to the queues. */
void desk_list_pane_set_folded (DeskListPane *self, gboolean queues_folded, gboolean alone);

/** desk_list_pane_get_offers: Returns: (transfer none): where the new-chat card goes. */
GtkBox *desk_list_pane_get_offers (DeskListPane *self);

/** desk_list_pane_set_menu: the menu of the whole app, shown while the queues are folded. */
void desk_list_pane_set_menu (DeskListPane *self, GMenuModel *menu);

/** desk_list_pane_focus: Returns: whether the open row, or what stands instead, took the focus. */
gboolean desk_list_pane_focus (DeskListPane *self);

G_END_DECLS
