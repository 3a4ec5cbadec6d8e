/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Random names: tokens, request ids, client ids. */
#pragma once

#include <glib.h>

/* @bytes of the system's randomness as base64url without padding.
 * Returns: (transfer full): free with g_free(). */
char *id_random (gsize bytes);

/* Whether @text is 1 to 64 of `A-Z a-z 0-9 - _ . :`, as request ids and idempotency keys must
 * be. */
gboolean id_is_plain (const char *text);
