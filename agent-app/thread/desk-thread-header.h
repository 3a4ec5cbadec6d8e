/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * What stands above a conversation: what it is about and who wrote, and below that a bar with its
 * state, whose it is and who else has it open.
 */

#pragma once

#include <adwaita.h>

#include "desk-client.h"

G_BEGIN_DECLS

#define DESK_TYPE_THREAD_HEADER (desk_thread_header_get_type ())

G_DECLARE_FINAL_TYPE (DeskThreadHeader, desk_thread_header, DESK, THREAD_HEADER, GtkWidget)

/** desk_thread_header_show: @ticket: (nullable): follows it; %NULL leaves an empty header. */
void desk_thread_header_show (DeskThreadHeader *self, DeskClient *client, DeskTicket *ticket);

/**
 * desk_thread_header_set_shape:
 * @alone: whether the thread is a page of its own
 * @last: whether no pane stands after it, so that it has the window's buttons
 * @roomy: whether there is room for words on buttons
 */
void desk_thread_header_set_shape (DeskThreadHeader *self, gboolean alone, gboolean last,
                                   gboolean roomy);

/** desk_thread_header_popup_status: opens the menu of legal status moves. */
void desk_thread_header_popup_status (DeskThreadHeader *self);

G_END_DECLS
