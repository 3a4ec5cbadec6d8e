/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The app's sounds. Each can be switched off in the settings; without a media backend of GTK there
 * are none.
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

typedef enum
{
  DESK_SOUND_MESSAGE, /* a message, or a ticket that became ours */
  DESK_SOUND_OFFER, /* a new chat */
} DeskSoundKind;

#define DESK_N_SOUNDS (DESK_SOUND_OFFER + 1)

typedef struct _DeskSound DeskSound;

DeskSound *desk_sound_new (void);
void desk_sound_free (DeskSound *self);

/** desk_sound_play: plays @kind unless it is switched off. */
void desk_sound_play (DeskSound *self, DeskSoundKind kind);

G_END_DECLS
