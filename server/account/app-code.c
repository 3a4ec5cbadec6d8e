/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Codes for apps: made for a browser, spent by the app. */
#include "account/app-code.h"

#include "account/account-private.h"
#include "account/handlers.h"
#include "account/secret.h"
#include "account/session.h"
#include "base/ids.h"
#include "base/problem.h"

#include <glib/gi18n.h>
#include <libsoup/soup.h>
#include <sodium.h>
#include <string.h>

#define CODE_S 60
#define CODE_BYTES 32
#define CODE_MAX 100
#define CHALLENGE_LETTERS 43
#define VERIFIER_MAX 128
#define STATE_MAX 100
#define PORT_MIN 1024

static gboolean
is_base64url (const char *text)
{
  return text[strspn (text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")]
         == '\0';
}

/* Returns: (transfer full): the query of @next; NULL when it is another page. */
static GHashTable *
read_query (const char *next)
{
  if (next == NULL || !g_str_has_prefix (next, APP_CODE_PAGE "?"))
    return NULL;
  return soup_form_decode (next + strlen (APP_CODE_PAGE "?"));
}

static gboolean
is_fit (GHashTable *query)
{
  const char *port = g_hash_table_lookup (query, "port");
  const char *challenge = g_hash_table_lookup (query, "challenge");
  const char *state = g_hash_table_lookup (query, "state");

  return port != NULL && challenge != NULL && state != NULL
         && g_ascii_string_to_unsigned (port, 10, PORT_MIN, G_MAXUINT16, NULL, NULL)
         && strlen (challenge) == CHALLENGE_LETTERS && is_base64url (challenge) && *state != '\0'
         && strlen (state) <= STATE_MAX && is_base64url (state);
}

gboolean
app_code_is_wanted (const char *next)
{
  g_autoptr (GHashTable) query = read_query (next);

  return query != NULL && is_fit (query);
}

char *
app_code_make (const Request *request, const char *next, gint64 user_id, SessionMeans means,
               GError **error)
{
  g_autoptr (GHashTable) query = read_query (next);
  g_autofree char *code = id_random (CODE_BYTES);
  g_autofree char *hash = secret_hash (code);
  g_autoptr (DbResult) made = NULL;

  g_return_val_if_fail (query != NULL && is_fit (query), NULL);
  made = accounts_run (request, "app_code_make",
                       (DbParam[]){ db_text (hash), db_int (user_id),
                                    db_text (session_means_name (means)),
                                    db_text (g_hash_table_lookup (query, "challenge")),
                                    db_int (CODE_S), DB_END },
                       error);
  if (made == NULL)
    return NULL;
  return g_strdup_printf ("http://127.0.0.1:%s/?state=%s&code=%s",
                          (char *) g_hash_table_lookup (query, "port"),
                          (char *) g_hash_table_lookup (query, "state"), code);
}

static gboolean
is_verifier_of (const char *verifier, const char *challenge)
{
  guint8 digest[crypto_hash_sha256_BYTES];
  char text[CHALLENGE_LETTERS + 1];

  crypto_hash_sha256 (digest, (const guint8 *) verifier, strlen (verifier));
  sodium_bin2base64 (text, sizeof text, digest, sizeof digest,
                     sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  return strcmp (text, challenge) == 0;
}

Reply *
app_code_exchange (Db *db, const Request *request, GError **error)
{
  g_autoptr (Arguments) arguments = request_arguments (request, error);
  g_autofree char *hash = NULL;
  g_autoptr (DbResult) spent = NULL;
  const char *code, *verifier;
  SessionMeans means;

  if (arguments == NULL)
    return NULL;
  code = arguments_text (arguments, "code", CODE_MAX, ARGUMENT_REQUIRED);
  verifier = arguments_text (arguments, "verifier", VERIFIER_MAX, ARGUMENT_REQUIRED);
  if (!arguments_check (arguments, error))
    return NULL;
  hash = secret_hash (code);
  spent = db_run (db, "app_code_spend", (DbParam[]){ db_text (hash), DB_END }, error);
  if (spent == NULL)
    return NULL;
  if (db_result_rows (spent) > 0
      && is_verifier_of (verifier, db_result_text (spent, 0, "challenge"))
      && session_means_from_name (db_result_text (spent, 0, "means"), &means))
    return session_begin_proven (request, db_result_int (spent, 0, "user_id"), means, 200, error);
  problem_set (error, PROBLEM_UNAUTHENTICATED,
               _ ("This sign-in is over, or was begun elsewhere. Begin again."));
  return NULL;
}
