/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The small shape that stands beside a status word or a priority word. Colour is never the only
 * sign: each status has a shape and each priority a glyph of its own, told apart in greyscale.
 */

#pragma once

#include <gtk/gtk.h>

#include "desk-types.h"

G_BEGIN_DECLS

#define DESK_TYPE_MARK (desk_mark_get_type ())

G_DECLARE_FINAL_TYPE (DeskMark, desk_mark, DESK, MARK, GtkWidget)

GtkWidget *desk_mark_new (void);

/** desk_mark_set_status: draws ring, ring with dot, half disc, hourglass, tick or bar. */
void desk_mark_set_status (DeskMark *self, DeskStatus status);

/** desk_mark_set_priority: draws ↓, –, ↑ or ‼. */
void desk_mark_set_priority (DeskMark *self, DeskPriority priority);

/** desk_mark_get_priority_color: @color: (out): what stands for @priority in this style. */
void desk_mark_get_priority_color (DeskPriority priority, GdkRGBA *color);

G_END_DECLS
