/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * What the desktop's keyring keeps for an account: its refresh token, and after a sign-out the key
 * to the texts that were not sent. Every call has a time limit, because a locked keyring without a
 * prompter never answers, and nobody must hang on it. Without a keyring nothing is kept: the next
 * start asks for the password, and a sign-out asks before it erases texts.
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/** Milliseconds after which a call to the keyring gives up. */
#define DESK_KEYRING_LIMIT_MS 3000

/**
 * DeskSecret:
 * @DESK_SECRET_TOKEN: the refresh token of a session
 * @DESK_SECRET_TEXTS: the key of desk_seal_text()
 */
typedef enum
{
  DESK_SECRET_TOKEN,
  DESK_SECRET_TEXTS,
} DeskSecret;

/**
 * desk_keyring_store_async:
 * @server: the server's address
 * @email: whose secret it is
 * @value: the secret
 */
void desk_keyring_store_async (DeskSecret secret, const char *server, const char *email,
                               const char *value, GAsyncReadyCallback callback, gpointer user_data);

/** desk_keyring_store_finish: %FALSE with %DESK_ERROR_KEYRING when nothing was stored. */
gboolean desk_keyring_store_finish (GAsyncResult *result, GError **error);

/** desk_keyring_forget: removes what is stored. Nobody waits for it; a failure is logged. */
void desk_keyring_forget (DeskSecret secret, const char *server, const char *email);

void desk_keyring_lookup_async (DeskSecret secret, const char *server, const char *email,
                                GAsyncReadyCallback callback, gpointer user_data);

/**
 * desk_keyring_lookup_finish:
 *
 * Returns: (transfer full) (nullable): the secret; %NULL without an error when there is none.
 */
char *desk_keyring_lookup_finish (GAsyncResult *result, GError **error);

G_END_DECLS
