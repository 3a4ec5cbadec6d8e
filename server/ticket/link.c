/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Links between tickets: the same matter twice, a part of something bigger, what came of it. */
#include "ticket/handlers.h"
#include "ticket/ticket.h"

#include <glib/gi18n.h>

/* What the other ticket is to this one, as the schema's type has it. */
static const char *const link_kinds[]
    = { "related", "duplicate", "parent", "child", "follow_up", "origin", NULL };

Reply *
ticket_post_link (Db *db, const Request *request, GError **error)
{
  g_autoptr (Arguments) arguments = request_arguments (request, error);
  gint64 ticket = request_path_id (request, "id");
  const char *kind;
  DbResult *rows;
  gint64 other;

  if (arguments == NULL)
    return NULL;
  other = arguments_int (arguments, "ticket", 1, G_MAXINT64, 0, ARGUMENT_REQUIRED);
  kind = arguments_choice (arguments, "kind", link_kinds, ARGUMENT_REQUIRED);
  if (other == ticket)
    arguments_refuse (arguments, "ticket", "not_allowed", _ ("Another ticket than this one."));
  if (!arguments_check (arguments, error))
    return NULL;
  rows = db_run (db, "ticket_link_to",
                 (DbParam[]){ db_int (ticket), db_int (other), db_text (kind), DB_END }, error);
  return rows != NULL ? ticket_reply_outcome (db, request, rows, 201, error) : NULL;
}

Reply *
ticket_delete_link (Db *db, const Request *request, GError **error)
{
  DbResult *rows = db_run (db, "ticket_unlink",
                           (DbParam[]){ db_int (request_path_id (request, "id")),
                                        db_int (request_path_id (request, "other")), DB_END },
                           error);

  return rows != NULL ? ticket_reply_outcome (db, request, rows, 204, error) : NULL;
}
