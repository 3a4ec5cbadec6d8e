/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * liboath does the arithmetic; which step a code belongs to is what makes replay visible. */
#include "account/totp.h"

#include <liboath/oath.h>
#include <stdlib.h>
#include <string.h>

#define WINDOW 1

gint64
totp_match (const guint8 *secret, const char *code, gint64 now)
{
  uint64_t step;
  int found;

  if (strlen (code) != TOTP_DIGITS || strspn (code, "0123456789") != TOTP_DIGITS)
    return -1;
  found = oath_totp_validate4 ((const char *) secret, TOTP_SECRET_BYTES, now,
                               OATH_TOTP_DEFAULT_TIME_STEP_SIZE, OATH_TOTP_DEFAULT_START_TIME,
                               WINDOW, NULL, &step, 0, code);
  return found >= 0 ? (gint64) step : -1;
}

char *
totp_secret_text (const guint8 *secret)
{
  char *encoded = NULL;
  char *text;

  if (oath_base32_encode ((const char *) secret, TOTP_SECRET_BYTES, &encoded, NULL) != OATH_OK)
    g_error ("no memory for a secret's text");
  text = g_strdup (encoded);
  free (encoded);
  return text;
}

char *
totp_uri (const guint8 *secret, const char *issuer, const char *account)
{
  g_autofree char *text = totp_secret_text (secret);
  g_autofree char *business = g_uri_escape_string (issuer, NULL, FALSE);
  g_autofree char *person = g_uri_escape_string (account, "@", FALSE);

  return g_strdup_printf ("otpauth://totp/%s:%s?secret=%s&issuer=%s&algorithm=SHA1&digits=%d"
                          "&period=%d",
                          business, person, text, business, TOTP_DIGITS,
                          OATH_TOTP_DEFAULT_TIME_STEP_SIZE);
}
