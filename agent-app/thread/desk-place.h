/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The reader's place in a conversation: it sticks to the end while the reader is there, and stays
 * on the same words when something is put in above them.
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define DESK_TYPE_PLACE (desk_place_get_type ())

/** DeskPlace: signal `moved`, the reader is somewhere else. */
G_DECLARE_FINAL_TYPE (DeskPlace, desk_place, DESK, PLACE, GObject)

/** desk_place_new: Returns: (transfer full): the place in @window, at its end; not kept alive. */
DeskPlace *desk_place_new (GtkScrolledWindow *window);

/** desk_place_go_to_end: goes there, and stays there while the content grows. */
void desk_place_go_to_end (DeskPlace *self);

/** desk_place_hold: the content is about to grow above the reader. */
void desk_place_hold (DeskPlace *self);

gboolean desk_place_is_at_end (DeskPlace *self);

/** desk_place_is_near_top: Returns: whether the reader will soon want what comes before. */
gboolean desk_place_is_near_top (DeskPlace *self);

G_END_DECLS
