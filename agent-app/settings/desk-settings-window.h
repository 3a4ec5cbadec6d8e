/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * What a person can choose: how writing works, what disturbs, what sounds.
 */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define DESK_TYPE_SETTINGS_WINDOW (desk_settings_window_get_type ())

/** DeskSettingsWindow: signal `test`, a notification is wanted to see one. */
G_DECLARE_FINAL_TYPE (DeskSettingsWindow, desk_settings_window, DESK, SETTINGS_WINDOW,
                      AdwPreferencesWindow)

/** desk_settings_window_new: @parent: the window that it stands before. */
GtkWidget *desk_settings_window_new (GtkWindow *parent);

G_END_DECLS
