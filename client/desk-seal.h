/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Text under a key: XChaCha20-Poly1305 of libsodium with a random nonce, so that one key serves any
 * number of texts. Whoever has the file but not the key learns how long a text is, nothing else.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** desk_seal_make_key: Returns: (transfer full): a new key as text, for the keyring. */
char *desk_seal_make_key (void);

/**
 * desk_seal_text:
 * @key: of desk_seal_make_key()
 * @owner: whose text it is; it opens for nobody else
 *
 * Returns: (transfer full) (nullable): @text sealed; %NULL when @key is no key.
 */
GBytes *desk_seal_text (const char *key, const char *owner, const char *text);

/**
 * desk_seal_open:
 *
 * Returns: (transfer full) (nullable): the text; %NULL when @sealed is another's, was sealed with
 *   another key or was altered.
 */
char *desk_seal_open (const char *key, const char *owner, GBytes *sealed);

G_END_DECLS
