/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * What every target defines, and how one takes its input apart. A target does more than not to
 * crash: it asserts what must hold whatever comes. */
#pragma once

#include <glib.h>

/* libFuzzer's entry: called again and again, by libFuzzer or by replay.c. Returns: 0. */
int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* Called once before: what GLib takes for a fault of the caller is one of the target's. Returns:
 * 0. */
int LLVMFuzzerInitialize (int *argc, char ***argv);

/* The rest of an input. */
typedef struct
{
  const guint8 *data;
  gsize size;
} FuzzInput;

/* The next byte, 0 at the end. */
guint8 fuzz_byte (FuzzInput *input);

/* The next line, without its end, of at most @max bytes. Returns: (transfer full): may hold any
 * bytes but U+0000, at which it ends. */
char *fuzz_line (FuzzInput *input, gsize max);

/* The whole rest. Returns: (transfer full): as fuzz_line(). */
char *fuzz_rest (FuzzInput *input);

/* The whole rest with what is not UTF-8 replaced. Returns: (transfer full): */
char *fuzz_text (FuzzInput *input);
