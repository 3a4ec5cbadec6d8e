/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The header Content-Disposition of a download (RFC 6266, 8187). Pure. */
#pragma once

#include <glib.h>

/* Whether browsers may show files of @type by themselves: pictures, which do nothing. */
gboolean disposition_shows (const char *type);

/* The header of a file called @name, any UTF-8, of the media type @type.
 * Returns: (transfer full): free with g_free(). */
char *disposition_write (const char *name, const char *type);
