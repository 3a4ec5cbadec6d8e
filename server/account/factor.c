/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Sealing secrets, and spending codes. A secret is encrypted for its account alone
 * (XChaCha20-Poly1305, the account's id as associated data), so that rows that change places open
 * nothing. */
#include "account/factor.h"

#include "account/account-private.h"
#include "account/guard.h"
#include "account/secret.h"
#include "base/json.h"
#include "base/problem.h"

#include <glib/gi18n.h>
#include <sodium.h>
#include <string.h>

#define NONCE_BYTES crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define SEALED_BYTES (NONCE_BYTES + TOTP_SECRET_BYTES + crypto_aead_xchacha20poly1305_ietf_ABYTES)
#define RECOVERY_CODES 10

G_STATIC_ASSERT (FACTOR_KEY_BYTES == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);

/* Returns: (transfer full): @secret as a bytea parameter. */
static char *
seal (const Accounts *accounts, gint64 user_id, const guint8 *secret)
{
  guint8 sealed[SEALED_BYTES];
  char hex[2 * SEALED_BYTES + 1];

  randombytes_buf (sealed, NONCE_BYTES);
  crypto_aead_xchacha20poly1305_ietf_encrypt (sealed + NONCE_BYTES, NULL, secret, TOTP_SECRET_BYTES,
                                              (const guint8 *) &user_id, sizeof user_id, NULL,
                                              sealed, accounts->factor_key);
  sodium_bin2hex (hex, sizeof hex, sealed, sizeof sealed);
  return g_strconcat ("\\x", hex, NULL);
}

static gboolean
unseal (const Accounts *accounts, gint64 user_id, const char *text, guint8 *secret)
{
  guint8 sealed[SEALED_BYTES];
  gsize length;

  if (sodium_hex2bin (sealed, sizeof sealed, text + strlen ("\\x"), strlen (text) - strlen ("\\x"),
                      NULL, &length, NULL)
          == 0
      && length == sizeof sealed
      && crypto_aead_xchacha20poly1305_ietf_decrypt (secret, NULL, NULL, sealed + NONCE_BYTES,
                                                     sizeof sealed - NONCE_BYTES,
                                                     (const guint8 *) &user_id, sizeof user_id,
                                                     sealed, accounts->factor_key)
             == 0)
    return TRUE;
  g_warning ("The second step of account %" G_GINT64_FORMAT " does not open: was "
             "secrets/second-factor.key changed? A recovery code still does.",
             user_id);
  return FALSE;
}

/* Whether a statement found a row to change. */
static gboolean
changed (const Request *request, const char *statement, const DbParam *params, GError **error)
{
  g_autoptr (DbResult) done = accounts_run (request, statement, params, error);

  return done != NULL && db_result_rows (done) > 0;
}

/* Whether @code is one of the app, and is spent now. */
static gboolean
spend_step (const Request *request, gint64 user_id, const char *sealed, const char *code,
            gboolean confirms, GError **error)
{
  guint8 secret[TOTP_SECRET_BYTES];
  gint64 step = -1;

  if (unseal (request_services (request)->accounts, user_id, sealed, secret))
    step = totp_match (secret, code, g_get_real_time () / G_USEC_PER_SEC);
  sodium_memzero (secret, sizeof secret);
  return step >= 0
         && changed (request, "factor_spend_step",
                     (DbParam[]){ db_int (user_id), db_int (step), db_bool (confirms), DB_END },
                     error);
}

static gboolean
spend_recovery_code (const Request *request, gint64 user_id, const char *code, GError **error)
{
  g_autofree char *read = secret_read_code (code);
  g_autofree char *hash = secret_hash (read);

  return changed (request, "factor_spend_recovery_code",
                  (DbParam[]){ db_int (user_id), db_text (hash), DB_END }, error);
}

/* The digits of @code, which apps show in groups. Returns: (transfer full). */
static char *
read_digits (const char *code)
{
  g_auto (GStrv) groups = g_strsplit_set (code, " -", -1);

  return g_strjoinv ("", groups);
}

static gboolean
spend (const Request *request, gint64 user_id, const char *code, gboolean confirms, GError **error)
{
  g_autofree char *who = g_strdup_printf ("%" G_GINT64_FORMAT, user_id);
  g_autofree char *digits = read_digits (code);
  g_autoptr (DbResult) factor = NULL;
  g_autoptr (GError) problem = NULL;
  const char *sealed;
  gboolean good;

  if (!guard_admit (request, GUARD_CODE, who, error))
    return FALSE;
  factor = accounts_run (request, "factor_get", (DbParam[]){ db_int (user_id), DB_END }, error);
  if (factor == NULL)
    return FALSE;
  sealed = db_result_rows (factor) > 0 ? db_result_text (factor, 0, "sealed_secret") : NULL;
  good = sealed != NULL && spend_step (request, user_id, sealed, digits, confirms, &problem);
  if (!good && problem == NULL && !confirms)
    good = spend_recovery_code (request, user_id, code, &problem);
  if (good)
    guard_right (request, GUARD_CODE, who);
  else if (problem != NULL)
    g_propagate_error (error, g_steal_pointer (&problem));
  else if (guard_wrong (request, GUARD_CODE, user_id, NULL, error))
    problem_set (error, PROBLEM_WRONG_CREDENTIALS,
                 _ ("This code is not right, or was used before. Wait for the next one."));
  return good;
}

gboolean
factor_spend (const Request *request, gint64 user_id, const char *code, GError **error)
{
  return spend (request, user_id, code, FALSE, error);
}

gboolean
factor_confirm (const Request *request, const char *code, GError **error)
{
  return spend (request, request_actor (request)->user_id, code, TRUE, error);
}

gboolean
factor_offer (const Request *request, guint8 *secret, GError **error)
{
  gint64 user_id = request_actor (request)->user_id;
  g_autofree char *sealed = NULL;
  g_autoptr (DbResult) offered = NULL;

  randombytes_buf (secret, TOTP_SECRET_BYTES);
  sealed = seal (request_services (request)->accounts, user_id, secret);
  offered = accounts_run (request, "factor_offer",
                          (DbParam[]){ db_int (user_id), db_text (sealed), DB_END }, error);
  if (offered == NULL)
    return FALSE;
  if (db_result_rows (offered) > 0)
    return TRUE;
  problem_set (error, PROBLEM_CONFLICT, _ ("Two-step sign-in is on already."));
  return FALSE;
}

char *
factor_make_recovery_codes (const Request *request, GError **error)
{
  g_autoptr (DbResult) done = NULL;
  GString *hashes = db_array_new ();
  GString *json = g_string_new ("{\"recovery_codes\":[");

  for (guint i = 0; i < RECOVERY_CODES; i++)
    {
      g_autofree char *code = secret_make_code ();
      g_autofree char *hash = secret_hash (code);

      db_array_add_text (hashes, hash);
      if (i > 0)
        g_string_append_c (json, ',');
      json_append_text (json, code);
    }
  g_string_append (json, "]}");
  done = accounts_run (request, "factor_set_recovery_codes",
                       (DbParam[]){ db_int (request_actor (request)->user_id),
                                    db_text (db_array_close (hashes)), DB_END },
                       error);
  g_string_free (hashes, TRUE);
  return g_string_free (json, done == NULL);
}
