/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The audit page by page, newest first. */
#include "audit/filter.h"
#include "audit/handlers.h"

#define PAGE_DEFAULT 20
#define PAGE_MAX 100

Reply *
audit_list (Db *db, const Request *request, GError **error)
{
  g_autofree char *filter = audit_filter_read (request, error);
  g_autofree char *next = NULL;
  g_autoptr (DbResult) page = NULL;
  AuditPlace place;
  gint64 limit;

  if (filter == NULL || !audit_place_read (request, &place, error)
      || !request_query_int (request, "limit", 1, PAGE_MAX, PAGE_DEFAULT, &limit, error))
    return NULL;
  page = audit_run (db, "audit_page", filter, &place, (guint) limit, error);
  if (page == NULL)
    return NULL;
  next = db_result_is_null (page, 0, "next_at")
             ? g_strdup ("null")
             : g_strdup_printf ("\"%s.%s\"", db_result_text (page, 0, "next_at"),
                                db_result_text (page, 0, "next_id"));
  return reply_take_json (200, g_strdup_printf ("{\"entries\":%s,\"next\":%s}",
                                                db_result_text (page, 0, "entries"), next));
}
