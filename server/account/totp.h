/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Time-based one-time passwords (RFC 6238): SHA-1, six digits, thirty seconds, as every
 * authenticator app knows them. Pure: time comes from the caller. */
#pragma once

#include <glib.h>

#define TOTP_SECRET_BYTES 20
#define TOTP_DIGITS 6

/* The number of the thirty seconds since 1970 that @code belongs to, at @now (seconds since 1970)
 * or in the step before or after, since clocks differ; -1 when it belongs to none of them. */
gint64 totp_match (const guint8 *secret, const char *code, gint64 now);

/* The secret as people type it: base 32 (RFC 4648).
 * Returns: (transfer full): free with g_free(). */
char *totp_secret_text (const guint8 *secret);

/* What an authenticator app reads from a QR code: the secret, under the name of the business
 * @issuer and the account @account.
 * Returns: (transfer full): an otpauth:// address. */
char *totp_uri (const guint8 *secret, const char *issuer, const char *account);
