/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Names: random ones for tokens, requests and clients, and the short codes of conversations. */
#pragma once

#include <glib.h>

/* @bytes of the system's randomness as base64url without padding.
 * Returns: (transfer full): free with g_free(). */
char *id_random (gsize bytes);

/* Whether @text is 1 to 64 of `A-Z a-z 0-9 - _ . :`, as request ids and idempotency keys must
 * be. */
gboolean id_is_plain (const char *text);

/* The positive @id as the code of a conversation: `CONV-` and at least three digits in base 32,
 * without I, L, O and U, which are taken for others.
 * Returns: (transfer full) */
char *id_to_code (gint64 id);

/* The id behind @code as id_to_code() writes it, and in no other way; FALSE when it is none. */
gboolean id_from_code (const char *code, gint64 *id);
