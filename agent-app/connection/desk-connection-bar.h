/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The bar that says since when the line is down and how many messages wait for it.
 */

#pragma once

#include <gtk/gtk.h>

#include "desk-client.h"

G_BEGIN_DECLS

#define DESK_TYPE_CONNECTION_BAR (desk_connection_bar_get_type ())

G_DECLARE_FINAL_TYPE (DeskConnectionBar, desk_connection_bar, DESK, CONNECTION_BAR, GtkWidget)

void desk_connection_bar_set_client (DeskConnectionBar *self, DeskClient *client);

G_END_DECLS
