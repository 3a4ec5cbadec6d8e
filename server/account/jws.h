/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Signed tokens (RFC 7515) of whoever: the library knows many algorithms and lets the token choose,
 * so what is pinned here is pinned before anything is verified. */
#pragma once

#include <cjose/cjose.h>
#include <glib.h>

/* Whether @part, of @length letters, is base64url in the one way to write it: nothing stands in the
 * bits that the last letter has left (RFC 4648, 3.5). Else a token had several spellings. */
gboolean jws_is_base64url (const char *part, gsize length);

/* Reads @token, of at most @max bytes, in compact form. Its header names @algorithm, and nothing
 * that it would have us understand (`crit`); its signature is as long as that algorithm makes it.
 * Not verified yet.
 * Returns: (transfer full): free with cjose_jws_release(); NULL when it is something else. */
cjose_jws_t *jws_import (const char *token, gsize max, const char *algorithm);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (cjose_jws_t, cjose_jws_release)
