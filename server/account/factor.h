/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The second step of an account: a secret that an authenticator app shares, kept encrypted, and
 * recovery codes for who lost it, kept as hashes. Each code counts once. */
#pragma once

#include "account/totp.h"
#include "http/request.h"

#define FACTOR_CODE_MAX 64
#define FACTOR_KEY_BYTES 32

/* Spends @code, of the app or for recovery, of account @user_id. FALSE with `wrong_credentials`,
 * also for a code that was used before, with `rate_limited`, or with a problem of the database. */
gboolean factor_spend (const Request *request, gint64 user_id, const char *code, GError **error);

/* Spends the first code of an app, which confirms that it has the secret. FALSE as above, or with
 * `conflict` when nothing is being set up. */
gboolean factor_confirm (const Request *request, const char *code, GError **error);

/* Offers a new secret to whoever asks, not in force until factor_confirm().
 * Returns: FALSE with `conflict` when there is a second step already. */
gboolean factor_offer (const Request *request, guint8 *secret, GError **error);

/* Makes ten recovery codes for whoever asks; those before are void.
 * Returns: (transfer full): `{"recovery_codes":[…]}`; NULL with a problem of the database. */
char *factor_make_recovery_codes (const Request *request, GError **error);
