/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The parent's side of thumbnails: starts the child, hands it two open files and nothing else, and
 * hears the picture's size. The child bounds its own time, so nobody has to watch it. */
#include "storage/thumbnail.h"

#include "base/problem.h"

#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

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

/* Installed, or where DESKBELL_LIBEXEC_DIR says, or in a build's folder, beside the server.
 * Returns: (transfer full): its path. */
static char *
find_program (void)
{
  const char *folder = g_getenv ("DESKBELL_LIBEXEC_DIR");
  g_autofree char *self = NULL;
  g_autofree char *here = NULL;
  g_autofree char *beside = NULL;

  if (folder != NULL)
    return g_build_filename (folder, PROGRAM, NULL);
  self = g_file_read_link ("/proc/self/exe", NULL);
  here = g_path_get_dirname (self != NULL ? self : "");
  beside = g_build_filename (here, PROGRAM, NULL);
  if (g_file_test (beside, G_FILE_TEST_IS_EXECUTABLE))
    return g_steal_pointer (&beside);
  return g_build_filename (LIBEXECDIR, PROGRAM, NULL);
}

/* It gets an empty environment: there may be secrets in ours. */
static GSubprocess *
start_child (int source_fd, int target_fd, guint edge, GError **error)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (
      G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autofree char *program = find_program ();
  g_autofree char *edge_text = g_strdup_printf ("%u", edge);
  char *const nothing[] = { NULL };

  g_subprocess_launcher_set_environ (launcher, (char **) nothing);
  g_subprocess_launcher_take_fd (launcher, fcntl (source_fd, F_DUPFD_CLOEXEC, 0), SOURCE_FD);
  g_subprocess_launcher_take_fd (launcher, fcntl (target_fd, F_DUPFD_CLOEXEC, 0), TARGET_FD);
  return g_subprocess_launcher_spawn (launcher, error, program, edge_text, NULL);
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

/* Some containers forbid what the child has to do first. */
static gboolean
has_sandbox (GSubprocess *child, GError **error)
{
  if (!g_subprocess_get_if_exited (child) || g_subprocess_get_exit_status (child) != EX_OSERR)
    return TRUE;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                       PROGRAM " cannot shut itself off from the system, so it does nothing");
  return FALSE;
}

gboolean
thumbnail_make (int source_fd, int target_fd, guint edge, ThumbnailSize *original, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (GSubprocess) child = start_child (source_fd, target_fd, edge, &problem);
  g_autoptr (GBytes) report = NULL;

  if (child == NULL || !g_subprocess_communicate (child, NULL, NULL, &report, NULL, &problem)
      || !has_sandbox (child, &problem))
    {
      g_warning ("%s", problem->message);
      problem_set (error, PROBLEM_INTERNAL, _ ("Thumbnails cannot be made at the moment."));
      return FALSE;
    }
  if (g_subprocess_get_successful (child) && read_size (report, original))
    return TRUE;
  problem_set (error, PROBLEM_VALIDATION_FAILED,
               _ ("This picture is broken, or too large to be drawn."));
  return FALSE;
}
