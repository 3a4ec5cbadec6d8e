/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Notes that staff write about a customer, for each other. */
#include "account/handlers.h"

#define NOTE_MAX 4000

Reply *
customer_note_post (Db *db, const Request *request, GError **error)
{
  g_autoptr (Arguments) arguments = request_arguments (request, error);
  g_autofree char *digest = request_digest (request);
  const char *body, *key;
  DbResult *rows;

  if (arguments == NULL || !request_idempotency_key (request, &key, error))
    return NULL;
  body = arguments_text (arguments, "body", NOTE_MAX, ARGUMENT_REQUIRED | ARGUMENT_MULTILINE);
  if (!arguments_check (arguments, error))
    return NULL;
  rows = db_run (db, "customer_note_add",
                 (DbParam[]){ db_int (request_path_id (request, "id")),
                              db_int (request_actor (request)->user_id), db_text (key),
                              db_text (digest), db_text (body), DB_END },
                 error);
  return rows != NULL ? reply_outcome (rows, 201, error) : NULL;
}

Reply *
customer_note_delete (Db *db, const Request *request, GError **error)
{
  const Actor *actor = request_actor (request);
  DbResult *rows
      = db_run (db, "customer_note_remove",
                (DbParam[]){ db_int (request_path_id (request, "id")),
                             db_int (request_path_id (request, "note")), db_int (actor->user_id),
                             db_bool (actor_may (actor, PERMISSION_ADMIN)), DB_END },
                error);

  return rows != NULL ? reply_outcome (rows, 204, error) : NULL;
}
