/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * GTK asks for the popover each time the button is pressed; the answer is given once.
 */

#include "desk-menu.h"

static void
open_cb (GtkMenuButton *button, gpointer model)
{
  if (gtk_menu_button_get_menu_model (button) != model)
    gtk_menu_button_set_menu_model (button, model);
}

void
desk_menu_attach (GtkMenuButton *button, GMenuModel *model)
{
  gtk_menu_button_set_create_popup_func (button, open_cb, g_object_ref (model), g_object_unref);
}
