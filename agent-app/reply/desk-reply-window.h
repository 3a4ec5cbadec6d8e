/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * A small window to answer a notification without leaving what one was doing: the customer's last
 * words and a composer. It closes when the reply is sent, or when the desk opens the ticket.
 */

#pragma once

#include <adwaita.h>

#include "desk-client.h"

G_BEGIN_DECLS

#define DESK_TYPE_REPLY_WINDOW (desk_reply_window_get_type ())

G_DECLARE_FINAL_TYPE (DeskReplyWindow, desk_reply_window, DESK, REPLY_WINDOW, AdwWindow)

/** desk_reply_window_new: Returns: (transfer none): a window of @application about @ticket. */
GtkWidget *desk_reply_window_new (GtkApplication *application, DeskClient *client,
                                  DeskTicket *ticket);

G_END_DECLS
