/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Plays from the app's resources. A sound is loaded when it is first wanted and kept, since the
 * next one is never far.
 */

#include "desk-sound.h"

struct _DeskSound
{
  GSettings *settings;
  GtkMediaStream *streams[DESK_N_SOUNDS];
};

static const struct
{
  const char *key;
  const char *path;
} sounds[] = {
  [DESK_SOUND_MESSAGE] = { "sound-message", "/io/github/deskbell/Agent/notify/message.wav" },
  [DESK_SOUND_OFFER] = { "sound-offer", "/io/github/deskbell/Agent/notify/offer.wav" },
};

DeskSound *
desk_sound_new (void)
{
  DeskSound *self = g_new0 (DeskSound, 1);

  self->settings = g_settings_new ("io.github.deskbell.Agent");

  return self;
}

void
desk_sound_free (DeskSound *self)
{
  for (guint i = 0; i < DESK_N_SOUNDS; i++)
    g_clear_object (&self->streams[i]);
  g_object_unref (self->settings);
  g_free (self);
}

void
desk_sound_play (DeskSound *self, DeskSoundKind kind)
{
  if (!g_settings_get_boolean (self->settings, sounds[kind].key))
    return;

  if (self->streams[kind] == NULL)
    self->streams[kind] = gtk_media_file_new_for_resource (sounds[kind].path);
  gtk_media_stream_seek (self->streams[kind], 0);
  gtk_media_stream_play (self->streams[kind]);
}
