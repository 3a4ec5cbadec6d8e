/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The parent's side of the children that look at files of strangers (sandbox.h is theirs). Each
 * bounds its own time, so nobody has to watch it. */
#pragma once

#include <glib.h>

/* A file that the child gets: ours, and the descriptor that it is there. */
typedef struct
{
  int fd;
  int as;
} HelperFile;

/* Runs our program @name with @argument (may be NULL) and @files, which end with -1, until its end;
 * it has no environment and no other file. @report gets what it printed (transfer full), and
 * @successful whether it ended well: for what it printed nobody vouches.
 * Returns: FALSE with an error when it cannot be started, or cannot shut itself off. */
gboolean helper_run (const char *name, const char *argument, const HelperFile *files,
                     gboolean *successful, GBytes **report, GError **error);
