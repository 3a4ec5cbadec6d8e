/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * For children that look at files of strangers: giving up everything but computing. Where the
 * kernel does not let us, the child ends with EX_OSERR and looks at nothing. */
#pragma once

#include <glib.h>

typedef struct
{
  guint64 memory_bytes; /* beyond what is taken by now */
  guint cpu_s;
  guint wall_s;
  guint64 file_bytes; /* of a file that is written */
} SandboxLimits;

/* Bounds memory and time from here on; no core is left. */
void sandbox_limit (const SandboxLimits *limits);

/* Gives up the rest: what is left are memory, the files that are open, the clock, and the end by
 * _exit(). The kernel ends the child when it tries anything else. Load before what is needed. */
void sandbox_enter (void);
