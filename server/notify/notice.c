/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * A person's notices: the list, and having read them. They are made by the clock from the event log
 * (notices_fold() in the schema), and pushed as events to nobody but that person. */
#include "notify/handlers.h"

#define PAGE_DEFAULT 20
#define PAGE_MAX 100

Reply *
notice_list (Db *db, const Request *request, GError **error)
{
  g_autoptr (DbResult) rows = NULL;
  gint64 after, limit;
  gboolean unread;

  if (!request_query_int (request, "after", 1, G_MAXINT64, G_MAXINT64, &after, error)
      || !request_query_int (request, "limit", 1, PAGE_MAX, PAGE_DEFAULT, &limit, error)
      || !request_query_bool (request, "unread", FALSE, &unread, error))
    return NULL;
  rows = db_run (db, "notice_page",
                 (DbParam[]){ db_int (request_actor (request)->user_id), db_int (after),
                              db_int (limit), db_bool (unread), DB_END },
                 error);
  return rows != NULL ? reply_json (200, db_result_text (rows, 0, "json")) : NULL;
}

static Reply *
mark_read (Db *db, const Request *request, DbParam one, DbParam upto, GError **error)
{
  DbResult *rows
      = db_run (db, "notice_mark_read",
                (DbParam[]){ db_int (request_actor (request)->user_id), one, upto, DB_END }, error);

  return rows != NULL ? reply_outcome (rows, 204, error) : NULL;
}

Reply *
notice_post_read (Db *db, const Request *request, GError **error)
{
  return mark_read (db, request, db_int (request_path_id (request, "id")), db_null (), error);
}

Reply *
notice_post_read_upto (Db *db, const Request *request, GError **error)
{
  g_autoptr (Arguments) arguments = request_arguments (request, error);
  gint64 upto;

  if (arguments == NULL)
    return NULL;
  upto = arguments_int (arguments, "upto", 1, G_MAXINT64, 0, ARGUMENT_REQUIRED);
  if (!arguments_check (arguments, error))
    return NULL;
  return mark_read (db, request, db_null (), db_int (upto), error);
}
