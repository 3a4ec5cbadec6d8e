/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * A ring that empties until a moment; with animations switched off a number of seconds instead. No
 * news for a screen reader: what counts down is said once, by words beside it.
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define DESK_TYPE_COUNTDOWN (desk_countdown_get_type ())

G_DECLARE_FINAL_TYPE (DeskCountdown, desk_countdown, DESK, COUNTDOWN, GtkWidget)

GtkWidget *desk_countdown_new (void);

/**
 * desk_countdown_set:
 * @ends_at: monotonic time in microseconds; 0 shows nothing
 * @lasts: microseconds in which the whole ring empties
 */
void desk_countdown_set (DeskCountdown *self, gint64 ends_at, gint64 lasts);

G_END_DECLS
