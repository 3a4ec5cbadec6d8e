/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Making and reading keys. */
#include "account/key-file.h"

#include "base/problem.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <sodium.h>
#include <string.h>

#define FOLDER "secrets"

static gboolean
make_key (const char *path, guint8 *key, gsize length, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);

  if (g_mkdir_with_parents (folder, 0700) != 0)
    {
      problem_set (error, PROBLEM_INTERNAL, _ ("The folder %s cannot be made: %s"), folder,
                   g_strerror (errno));
      return FALSE;
    }
  randombytes_buf (key, length);
  return g_file_set_contents_full (path, (const char *) key, (gssize) length,
                                   G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE,
                                   0600, error);
}

/* Whoever can read a key can be anybody. */
static gboolean
check_private (const char *path, const char *loss, GError **error)
{
  GStatBuf status;

  if (g_stat (path, &status) == 0 && (status.st_mode & 077) == 0)
    return TRUE;
  problem_set (error, PROBLEM_INTERNAL,
               _ ("Others may read the key %s. Give it mode 0600, or delete it. %s"), path, loss);
  return FALSE;
}

gboolean
key_file_read (const char *data_dir, const char *name, const char *loss, guint8 *key, gsize length,
               GError **error)
{
  g_autofree char *path = g_build_filename (data_dir, FOLDER, name, NULL);
  g_autofree char *bytes = NULL;
  g_autoptr (GError) problem = NULL;
  gboolean good;
  gsize found;

  if (!g_file_get_contents (path, &bytes, &found, &problem))
    {
      if (g_error_matches (problem, G_FILE_ERROR, G_FILE_ERROR_NOENT))
        return make_key (path, key, length, error);
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  if (found != length)
    {
      problem_set (error, PROBLEM_INTERNAL,
                   _ ("The key %s is damaged. Restore it, or delete it. %s"), path, loss);
      return FALSE;
    }
  good = check_private (path, loss, error);
  if (good)
    memcpy (key, bytes, length);
  sodium_memzero (bytes, found);
  return good;
}
