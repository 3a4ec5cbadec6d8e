/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * deskbell-sniff: the child that looks at what files of strangers are. It reads the beginning of
 * the file on descriptor 3, and prints its media type. libmagic's tables are loaded first; then it
 * gives up everything but computing. */
#include "storage/sandbox.h"

#include <magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define SOURCE_FD 3
#define BEGINNING_BYTES (256 * 1024)

static const SandboxLimits limits
    = { .memory_bytes = 128 * 1024 * 1024, .cpu_s = 5, .wall_s = 20, .file_bytes = 4096 };

/* Times in a file are told by a zone, which is read when it is first needed; later it may not. */
static void
warm_clock (void)
{
  time_t now = 0;
  struct tm parts;

  setenv ("TZ", "UTC0", TRUE);
  tzset ();
  localtime_r (&now, &parts);
}

int
main (int argc, char **argv)
{
  magic_t magic = magic_open (MAGIC_MIME_TYPE | MAGIC_NO_CHECK_COMPRESS | MAGIC_NO_CHECK_ELF);
  guint8 *bytes = g_malloc (BEGINNING_BYTES);
  const char *type;
  gssize length;

  if (argc != 1)
    {
      fprintf (stderr, "usage: %s 3<FILE\n", argv[0]);
      return EXIT_FAILURE;
    }
  if (magic == NULL || magic_load (magic, NULL) != 0)
    _exit (EXIT_FAILURE);
  warm_clock ();
  sandbox_limit (&limits);
  sandbox_enter ();
  length = pread (SOURCE_FD, bytes, BEGINNING_BYTES, 0);
  type = length >= 0 ? magic_buffer (magic, bytes, (gsize) length) : NULL;
  if (type == NULL || write (STDOUT_FILENO, type, strlen (type)) != (gssize) strlen (type))
    _exit (EXIT_FAILURE);
  _exit (EXIT_SUCCESS);
}
