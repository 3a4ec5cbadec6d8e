/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The master keys and their file. Each stored file has a key of its own, which is kept encrypted
 * under a master key. The file is text: a line of 64 hex digits is a key, the first is the one that
 * new files get, the others are those before it; so it can be copied, printed, and mended by hand.
 * Another process may change it at any time. Any thread may call. */
#pragma once

#include <glib.h>

#define MASTER_FILE_KEY_BYTES 32
#define MASTER_WRAPPED_BYTES 72
#define MASTER_ID_LETTERS 16

typedef struct Master Master;

/* Reads the file at @path. Where there is none it is made when @may_make, else that is an error:
 * there are files that only the missing one opens.
 * Returns: (transfer full): free with master_free(); NULL with an error that says what to do. */
Master *master_open (const char *path, gboolean may_make, GError **error);
void master_free (Master *master);

/* The id of the key that new files get.
 * Returns: (transfer full): free with g_free(). */
char *master_id (Master *master);

/* Encrypts @file_key, which is for @object alone, under the first master key. @id gets its id, with
 * room for MASTER_ID_LETTERS and the end. */
void master_wrap (Master *master, const char *object, const guint8 *file_key, guint8 *wrapped,
                  char *id);

/* Decrypts what master_wrap() made for @object under the key @id. FALSE with %PROBLEM_INTERNAL when
 * that key is not in the file, or @wrapped is of another object. */
gboolean master_unwrap (Master *master, const char *object, const guint8 *wrapped, const char *id,
                        guint8 *file_key, GError **error);

/* Puts a new key in front of the others, on the disk before in memory. FALSE with an error of the
 * file; then nothing has changed. */
gboolean master_rotate (Master *master, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Master, master_free)
