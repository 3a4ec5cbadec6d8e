/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The part of an address after the question mark. */
#pragma once

#include <glib.h>

/* Longest query and most parameters that are read. */
#define QUERY_LENGTH_MAX 4096
#define QUERY_PARAMETERS_MAX 64

/* Reads `name=value&…`, still percent-encoded; of doubled names the last one counts. NULL is an
 * empty query.
 * Returns: (transfer full) (element-type utf8 utf8): NULL with `bad_request` when it is too long,
 * not UTF-8, or holds a broken escape or U+0000. */
GHashTable *query_parse (const char *query, GError **error);
