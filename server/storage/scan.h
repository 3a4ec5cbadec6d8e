/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Asking clamd whether a file carries something harmful. */
#pragma once

#include <glib.h>

typedef enum
{
  SCAN_CLEAN,
  SCAN_INFECTED,
  SCAN_FAILED, /* nobody knows; see the error */
} ScanVerdict;

/* Streams the file @fd, from its start and whatever its offset, to the clamd at @address:
 * `unix:/PATH` or `HOST:PORT`. @found (may be NULL) becomes the name of what was found, free with
 * g_free(), or NULL.
 * Returns: %SCAN_FAILED with %PROBLEM_PAYLOAD_TOO_LARGE when the file is longer than clamd takes
 * (StreamMaxLength in its settings), which asking again will not change, or with
 * %PROBLEM_UNAVAILABLE when it does not answer, or not in time: it may later. */
ScanVerdict scan_file (const char *address, int fd, char **found, GError **error);

/* Reads what clamd said in the end; for the rest as scan_file(), whose part this is. Pure. */
ScanVerdict scan_judge (const char *answer, char **found, GError **error);
