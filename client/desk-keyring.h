/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The refresh token in the desktop's keyring. Every call has a time limit, because a locked keyring
 * without a prompter never answers, and a sign-in must not hang on it.
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/** Milliseconds after which a call to the keyring gives up. */
#define DESK_KEYRING_LIMIT_MS 3000

/**
 * desk_keyring_store_async:
 * @server: the server's address
 * @email: whose token it is
 * @secret: (nullable): the token; %NULL removes what is stored
 */
void desk_keyring_store_async (const char *server, const char *email, const char *secret,
                               GAsyncReadyCallback callback, gpointer user_data);

/** desk_keyring_store_finish: %FALSE with %DESK_ERROR_KEYRING when nothing was stored. */
gboolean desk_keyring_store_finish (GAsyncResult *result, GError **error);

void desk_keyring_lookup_async (const char *server, const char *email, GAsyncReadyCallback callback,
                                gpointer user_data);

/**
 * desk_keyring_lookup_finish:
 *
 * Returns: (transfer full) (nullable): the token; %NULL without an error when there is none.
 */
char *desk_keyring_lookup_finish (GAsyncResult *result, GError **error);

G_END_DECLS
