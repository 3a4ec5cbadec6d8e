/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The third pane: one conversation, its state and commands above it, the composer below it.
 */

#pragma once

#include <adwaita.h>

#include "desk-client.h"
#include "desk-composer.h"
#include "desk-thread-header.h"

G_BEGIN_DECLS

#define DESK_TYPE_THREAD_PANE (desk_thread_pane_get_type ())

G_DECLARE_FINAL_TYPE (DeskThreadPane, desk_thread_pane, DESK, THREAD_PANE, GtkWidget)

/** desk_thread_pane_show: opens @ticket; %NULL shows what to do instead. */
void desk_thread_pane_show (DeskThreadPane *self, DeskClient *client, DeskTicket *ticket);

/** desk_thread_pane_get_ticket: Returns: (transfer none) (nullable): the open ticket. */
DeskTicket *desk_thread_pane_get_ticket (DeskThreadPane *self);

DeskComposer *desk_thread_pane_get_composer (DeskThreadPane *self);

/** desk_thread_pane_get_header: Returns: (transfer none): what stands above the conversation. */
DeskThreadHeader *desk_thread_pane_get_header (DeskThreadPane *self);

/** desk_thread_pane_get_offers: Returns: (transfer none): where offers stand on a narrow window. */
GtkBox *desk_thread_pane_get_offers (DeskThreadPane *self);

/** desk_thread_pane_focus: Returns: whether the composer, or what stands instead, took focus. */
gboolean desk_thread_pane_focus (DeskThreadPane *self);

/** desk_thread_pane_mark_read: what is on the screen was seen, if the window has the focus. */
void desk_thread_pane_mark_read (DeskThreadPane *self);

G_END_DECLS
