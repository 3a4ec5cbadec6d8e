/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Files in a folder of this machine, spread over folders by the first two letters of their names. A
 * file has its name only when it is whole and on the disk; until then it ends in ".part". */
#include "storage/store.h"

#include "base/problem.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <unistd.h>

typedef struct
{
  Store store;
  char *folder;
} Folder;

typedef struct
{
  int fd;
  char *path;
} OpenedFile;

static char *
build_path (Store *store, const char *object, const char *ending)
{
  const char letters[] = { object[0], object[1], '\0' };
  g_autofree char *name = g_strconcat (object, ending, NULL);

  return g_build_filename (((Folder *) store)->folder, letters, name, NULL);
}

static int
folder_begin (Store *store, const char *object, GError **error)
{
  g_autofree char *path = build_path (store, object, ".part");
  g_autofree char *parent = g_path_get_dirname (path);
  int fd;

  if (g_mkdir (parent, 0700) != 0 && errno != EEXIST)
    {
      store_set_errno (error, errno, parent);
      return -1;
    }
  fd = open (path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0)
    store_set_errno (error, errno, path);
  return fd;
}

static void
folder_abandon (Store *store, const char *object, int fd)
{
  g_autofree char *path = build_path (store, object, ".part");

  close (fd);
  g_unlink (path);
}

/* Without this a name can be lost with the power although its file was written. */
static gboolean
sync_folder (const char *path)
{
  int fd = open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  gboolean done;

  if (fd < 0)
    return FALSE;
  done = fsync (fd) == 0;
  close (fd);
  return done;
}

static gboolean
folder_commit (Store *store, const char *object, int fd, GError **error)
{
  g_autofree char *part = build_path (store, object, ".part");
  g_autofree char *path = build_path (store, object, NULL);
  g_autofree char *parent = g_path_get_dirname (path);

  if (fsync (fd) == 0 && g_rename (part, path) == 0 && sync_folder (parent)
      && sync_folder (((Folder *) store)->folder))
    {
      close (fd);
      return TRUE;
    }
  store_set_errno (error, errno, path);
  folder_abandon (store, object, fd);
  g_unlink (path);
  return FALSE;
}

static gpointer
folder_open (Store *store, const char *object, GError **error)
{
  g_autofree char *path = build_path (store, object, NULL);
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  OpenedFile *opened;

  if (fd < 0 && errno == ENOENT)
    problem_set (error, PROBLEM_NOT_FOUND, _ ("This file is not there any more."));
  else if (fd < 0)
    store_set_errno (error, errno, path);
  if (fd < 0)
    return NULL;
  opened = g_new0 (OpenedFile, 1);
  opened->fd = fd;
  opened->path = g_steal_pointer (&path);
  return opened;
}

static gboolean
folder_read (gpointer data, guint64 offset, guint8 *buffer, gsize length, GError **error)
{
  OpenedFile *opened = data;

  if (store_read_whole (opened->fd, offset, buffer, length))
    return TRUE;
  if (errno == 0)
    store_set_damaged (error, opened->path);
  else
    store_set_errno (error, errno, opened->path);
  return FALSE;
}

static void
folder_close (gpointer data)
{
  OpenedFile *opened = data;

  close (opened->fd);
  g_free (opened->path);
  g_free (opened);
}

static gboolean
folder_remove (Store *store, const char *object, GError **error)
{
  g_autofree char *part = build_path (store, object, ".part");
  g_autofree char *path = build_path (store, object, NULL);

  if ((g_unlink (part) == 0 || errno == ENOENT) && (g_unlink (path) == 0 || errno == ENOENT))
    return TRUE;
  store_set_errno (error, errno, path);
  return FALSE;
}

static void
folder_free (Store *store)
{
  g_free (((Folder *) store)->folder);
  g_free (store);
}

static const StoreFunctions functions = {
  .begin = folder_begin,
  .commit = folder_commit,
  .abandon = folder_abandon,
  .open = folder_open,
  .read = folder_read,
  .close = folder_close,
  .remove = folder_remove,
  .free = folder_free,
};

Store *
store_folder_new (const char *folder)
{
  Folder *place = g_new0 (Folder, 1);

  place->store.functions = &functions;
  place->folder = g_strdup (folder);
  return &place->store;
}
