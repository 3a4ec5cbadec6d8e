/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Deleting a ticket, and undoing it as long as the clock has not purged it. */
#include "ticket/handlers.h"
#include "ticket/ticket.h"

Reply *
ticket_delete (Db *db, const Request *request, GError **error)
{
  DbResult *rows = db_run (db, "ticket_delete",
                           (DbParam[]){ db_int (request_path_id (request, "id")),
                                        db_int (request_actor (request)->user_id), DB_END },
                           error);

  return rows != NULL ? ticket_reply_outcome (db, request, rows, 204, error) : NULL;
}

Reply *
ticket_restore (Db *db, const Request *request, GError **error)
{
  DbResult *rows = db_run (db, "ticket_restore",
                           (DbParam[]){ db_int (request_path_id (request, "id")), DB_END }, error);

  return rows != NULL ? ticket_reply_outcome (db, request, rows, 200, error) : NULL;
}
