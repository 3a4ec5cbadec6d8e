/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Finding and starting our own little programs. */
#include "storage/helper.h"

#include <fcntl.h>
#include <gio/gio.h>
#include <sysexits.h>

/* Installed, or where DESKBELL_LIBEXEC_DIR says, or in a build's folder, beside the server.
 * Returns: (transfer full): its path. */
static char *
find_program (const char *name)
{
  const char *folder = g_getenv ("DESKBELL_LIBEXEC_DIR");
  g_autofree char *self = NULL;
  g_autofree char *here = NULL;
  g_autofree char *beside = NULL;

  if (folder != NULL)
    return g_build_filename (folder, name, NULL);
  self = g_file_read_link ("/proc/self/exe", NULL);
  here = g_path_get_dirname (self != NULL ? self : "");
  beside = g_build_filename (here, name, NULL);
  if (g_file_test (beside, G_FILE_TEST_IS_EXECUTABLE))
    return g_steal_pointer (&beside);
  return g_build_filename (LIBEXECDIR, name, NULL);
}

/* It gets an empty environment: there may be secrets in ours. */
static GSubprocess *
start (const char *name, const char *argument, const HelperFile *files, GError **error)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (
      G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autofree char *program = find_program (name);
  char *const nothing[] = { NULL };

  g_subprocess_launcher_set_environ (launcher, (char **) nothing);
  for (; files->fd >= 0; files++)
    g_subprocess_launcher_take_fd (launcher, fcntl (files->fd, F_DUPFD_CLOEXEC, 0), files->as);
  return g_subprocess_launcher_spawn (launcher, error, program, argument, NULL);
}

/* Some containers forbid what the child has to do first. */
static gboolean
has_sandbox (GSubprocess *child, const char *name, GError **error)
{
  if (!g_subprocess_get_if_exited (child) || g_subprocess_get_exit_status (child) != EX_OSERR)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
               "%s cannot shut itself off from the system, so it does nothing", name);
  return FALSE;
}

gboolean
helper_run (const char *name, const char *argument, const HelperFile *files, gboolean *successful,
            GBytes **report, GError **error)
{
  g_autoptr (GSubprocess) child = start (name, argument, files, error);
  g_autoptr (GBytes) printed = NULL;

  if (child == NULL || !g_subprocess_communicate (child, NULL, NULL, &printed, NULL, error)
      || !has_sandbox (child, name, error))
    return FALSE;
  *successful = g_subprocess_get_successful (child);
  *report = g_steal_pointer (&printed);
  return TRUE;
}
