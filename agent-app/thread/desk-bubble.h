/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * One message in the thread: a bubble at its side, a note over the full width, or a system line.
 */

#pragma once

#include <gtk/gtk.h>

#include "desk-message.h"

G_BEGIN_DECLS

#define DESK_TYPE_BUBBLE (desk_bubble_get_type ())

G_DECLARE_FINAL_TYPE (DeskBubble, desk_bubble, DESK, BUBBLE, GtkListBoxRow)

/**
 * desk_bubble_new:
 * @me: whose desk it is, and who can edit what they wrote
 *
 * Signals: `retry`, `edit` for a message that was refused, `take-back` for one that is not on the
 * server or that nobody has read there, `amend (char *body)` for one that shall say something else;
 * `amended`, somebody who was writing here is done; `unfold`.
 */
GtkWidget *desk_bubble_new (DeskMessage *message, gint64 me);

DeskMessage *desk_bubble_get_message (DeskBubble *self);

/** desk_bubble_set_grouped: whether the message before is by the same person, minutes ago. */
void desk_bubble_set_grouped (DeskBubble *self, gboolean grouped);

/** desk_bubble_set_folded: @n: how many system lines before this one are hidden, 0 for none. */
void desk_bubble_set_folded (DeskBubble *self, guint n);

/** desk_bubble_set_opened: the run of system lines that begins here was unfolded. */
void desk_bubble_set_opened (DeskBubble *self);
gboolean desk_bubble_is_opened (DeskBubble *self);

G_END_DECLS
