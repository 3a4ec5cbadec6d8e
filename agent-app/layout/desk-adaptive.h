/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Holds the whole window and says which of three shapes fits its width. AdwFlap and AdwLeaflet
 * would fold by their own sizes and in the wrong order; here one place decides.
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

typedef enum
{
  DESK_WIDTH_NARROW, /* one page, from 360 px */
  DESK_WIDTH_MEDIUM, /* list and thread, from 720 px */
  DESK_WIDTH_WIDE, /* all four panes, from 1240 px */
} DeskWidth;

#define DESK_TYPE_ADAPTIVE (desk_adaptive_get_type ())

G_DECLARE_FINAL_TYPE (DeskAdaptive, desk_adaptive, DESK, ADAPTIVE, GtkWidget)

/** desk_adaptive_get_width: Returns: the shape; the signal `changed` says when it is another. */
DeskWidth desk_adaptive_get_width (DeskAdaptive *self);

/** desk_adaptive_set_child: @child: (transfer none): what the window shows. */
void desk_adaptive_set_child (DeskAdaptive *self, GtkWidget *child);

G_END_DECLS
