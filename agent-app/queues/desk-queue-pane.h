/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The first pane: presence with the load, and the queues with live counts.
 */

#pragma once

#include <adwaita.h>

#include "desk-client.h"

G_BEGIN_DECLS

#define DESK_TYPE_QUEUE_PANE (desk_queue_pane_get_type ())

G_DECLARE_FINAL_TYPE (DeskQueuePane, desk_queue_pane, DESK, QUEUE_PANE, GtkWidget)

/**
 * desk_queue_pane_set_client:
 * @lists: one #DeskTicketList for each queue, in the order of #DeskQueue
 */
void desk_queue_pane_set_client (DeskQueuePane *self, DeskClient *client,
                                 DeskTicketList *const *lists);

/** desk_queue_pane_select: marks @queue; the signal `selected (guint)` says what a person chose. */
void desk_queue_pane_select (DeskQueuePane *self, DeskQueue queue);

/** desk_queue_get_label: Returns: (transfer none): the translated name of @queue. */
const char *desk_queue_get_label (DeskQueue queue);

/** desk_queue_pane_set_menu: the menu of the whole app. */
void desk_queue_pane_set_menu (DeskQueuePane *self, GMenuModel *menu);

/** desk_queue_pane_set_folded: a folded pane leaves the menu's key to the list. */
void desk_queue_pane_set_folded (DeskQueuePane *self, gboolean folded);

/** desk_queue_pane_focus: Returns: whether the selected queue took the focus. */
gboolean desk_queue_pane_focus (DeskQueuePane *self);

G_END_DECLS
