/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Small pictures of pictures. Decoders are where hostile files do harm, so they run in a child
 * that can do nothing but compute: no files, no network, bounded in memory and time. */
#pragma once

#include <glib.h>

#define THUMBNAIL_TYPE "image/jpeg" /* of every thumbnail; what was transparent is white */

/* Width and height in pixels, as the picture is shown: turned upright. */
typedef struct
{
  guint width;
  guint height;
} ThumbnailSize;

/* Whether a thumbnail can be made of files of the media type @type. */
gboolean thumbnail_fits (const char *type);

/* Draws the picture in the file @source_fd into the empty file @target_fd, at most @edge pixels
 * wide and high, never larger than it is. Reads and writes from the start, whatever the offsets.
 * Ends within half a minute. Fills @original.
 * Returns: FALSE with %PROBLEM_VALIDATION_FAILED when it is no picture, a broken one, or one too
 * large to be drawn, %PROBLEM_INTERNAL when the child cannot be started; @target_fd may then hold
 * rubbish. */
gboolean thumbnail_make (int source_fd, int target_fd, guint edge, ThumbnailSize *original,
                         GError **error);
