/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Following: who wants to hear of a ticket without having it. */
#include "ticket/handlers.h"
#include "ticket/ticket.h"

static Reply *
follow (Db *db, const Request *request, gboolean follows, GError **error)
{
  DbResult *rows
      = db_run (db, "ticket_follow",
                (DbParam[]){ db_int (request_path_id (request, "id")),
                             db_int (request_actor (request)->user_id), db_bool (follows), DB_END },
                error);

  return rows != NULL ? ticket_reply_outcome (db, request, rows, 200, error) : NULL;
}

Reply *
ticket_put_follow (Db *db, const Request *request, GError **error)
{
  return follow (db, request, TRUE, error);
}

Reply *
ticket_delete_follow (Db *db, const Request *request, GError **error)
{
  return follow (db, request, FALSE, error);
}
