/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Visitors: customers who write without signing in. Their token is their only proof of who they
 * are; the name and address they type prove nothing. */
#include "account/account-private.h"
#include "base/fields.h"
#include "account/handlers.h"
#include "account/session.h"
#include "base/ids.h"

#include <glib/gi18n.h>

#define VISITOR_SECONDS (30 * 24 * 60 * 60)
#define SESSION_ID_BYTES 16

Reply *
visitor_create (Db *db, const Request *request, GError **error)
{
  g_autoptr (Arguments) arguments = request_arguments (request, error);
  g_autofree char *session_id = id_random (SESSION_ID_BYTES);
  g_autofree char *user_agent = session_user_agent (request);
  g_autofree char *token = NULL;
  g_autoptr (DbResult) made = NULL;
  const char *name, *email, *language;

  if (arguments == NULL)
    return NULL;
  name = arguments_text (arguments, "name", FIELD_NAME_MAX, ARGUMENT_OPTIONAL);
  email = field_email (arguments, ARGUMENT_OPTIONAL);
  language = field_language (arguments);
  if (!arguments_check (arguments, error))
    return NULL;
  made = db_run (db, "visitor_create",
                 (DbParam[]){ db_text (session_id), db_int (VISITOR_SECONDS), db_text (name),
                              db_text (_ ("Visitor {id}")), db_text (email), db_text (language),
                              db_text (request_address (request)), db_text (user_agent), DB_END },
                 error);
  if (made == NULL)
    return NULL;
  token = session_issue (request, TOKEN_VISITOR, made, session_id, VISITOR_SECONDS, error);
  if (token == NULL)
    return NULL;
  return reply_take_json (201,
                          g_strdup_printf ("{\"token\":\"%s\",\"expires_in\":%d,\"visitor\":%s}",
                                           token, VISITOR_SECONDS,
                                           db_result_text (made, 0, "json")));
}
