/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The secrets that host sites sign with: an admin makes one, sees it once, and makes the next
 * before the first goes, so that the host can change over without a gap. */
#include "account/identity-signer.h"

#include "account/handlers.h"
#include "account/identity.h"
#include "base/ids.h"
#include "base/json.h"
#include "base/problem.h"
#include "storage/sealed.h"

#include <glib/gi18n.h>
#include <sodium.h>

#define SECRET_BYTES 32
#define OBJECT "identity:"
#define OBJECT_BYTES 12

Reply *
identity_signers_get (Db *db, const Request *request G_GNUC_UNUSED, GError **error)
{
  g_autoptr (DbResult) rows = db_run (db, "identity_signers", (DbParam[]){ DB_END }, error);

  return rows != NULL ? reply_json (200, db_result_text (rows, 0, "json")) : NULL;
}

/* The answer is the only one that ever holds @secret. */
static Reply *
reply_made (const char *signer, const char *secret)
{
  return reply_take_json (201,
                          g_strdup_printf ("{\"signer\":%s,\"secret\":\"%s\"}", signer, secret));
}

Reply *
identity_signer_post (Db *db, const Request *request, GError **error)
{
  Storage *storage = request_services (request)->storage;
  g_autofree char *name = id_random (OBJECT_BYTES);
  g_autofree char *object = g_strconcat (OBJECT, name, NULL);
  guint8 bytes[SECRET_BYTES];
  char secret[2 * SECRET_BYTES + 1];
  g_autofree char *sealed = NULL;
  g_autoptr (DbResult) rows = NULL;
  Reply *reply = NULL;

  randombytes_buf (bytes, sizeof bytes);
  sodium_bin2hex (secret, sizeof secret, bytes, sizeof bytes);
  sodium_memzero (bytes, sizeof bytes);
  sealed = sealed_make (storage, object, secret);
  rows = db_run (db, "identity_signer_add",
                 (DbParam[]){ db_text (object), db_text (sealed),
                              db_int (request_actor (request)->user_id), DB_END },
                 error);
  if (rows != NULL && g_str_equal (db_result_text (rows, 0, "outcome"), "done"))
    reply = reply_made (db_result_text (rows, 0, "json"), secret);
  else if (rows != NULL)
    problem_set (
        error, PROBLEM_CONFLICT,
        _ ("There are two secrets already. Take the one away that no site uses any more."));
  sodium_memzero (secret, sizeof secret);
  return reply;
}

Reply *
identity_signer_delete (Db *db, const Request *request, GError **error)
{
  g_autoptr (DbResult) rows
      = db_run (db, "identity_signer_remove",
                (DbParam[]){ db_int (request_path_id (request, "id")), DB_END }, error);

  return rows != NULL ? reply_outcome (g_steal_pointer (&rows), 204, error) : NULL;
}

/* Whether the secret of row @row signed @identity. One that cannot be opened signed nothing; the
 * log says why. */
static gboolean
did_sign (Storage *storage, const DbResult *rows, guint row, const char *identity)
{
  g_autoptr (GError) problem = NULL;
  char *secret = sealed_open (storage, db_result_text (rows, row, "object"),
                              db_result_text (rows, row, "sealed_key"), &problem);
  gboolean signed_it = secret != NULL && identity_is_signed (identity, secret);

  sealed_forget (secret);
  return signed_it;
}

gboolean
identity_signer_check (Db *db, Storage *storage, const char *identity, GError **error)
{
  g_autoptr (DbResult) rows = db_run (db, "identity_signer_secrets", (DbParam[]){ DB_END }, error);
  g_autoptr (DbResult) used = NULL;
  gint64 signer = 0;

  if (rows == NULL)
    return FALSE;
  for (guint row = 0; row < db_result_rows (rows); row++)
    {
      if (did_sign (storage, rows, row, identity))
        signer = db_result_int (rows, row, "id");
    }
  if (signer == 0)
    {
      identity_refuse ("signature", _ ("No secret of this server has signed this."), error);
      return FALSE;
    }
  used = db_run (db, "identity_signer_use", (DbParam[]){ db_int (signer), DB_END }, error);
  return used != NULL;
}
