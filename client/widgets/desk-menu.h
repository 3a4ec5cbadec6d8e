/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Menus that are built when they are first opened. GTK builds the popover of a button's
 * `menu-model` with the button, and most menus of a window are never opened.
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/** desk_menu_attach: like gtk_menu_button_set_menu_model(), without building anything yet. */
void desk_menu_attach (GtkMenuButton *button, GMenuModel *model);

G_END_DECLS
