/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * A person's initials, with the channel they came by in the corner where that matters. The property
 * `size` is its diameter in pixels, 32 unless told; a small one shows one letter.
 */

#pragma once

#include <adwaita.h>

#include "desk-types.h"

G_BEGIN_DECLS

#define DESK_TYPE_AVATAR (desk_avatar_get_type ())

G_DECLARE_FINAL_TYPE (DeskAvatar, desk_avatar, DESK, AVATAR, GtkWidget)

/** desk_avatar_set_person: @name: (nullable): whose initials and colour it shows. */
void desk_avatar_set_person (DeskAvatar *self, const char *name);

/** desk_avatar_set_channel: shows the glyph of @channel in the corner. */
void desk_avatar_set_channel (DeskAvatar *self, DeskChannel channel);

G_END_DECLS
