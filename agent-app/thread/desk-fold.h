/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Long runs of system lines fold: the last one stands, a button above it brings back the others.
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/** desk_fold_update: @messages: a list of #DeskBubble; hides and shows rows as they are now. */
void desk_fold_update (GtkListBox *messages);

/** desk_fold_open: the run of lines that ends with @bubble stays open. */
void desk_fold_open (GtkListBox *messages, GtkWidget *bubble);

G_END_DECLS
