/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Whoever leaves with open chats is asked what becomes of them.
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

typedef enum
{
  DESK_LEAVING_STAY,
  DESK_LEAVING_KEEP,
  DESK_LEAVING_HAND_OVER,
} DeskLeaving;

/** desk_leaving_ask_async: @n: how many chats are open. */
void desk_leaving_ask_async (GtkWindow *window, guint n, GAsyncReadyCallback callback,
                             gpointer user_data);

/** desk_leaving_ask_finish: Returns: what the person at @window answered. */
DeskLeaving desk_leaving_ask_finish (GtkWindow *window, GAsyncResult *result);

G_END_DECLS
