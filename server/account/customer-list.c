/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Pages about customers: all of them or those that a search finds, and the tickets of one. */
#include "account/handlers.h"
#include "base/problem.h"

#include <glib/gi18n.h>
#include <string.h>

#define PAGE_DEFAULT 20
#define PAGE_MAX 100
#define SEARCH_MAX 200
#define WORDS_MAX 6
#define PHONE_DIGITS_MIN 3

/* The place before every ticket: a moment in the 23rd century. */
#define FIRST_MOMENT G_GINT64_CONSTANT (8999999999999999)

/* The digits of what looks like a telephone number, or NULL.
 * Returns: (transfer full). */
static char *
read_phone (const char *text)
{
  g_autoptr (GString) digits = g_string_new (NULL);

  for (; *text != '\0'; text++)
    {
      if (g_ascii_isdigit (*text))
        g_string_append_c (digits, *text);
      else if (strchr ("+-()./ ", *text) == NULL)
        return NULL;
    }
  return digits->len >= PHONE_DIGITS_MIN ? g_string_free (g_steal_pointer (&digits), FALSE) : NULL;
}

/* Appends the words of @text to an array literal; a telephone number is one word. */
static gboolean
read_words (const char *text, GString *words, GError **error)
{
  g_autofree char *phone = text != NULL ? read_phone (text) : NULL;
  g_auto (GStrv) parts = g_strsplit_set (text != NULL ? text : "", " \t\r\n\f\v", -1);
  guint count = 0;

  if (text != NULL && g_utf8_strlen (text, -1) > SEARCH_MAX)
    {
      problem_set (error, PROBLEM_BAD_REQUEST,
                   _ ("The value of “%s” in the address is not possible."), "q");
      return FALSE;
    }
  if (phone != NULL)
    db_array_add_text (words, phone);
  for (guint i = 0; phone == NULL && parts[i] != NULL && count < WORDS_MAX; i++)
    {
      if (*parts[i] == '\0')
        continue;
      db_array_add_text (words, parts[i]);
      count++;
    }
  db_array_close (words);
  return TRUE;
}

Reply *
customer_list (Db *db, const Request *request, GError **error)
{
  g_autoptr (GString) words = db_array_new ();
  gboolean visitors;
  gint64 after, limit;
  g_autoptr (DbResult) rows = NULL;

  if (!read_words (request_query (request, "q"), words, error)
      || !request_query_int (request, "after", 1, G_MAXINT64, G_MAXINT64, &after, error)
      || !request_query_int (request, "limit", 1, PAGE_MAX, PAGE_DEFAULT, &limit, error)
      || !request_query_bool (request, "visitors", FALSE, &visitors, error))
    return NULL;
  rows = db_run (db, "customer_page",
                 (DbParam[]){ db_text (words->str), db_int (after), db_int (limit),
                              request_query (request, "visitors") != NULL ? db_bool (visitors)
                                                                          : db_null (),
                              db_text (request_query (request, "label")),
                              db_text (request_query (request, "tier")), DB_END },
                 error);
  return rows != NULL ? reply_json (200, db_result_text (rows, 0, "json")) : NULL;
}

/* The one row's JSON, or `not_found`. */
static Reply *
reply_page (const DbResult *rows, GError **error)
{
  if (db_result_rows (rows) > 0)
    return reply_json (200, db_result_text (rows, 0, "json"));
  problem_set (error, PROBLEM_NOT_FOUND, _ ("There is no such customer."));
  return NULL;
}

static gboolean
read_place (const char *after, gint64 *moment, gint64 *id, GError **error)
{
  g_auto (GStrv) parts = after != NULL ? g_strsplit (after, ".", 3) : NULL;

  *moment = FIRST_MOMENT;
  *id = G_MAXINT64;
  if (after == NULL
      || (g_strv_length (parts) == 2
          && g_ascii_string_to_signed (parts[0], 10, 0, FIRST_MOMENT, moment, NULL)
          && g_ascii_string_to_signed (parts[1], 10, 1, G_MAXINT64, id, NULL)))
    return TRUE;
  problem_set (error, PROBLEM_BAD_REQUEST, _ ("The value of “%s” in the address is not possible."),
               "after");
  return FALSE;
}

Reply *
customer_tickets (Db *db, const Request *request, GError **error)
{
  gint64 moment, id, limit;
  g_autoptr (DbResult) rows = NULL;

  if (!read_place (request_query (request, "after"), &moment, &id, error)
      || !request_query_int (request, "limit", 1, PAGE_MAX, PAGE_DEFAULT, &limit, error))
    return NULL;
  rows = db_run (db, "customer_tickets",
                 (DbParam[]){ db_int (request_path_id (request, "id")), db_int (moment),
                              db_int (id), db_int (limit), DB_END },
                 error);
  return rows != NULL ? reply_page (rows, error) : NULL;
}

Reply *
customer_notes (Db *db, const Request *request, GError **error)
{
  gint64 after, limit;
  g_autoptr (DbResult) rows = NULL;

  if (!request_query_int (request, "after", 1, G_MAXINT64, G_MAXINT64, &after, error)
      || !request_query_int (request, "limit", 1, PAGE_MAX, PAGE_DEFAULT, &limit, error))
    return NULL;
  rows = db_run (db, "customer_note_page",
                 (DbParam[]){ db_int (request_path_id (request, "id")), db_int (after),
                              db_int (limit), DB_END },
                 error);
  return rows != NULL ? reply_page (rows, error) : NULL;
}
