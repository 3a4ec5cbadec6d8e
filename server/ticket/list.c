/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Lists of tickets, page by page. */
#include "base/problem.h"
#include "ticket/filter.h"
#include "ticket/handlers.h"

#include <glib/gi18n.h>

#define PAGE_DEFAULT 20
#define PAGE_MAX 100

/* The place before every ticket: a moment in the 23rd century. */
#define FIRST_MOMENT G_GINT64_CONSTANT (8999999999999999)

typedef struct
{
  gint64 moment; /* microseconds since 1970 */
  gint64 id;
} Place;

static gboolean
read_place (const char *after, Place *place, GError **error)
{
  g_auto (GStrv) parts = NULL;

  *place = (Place){ FIRST_MOMENT, G_MAXINT64 };
  if (after == NULL)
    return TRUE;
  parts = g_strsplit (after, ".", 3);
  if (g_strv_length (parts) == 2
      && g_ascii_string_to_signed (parts[0], 10, 0, FIRST_MOMENT, &place->moment, NULL)
      && g_ascii_string_to_signed (parts[1], 10, 1, G_MAXINT64, &place->id, NULL))
    return TRUE;
  problem_set (error, PROBLEM_BAD_REQUEST, _ ("The value of “%s” is not possible."), "after");
  return FALSE;
}

Reply *
ticket_list_page (Db *db, const Request *request, const FilterSource *source, GError **error)
{
  const Actor *actor = request_actor (request);
  g_auto (TicketFilter) filter = { NULL };
  g_autoptr (DbResult) rows = NULL;
  gint64 limit;
  Place place;

  if (!read_place (request_query (request, "after"), &place, error)
      || !request_query_int (request, "limit", 1, PAGE_MAX, PAGE_DEFAULT, &limit, error)
      || !ticket_filter_read (&filter, source, actor, error)
      || !ticket_filter_look_up (&filter, db, actor, error))
    return NULL;
  rows = db_run (db, actor_is_staff (actor) ? "ticket_list" : "ticket_list_customer",
                 (DbParam[]){ db_text (filter.json->str), db_int (place.moment), db_int (place.id),
                              db_int (limit), DB_END },
                 error);
  return rows != NULL ? reply_json (200, db_result_text (rows, 0, "json")) : NULL;
}

static const char *
get_from_address (gconstpointer values, const char *name)
{
  return request_query (values, name);
}

Reply *
ticket_list (Db *db, const Request *request, GError **error)
{
  return ticket_list_page (db, request, &(FilterSource){ get_from_address, request }, error);
}
