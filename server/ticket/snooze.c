/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Snoozing: a ticket that nothing can be done about now goes out of the way and comes back by
 * itself, at its time or when its customer writes. */
#include "base/fields.h"
#include "ticket/handlers.h"
#include "ticket/ticket.h"

#include <glib/gi18n.h>

#define LONGEST_US (366 * G_TIME_SPAN_DAY)

Reply *
ticket_post_snooze (Db *db, const Request *request, GError **error)
{
  g_autoptr (Arguments) arguments = request_arguments (request, error);
  gint64 now = g_get_real_time ();
  DbResult *rows;
  gint64 until;

  if (arguments == NULL)
    return NULL;
  until = field_time (arguments, "until", ARGUMENT_REQUIRED);
  if (until <= now || until > now + LONGEST_US)
    arguments_refuse (arguments, "until", "out_of_range", _ ("A time from now on, within a year."));
  if (!arguments_check (arguments, error))
    return NULL;
  rows = db_run (db, "ticket_snooze",
                 (DbParam[]){ db_int (request_path_id (request, "id")), db_int (until), DB_END },
                 error);
  return rows != NULL ? ticket_reply_outcome (db, request, rows, 200, error) : NULL;
}

Reply *
ticket_delete_snooze (Db *db, const Request *request, GError **error)
{
  DbResult *rows = db_run (db, "ticket_wake",
                           (DbParam[]){ db_int (request_path_id (request, "id")), DB_END }, error);

  return rows != NULL ? ticket_reply_outcome (db, request, rows, 204, error) : NULL;
}
