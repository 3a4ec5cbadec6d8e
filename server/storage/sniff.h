/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * What a file is by its content, whatever its sender calls it. */
#pragma once

#include <glib.h>

/* Looks at the beginning of the file @fd, whatever its offset. Ends within half a minute.
 * Returns: (transfer full): its media type without parameters, such as `image/png`; of content that
 * is unknown, or brings down who looks at it, `application/octet-stream`; free with g_free(). NULL
 * with %PROBLEM_INTERNAL when nobody can look. */
char *sniff_type (int fd, GError **error);

/* Whether @entry can stand in a list of allowed types: `image/png`, or `image/` and an asterisk. */
gboolean sniff_entry_is_fit (const char *entry);

/* Whether @type fits one of @allowed (NULL at its end), by whole or by its first half. */
gboolean sniff_allows (const char *const *allowed, const char *type);
