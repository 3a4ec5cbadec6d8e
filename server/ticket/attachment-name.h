/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * What a file is called. Names come from strangers and end on other people's disks. Pure. */
#pragma once

#include <glib.h>

/* Longest name, in characters. */
#define ATTACHMENT_NAME_MAX 200

/* A name that is safe on every disk and in every line of text: no path, no control or direction
 * signs, nothing that is reserved somewhere, not hidden; composed, and of a length that keeps its
 * ending. @sent may be any bytes, or NULL.
 * Returns: (transfer full): never empty; free with g_free(). */
char *attachment_name (const char *sent);
