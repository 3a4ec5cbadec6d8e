/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Other words for a message that was sent, written in the place where it stands. They are kept with
 * the message until they are saved or given up, so that looking into another ticket costs nothing.
 */

#pragma once

#include <gtk/gtk.h>

#include "desk-message.h"

G_BEGIN_DECLS

#define DESK_TYPE_MESSAGE_EDITOR (desk_message_editor_get_type ())

G_DECLARE_FINAL_TYPE (DeskMessageEditor, desk_message_editor, DESK, MESSAGE_EDITOR, GtkWidget)

/**
 * desk_message_editor_new:
 * @message: one that is edited, see desk_message_keep_edit()
 *
 * Signal: `save (char *body)`. Ctrl+Enter reaches it as the action `message.save`, which the window
 * activates where the focus is.
 */
GtkWidget *desk_message_editor_new (DeskMessage *message);

G_END_DECLS
