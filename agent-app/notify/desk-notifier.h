/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Desktop notifications: one for each ticket, with actions, withdrawn when the ticket is read
 * anywhere, and none for what is on the screen already.
 */

#pragma once

#include "desk-client.h"

G_BEGIN_DECLS

#define DESK_TYPE_NOTIFIER (desk_notifier_get_type ())

G_DECLARE_FINAL_TYPE (DeskNotifier, desk_notifier, DESK, NOTIFIER, GObject)

/**
 * DeskNotifierIsOpenFunc:
 *
 * Returns: whether @ticket is open in a window that has the focus.
 */
typedef gboolean (*DeskNotifierIsOpenFunc) (DeskTicket *ticket, gpointer user_data);

/** desk_notifier_new: Returns: (transfer full): tells of @client's news through @application. */
DeskNotifier *desk_notifier_new (GApplication *application, DeskClient *client,
                                 DeskNotifierIsOpenFunc is_open, gpointer user_data);

G_END_DECLS
