/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Reading what a host site signed. It names no algorithm, so nobody can choose a weaker one, and
 * nothing of the payload is looked at before the signature was good. */
#include "account/identity.h"

#include "base/fields.h"
#include "base/ids.h"
#include "base/problem.h"

#include <glib/gi18n.h>
#include <sodium.h>
#include <string.h>

#define HOST_USER_MAX 200
#define NONCE_MIN 16
#define NONCE_MAX 64
#define SIGNATURE_BYTES crypto_auth_hmacsha256_BYTES

/* How far the clocks of the host and of this server may differ. */
#define CLOCK_SKEW_SECONDS 60

void
identity_free (Identity *identity)
{
  g_free (identity->user_id);
  g_free (identity->name);
  g_free (identity->email);
  g_free (identity->nonce);
  g_free (identity);
}

void
identity_refuse (const char *reason, const char *detail, GError **error)
{
  g_autofree char *members = g_strdup_printf ("\"reason\":\"%s\"", reason);
  GError *problem = NULL;

  problem_set (&problem, PROBLEM_IDENTITY_REFUSED, "%s", detail);
  problem_set_members (problem, members);
  g_propagate_error (error, problem);
}

static void
sign (const char *text, gsize length, const char *secret, guint8 *signature)
{
  crypto_auth_hmacsha256_state state;

  crypto_auth_hmacsha256_init (&state, (const guint8 *) secret, strlen (secret));
  crypto_auth_hmacsha256_update (&state, (const guint8 *) text, length);
  crypto_auth_hmacsha256_final (&state, signature);
  sodium_memzero (&state, sizeof state);
}

gboolean
identity_is_signed (const char *identity, const char *secret)
{
  const char *dot = strchr (identity, '.');
  guint8 ours[SIGNATURE_BYTES];
  guint8 theirs[SIGNATURE_BYTES];
  gsize length;

  if (dot == NULL || strlen (dot + 1) != 2 * SIGNATURE_BYTES
      || sodium_hex2bin (theirs, sizeof theirs, dot + 1, 2 * SIGNATURE_BYTES, NULL, &length, NULL)
             != 0
      || length != SIGNATURE_BYTES)
    return FALSE;
  sign (identity, (gsize) (dot - identity), secret, ours);
  return sodium_memcmp (ours, theirs, SIGNATURE_BYTES) == 0;
}

/* Returns: (transfer full): the payload's members; NULL when it is no JSON object in base64url. */
static Arguments *
decode (const char *identity)
{
  gsize letters = strcspn (identity, ".");
  g_autofree char *json = g_malloc (letters + 1);
  gsize length;

  if (sodium_base642bin ((guint8 *) json, letters, identity, letters, NULL, &length, NULL,
                         sodium_base64_VARIANT_URLSAFE_NO_PADDING)
      != 0)
    return NULL;
  return arguments_new (json, length, NULL);
}

Identity *
identity_read (const char *identity, gint64 now, GError **error)
{
  g_autoptr (Arguments) payload = decode (identity);
  g_autoptr (Identity) read = NULL;
  const char *nonce;

  if (payload == NULL)
    {
      identity_refuse ("content", _ ("The payload is no JSON object in base64url."), error);
      return NULL;
    }
  read = g_new0 (Identity, 1);
  read->user_id = g_strdup (arguments_text (payload, "user_id", HOST_USER_MAX, ARGUMENT_REQUIRED));
  read->name = g_strdup (arguments_text (payload, "name", FIELD_NAME_MAX, ARGUMENT_OPTIONAL));
  read->email = g_strdup (field_email (payload, ARGUMENT_OPTIONAL));
  read->expires_at = arguments_int (payload, "expires_at", 0, G_MAXINT64 / 2, 0, ARGUMENT_REQUIRED);
  nonce = arguments_text (payload, "nonce", NONCE_MAX, ARGUMENT_REQUIRED);
  read->nonce = g_strdup (nonce);
  if (!arguments_check (payload, NULL) || strlen (nonce) < NONCE_MIN || !id_is_plain (nonce))
    identity_refuse ("content",
                     _ ("The payload needs user_id (a text), expires_at (seconds since 1970) and "
                        "nonce (16 to 64 letters, digits, or - _ . :); name and email may follow."),
                     error);
  else if (read->expires_at <= now - CLOCK_SKEW_SECONDS)
    identity_refuse ("expired", _ ("What was signed has expired."), error);
  else if (read->expires_at > now + IDENTITY_LIFETIME_MAX + CLOCK_SKEW_SECONDS)
    identity_refuse ("content", _ ("expires_at is more than a day ahead."), error);
  else
    return g_steal_pointer (&read);
  return NULL;
}
