/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Two-step sign-in as people turn it on and off. A stolen token alone changes nothing here: it
 * takes the password, and a code once it is on. */
#include "account/account-private.h"
#include "account/factor.h"
#include "account/handlers.h"
#include "account/login.h"
#include "account/qr.h"
#include "base/fields.h"
#include "base/json.h"
#include "base/problem.h"

#include <glib/gi18n.h>
#include <sodium.h>

Reply *
second_factor_get (Db *db, const Request *request, GError **error)
{
  g_autoptr (DbResult) found
      = db_run (db, "factor_get", (DbParam[]){ db_int (request_actor (request)->user_id), DB_END },
                error);

  return found != NULL ? reply_json (200, db_result_text (found, 0, "json")) : NULL;
}

/* The name under which an authenticator app lists the account: the server as people know it. */
static char *
find_issuer (const Request *request)
{
  g_autoptr (GUri) uri = g_uri_parse (request_services (request)->url, G_URI_FLAGS_NONE, NULL);

  return g_strdup_printf ("Deskbell %s", uri != NULL ? g_uri_get_host (uri) : "");
}

static char *
describe_offer (const Request *request, const guint8 *secret, const char *email)
{
  g_autofree char *issuer = find_issuer (request);
  g_autofree char *text = totp_secret_text (secret);
  g_autofree char *uri = totp_uri (secret, issuer, email);
  g_autofree char *svg = qr_to_svg (uri);
  GString *json = g_string_new ("{\"secret\":");

  json_append_text (json, text);
  g_string_append (json, ",\"uri\":");
  json_append_text (json, uri);
  g_string_append (json, ",\"qr_svg\":");
  json_append_text (json, svg);
  g_string_append_c (json, '}');
  return g_string_free (json, FALSE);
}

/* SideRoomHandler. */
static Reply *
begin (const Request *request, GError **error)
{
  g_autoptr (Arguments) arguments = request_arguments (request, error);
  g_autoptr (DbResult) own = NULL;
  guint8 secret[TOTP_SECRET_BYTES];
  const char *password, *email;
  char *json;

  if (arguments == NULL)
    return NULL;
  password = arguments_text (arguments, "password", FIELD_PASSWORD_MAX, ARGUMENT_OPTIONAL);
  if (!arguments_check (arguments, error) || !login_check_own (request, password, error))
    return NULL;
  own = accounts_run (request, "account_password",
                      (DbParam[]){ db_int (request_actor (request)->user_id), DB_END }, error);
  if (own == NULL || !factor_offer (request, secret, error))
    return NULL;
  email = db_result_text (own, 0, "email");
  json = describe_offer (request, secret, email != NULL ? email : request_actor (request)->name);
  sodium_memzero (secret, sizeof secret);
  return reply_take_json (201, json);
}

Reply *
second_factor_post (Db *db G_GNUC_UNUSED, const Request *request, GError **error)
{
  return login_answer_hashing (request, begin, error);
}

static Reply *
answer_recovery_codes (const Request *request, GError **error)
{
  char *json = factor_make_recovery_codes (request, error);

  return json != NULL ? reply_take_json (200, json) : NULL;
}

Reply *
second_factor_confirm (Db *db G_GNUC_UNUSED, const Request *request, GError **error)
{
  g_autoptr (Arguments) arguments = request_arguments (request, error);
  const char *code;

  if (arguments == NULL)
    return NULL;
  code = arguments_text (arguments, "code", FACTOR_CODE_MAX, ARGUMENT_REQUIRED);
  if (!arguments_check (arguments, error) || !factor_confirm (request, code, error))
    return NULL;
  return answer_recovery_codes (request, error);
}

/* Whether the body holds the password of whoever asks and a code, which is spent. */
static gboolean
check_both (const Request *request, GError **error)
{
  g_autoptr (Arguments) arguments = request_arguments (request, error);
  const char *password, *code;

  if (arguments == NULL)
    return FALSE;
  password = arguments_text (arguments, "password", FIELD_PASSWORD_MAX, ARGUMENT_OPTIONAL);
  code = arguments_text (arguments, "code", FACTOR_CODE_MAX, ARGUMENT_REQUIRED);
  return arguments_check (arguments, error) && login_check_own (request, password, error)
         && factor_spend (request, request_actor (request)->user_id, code, error);
}

/* SideRoomHandler. */
static Reply *
renew (const Request *request, GError **error)
{
  return check_both (request, error) ? answer_recovery_codes (request, error) : NULL;
}

Reply *
second_factor_renew_codes (Db *db G_GNUC_UNUSED, const Request *request, GError **error)
{
  return login_answer_hashing (request, renew, error);
}

/* SideRoomHandler. */
static Reply *
turn_off (const Request *request, GError **error)
{
  g_autoptr (DbResult) gone = NULL;

  if (!check_both (request, error))
    return NULL;
  gone = accounts_run (request, "factor_remove",
                       (DbParam[]){ db_int (request_actor (request)->user_id), DB_END }, error);
  return gone != NULL ? reply_empty (204) : NULL;
}

Reply *
second_factor_turn_off (Db *db G_GNUC_UNUSED, const Request *request, GError **error)
{
  return login_answer_hashing (request, turn_off, error);
}

Reply *
agent_delete_second_factor (Db *db, const Request *request, GError **error)
{
  g_autoptr (DbResult) gone
      = db_run (db, "factor_remove_of_agent",
                (DbParam[]){ db_int (request_path_id (request, "id")), DB_END }, error);

  if (gone == NULL)
    return NULL;
  if (db_result_rows (gone) > 0)
    return reply_empty (204);
  problem_set (error, PROBLEM_NOT_FOUND, _ ("This account has no two-step sign-in."));
  return NULL;
}
