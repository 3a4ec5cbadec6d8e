/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The bar that calls an agent in who is on standby, and the desktop notification of the same.
 */

#pragma once

#include <gtk/gtk.h>

#include "desk-client.h"

G_BEGIN_DECLS

#define DESK_TYPE_STANDBY_BAR (desk_standby_bar_get_type ())

G_DECLARE_FINAL_TYPE (DeskStandbyBar, desk_standby_bar, DESK, STANDBY_BAR, GtkWidget)

void desk_standby_bar_set_client (DeskStandbyBar *self, DeskClient *client);

/** desk_standby_bar_get_actions: Returns: (transfer none): `ready`, a switch, `join` and `dismiss`,
 * for the window to offer as `standby`. */
GActionGroup *desk_standby_bar_get_actions (DeskStandbyBar *self);

G_END_DECLS
