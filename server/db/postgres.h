/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The PostgreSQL that is installed on this machine: where its programs are, which version they
 * have, and how one of them is run as a child without our privileges. The private cluster is built
 * on it. */
#pragma once

#include <glib.h>

/**
 * Postgres:
 * @bindir: the folder of `initdb` and `postgres`
 * @major: their major version, such as 15
 *
 * One installed PostgreSQL.
 */
typedef struct
{
  char *bindir;
  int major;
} Postgres;

/**
 * postgres_find:
 * @major: the major version that existing data needs, or 0 for the newest that is supported
 * @error: (out): G_IO_ERROR_NOT_FOUND, with what to install
 *
 * Looks in Debian's folders, then asks `pg_config`.
 *
 * Returns: (transfer full): what was found, or %NULL
 */
Postgres *postgres_find (int major, GError **error);

/**
 * postgres_free:
 * @postgres: (transfer full):
 */
void postgres_free (Postgres *postgres);

/**
 * postgres_run:
 * @postgres:
 * @program: a program of @bindir
 * @arguments: its arguments, %NULL-terminated
 * @error: (out): what the program printed when it failed
 *
 * Runs a program to its end, as the unprivileged account when we are root.
 *
 * Returns: whether it ended with status 0
 */
gboolean postgres_run (const Postgres *postgres, const char *program, const char *const *arguments,
                       GError **error);

/**
 * postgres_spawn:
 * @postgres:
 * @program: a program of @bindir
 * @arguments: its arguments, %NULL-terminated
 * @log_path: the file that its output is appended to
 * @error: (out):
 *
 * Starts a program that goes on running, as the unprivileged account when we are root. It is
 * interrupted when we die, however we die; because the kernel ties that to the thread that forked,
 * call this from the main thread only. The caller reaps it.
 *
 * Returns: its process id, or 0
 */
GPid postgres_spawn (const Postgres *postgres, const char *program, const char *const *arguments,
                     const char *log_path, GError **error);

/**
 * postgres_make_folder:
 * @path: where
 * @error: (out):
 *
 * Makes a folder (mode 0700) that belongs to the account PostgreSQL runs as. One that is there
 * already is accepted when it belongs to that account.
 *
 * Returns: whether it is there now
 */
gboolean postgres_make_folder (const char *path, GError **error);

/**
 * postgres_check_reach:
 * @path: an absolute path of a folder that is there
 * @error: (out): G_IO_ERROR_PERMISSION_DENIED, naming the folder that is closed
 *
 * When we are root, PostgreSQL runs as another account, which must be able to walk down to @path.
 *
 * Returns: whether it can
 */
gboolean postgres_check_reach (const char *path, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Postgres, postgres_free)
