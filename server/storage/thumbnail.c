/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The parent's side of thumbnails: hands the child two open files and nothing else, and hears the
 * picture's size. */
#include "storage/thumbnail.h"

#include "base/problem.h"
#include "storage/helper.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>

#define PROGRAM "deskbell-thumbnail"
#define SOURCE_FD 3
#define TARGET_FD 4
#define SIDE_MAX G_MAXUINT16

gboolean
thumbnail_fits (const char *type)
{
  static const char *const types[] = { "image/gif", "image/jpeg", "image/png", "image/webp", NULL };

  return g_strv_contains (types, type);
}

/* What a decoder says that may have been taken over is not believed blindly. */
static gboolean
read_size (GBytes *report, ThumbnailSize *size)
{
  gsize length;
  const char *bytes = g_bytes_get_data (report, &length);
  g_autofree char *line = g_strndup (bytes != NULL ? bytes : "", MIN (length, 64));

  return sscanf (line, "%u %u", &size->width, &size->height) == 2 && size->width > 0
         && size->width <= SIDE_MAX && size->height > 0 && size->height <= SIDE_MAX;
}

gboolean
thumbnail_make (int source_fd, int target_fd, guint edge, ThumbnailSize *original, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autofree char *edge_text = g_strdup_printf ("%u", edge);
  const HelperFile files[] = { { source_fd, SOURCE_FD }, { target_fd, TARGET_FD }, { -1, -1 } };
  g_autoptr (GBytes) report = NULL;
  gboolean successful;

  if (!helper_run (PROGRAM, edge_text, files, &successful, &report, &problem))
    {
      g_warning ("%s", problem->message);
      problem_set (error, PROBLEM_INTERNAL, _ ("Thumbnails cannot be made at the moment."));
      return FALSE;
    }
  if (successful && read_size (report, original))
    return TRUE;
  problem_set (error, PROBLEM_VALIDATION_FAILED,
               _ ("This picture is broken, or too large to be drawn."));
  return FALSE;
}
