/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * What lies under storage.c: a place that keeps files by name and knows nothing of their content.
 * It sees only what is encrypted. */
#pragma once

#include "base/config.h"

typedef struct Store Store;

/* A place's functions. All may be called from any thread, but an opened object by one at a time. */
typedef struct
{
  /* An empty file to write @object into. Returns: its descriptor, which commit or abandon gets, or
   * -1 with an error. */
  int (*begin) (Store *store, const char *object, GError **error);

  /* Keeps for good what was written to @fd, and closes it. On an error nothing of it is left. */
  gboolean (*commit) (Store *store, const char *object, int fd, GError **error);

  /* Gives up what begin() began, and closes @fd. */
  void (*abandon) (Store *store, const char *object, int fd);

  /* Returns: (transfer full): what read() and close() get; NULL with an error. */
  gpointer (*open) (Store *store, const char *object, GError **error);

  /* Reads exactly @length bytes from @offset; fewer is %PROBLEM_INTERNAL. */
  gboolean (*read) (gpointer opened, guint64 offset, guint8 *buffer, gsize length, GError **error);
  void (*close) (gpointer opened);

  /* Removes the object and what a killed begin() of it left; nothing there is well. */
  gboolean (*remove) (Store *store, const char *object, GError **error);
  void (*free) (Store *store);
} StoreFunctions;

/* Begins each place's own struct. */
struct Store
{
  const StoreFunctions *functions;
};

/* A folder, which must be there. @folder is copied.
 * Returns: (transfer full): free with its own function. */
Store *store_folder_new (const char *folder);

/* A bucket. @settings is borrowed for as long as the place lives; what is on its way there waits in
 * @folder, which is copied.
 * Returns: (transfer full): free with its own function. */
Store *store_s3_new (const ConfigS3 *settings, const char *folder);

/* An empty file in @folder without a name, which goes with its last descriptor.
 * Returns: the descriptor, or -1 with an error. */
int store_unnamed_file (const char *folder, GError **error);

/* Says in the log why a disk did not do its work, and to the person that the store is not there. */
void store_set_errno (GError **error, int code, const char *path);

/* Says that @object is not what was put there. */
void store_set_damaged (GError **error, const char *object);

/* read(2) from, and write(2) to, a place in a file, until everything is done. FALSE with errno set,
 * which is 0 when the file ended first. */
gboolean store_read_whole (int fd, guint64 offset, guint8 *buffer, gsize length);
gboolean store_write_whole (int fd, guint64 offset, const guint8 *buffer, gsize length);
