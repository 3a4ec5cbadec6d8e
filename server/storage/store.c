/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * What the places that keep files have in common: whole reads and writes, and their errors. */
#include "storage/store.h"

#include "base/problem.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <unistd.h>

void
store_set_errno (GError **error, int code, const char *path)
{
  g_warning ("%s: %s", path, g_strerror (code));
  if (code == ENOSPC || code == EDQUOT)
    problem_set (error, PROBLEM_UNAVAILABLE,
                 _ ("There is no room for this file on the server. Tell whoever runs it."));
  else
    problem_set (error, PROBLEM_UNAVAILABLE,
                 _ ("The server cannot keep or read files at the moment. Try again later."));
}

void
store_set_damaged (GError **error, const char *object)
{
  g_warning ("the file %s is damaged", object);
  problem_set (error, PROBLEM_INTERNAL, _ ("This file is damaged."));
}

/* Some file systems, NFS among them, know no file that never had a name. */
int
store_unnamed_file (const char *folder, GError **error)
{
  int fd = open (folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  g_autofree char *path = NULL;

  if (fd >= 0)
    return fd;
  path = g_build_filename (folder, "spool-XXXXXX", NULL);
  fd = g_mkstemp_full (path, O_RDWR | O_CLOEXEC, 0600);
  if (fd < 0)
    store_set_errno (error, errno, folder);
  else
    g_unlink (path);
  return fd;
}

gboolean
store_read_whole (int fd, guint64 offset, guint8 *buffer, gsize length)
{
  for (gsize done = 0; done < length;)
    {
      gssize step = pread (fd, buffer + done, length - done, (off_t) (offset + done));

      if (step == 0)
        errno = 0;
      if (step == 0 || (step < 0 && errno != EINTR))
        return FALSE;
      done += (gsize) MAX (step, 0);
    }
  return TRUE;
}

gboolean
store_write_whole (int fd, guint64 offset, const guint8 *buffer, gsize length)
{
  for (gsize done = 0; done < length;)
    {
      gssize step = pwrite (fd, buffer + done, length - done, (off_t) (offset + done));

      if (step < 0 && errno != EINTR)
        return FALSE;
      done += (gsize) MAX (step, 0);
    }
  return TRUE;
}
