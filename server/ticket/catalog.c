/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The words that tickets are sorted by: categories and priorities, two lists that a business edits
 * and that differ only in a priority's head start, and the statuses with their moves. */
#include "base/fields.h"
#include "base/problem.h"
#include "ticket/handlers.h"
#include "ticket/ticket.h"

#include <glib/gi18n.h>
#include <string.h>

#define TITLE_MAX 100
#define POSITION_MAX 100000
#define HEAD_START_MAX 100000
#define NAME_PATTERN "\\A[a-z][a-z0-9_]{0,39}\\z"

/* So that every list of entries can be one answer. */
#define ENTRIES_MAX 200

typedef struct
{
  const char *list, *add, *change, *remove; /* statements */
  gboolean has_head_start;
} Catalog;

static const Catalog categories
    = { "category_list", "category_add", "category_change", "category_remove", FALSE };
static const Catalog priorities
    = { "priority_list", "priority_add", "priority_change", "priority_remove", TRUE };

/* What a body says about an entry, as parameters: NULL where it says nothing. */
typedef struct
{
  char *titles;
  DbParam color, position, is_active, head_start;
} Entry;

static void
entry_clear (Entry *entry)
{
  g_free (entry->titles);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Entry, entry_clear)

static DbParam
read_int (Arguments *arguments, const char *name, gint64 max)
{
  gint64 value = arguments_int (arguments, name, 0, max, 0, ARGUMENT_OPTIONAL);

  return arguments_has (arguments, name) ? db_int (value) : db_null ();
}

static void
read_entry (Arguments *arguments, const Catalog *catalog, ArgumentFlags titles, Entry *entry)
{
  gboolean is_active = arguments_bool (arguments, "is_active", TRUE);

  entry->titles = field_translations (arguments, "titles", TITLE_MAX, "en", titles);
  entry->color = db_text (field_color (arguments, "color"));
  entry->position = read_int (arguments, "position", POSITION_MAX);
  entry->is_active = arguments_has (arguments, "is_active") ? db_bool (is_active) : db_null ();
  entry->head_start = catalog->has_head_start
                          ? read_int (arguments, "head_start_minutes", HEAD_START_MAX)
                          : DB_END;
}

static const char *
read_name (Arguments *arguments)
{
  const char *name = arguments_text (arguments, "name", TICKET_WORD_MAX, ARGUMENT_REQUIRED);

  if (name != NULL && !g_regex_match_simple (NAME_PATTERN, name, 0, 0))
    arguments_refuse (arguments, "name", "bad_format",
                      _ ("Small letters a to z, digits and _, a letter first."));
  return name;
}

/* Answers what a changing statement gave. */
static Reply *
reply_entry (DbResult *result, guint status, GError **error)
{
  g_autoptr (DbResult) rows = result;

  if (rows == NULL)
    return NULL;
  if (db_result_rows (rows) > 0 && strcmp (db_result_text (rows, 0, "outcome"), "default") == 0)
    {
      problem_set (error, PROBLEM_CONFLICT,
                   _ ("New tickets get this one unless they say otherwise, so it stays active."));
      return NULL;
    }
  return reply_outcome (g_steal_pointer (&rows), status, error);
}

static Reply *
list (Db *db, const char *statement, GError **error)
{
  g_autoptr (DbResult) rows = db_run (db, statement, (DbParam[]){ DB_END }, error);

  return rows != NULL ? reply_json (200, db_result_text (rows, 0, "json")) : NULL;
}

static Reply *
add (Db *db, const Request *request, const Catalog *catalog, GError **error)
{
  g_autoptr (Arguments) arguments = request_arguments (request, error);
  g_auto (Entry) entry = { 0 };
  g_autofree char *digest = NULL;
  DbResult *rows;
  const char *name, *key;

  if (arguments == NULL || !request_idempotency_key (request, &key, error))
    return NULL;
  name = read_name (arguments);
  read_entry (arguments, catalog, ARGUMENT_REQUIRED, &entry);
  if (!arguments_check (arguments, error))
    return NULL;
  digest = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, request_body (request));
  rows = db_run (db, catalog->add,
                 (DbParam[]){ db_int (request_actor (request)->user_id), db_text (key),
                              db_text (digest), db_text (name), db_text (entry.titles), entry.color,
                              entry.position, entry.is_active, db_int (ENTRIES_MAX),
                              entry.head_start, DB_END },
                 error);
  if (rows != NULL && db_result_rows (rows) == 0)
    {
      db_result_free (rows);
      problem_set (error, PROBLEM_CONFLICT, _ ("There are %u entries; there is no room for more."),
                   ENTRIES_MAX);
      return NULL;
    }
  return reply_entry (rows, 201, error);
}

static Reply *
change (Db *db, const Request *request, const Catalog *catalog, GError **error)
{
  g_autoptr (Arguments) arguments = request_arguments (request, error);
  g_auto (Entry) entry = { 0 };
  gint64 id = request_path_id (request, "id");

  if (arguments == NULL)
    return NULL;
  if (arguments_mentions (arguments, "name"))
    arguments_refuse (arguments, "name", "not_allowed",
                      _ ("The name stays; change the titles instead."));
  read_entry (arguments, catalog, ARGUMENT_OPTIONAL, &entry);
  if (!arguments_check (arguments, error))
    return NULL;
  return reply_entry (db_run (db, catalog->change,
                              (DbParam[]){ db_int (id), db_text (entry.titles), entry.color,
                                           entry.position, entry.is_active, entry.head_start,
                                           DB_END },
                              error),
                      200, error);
}

static Reply *
remove_entry (Db *db, const Request *request, const Catalog *catalog, GError **error)
{
  DbParam id = db_int (request_path_id (request, "id"));

  return reply_entry (db_run (db, catalog->remove, (DbParam[]){ id, DB_END }, error), 200, error);
}

Reply *
status_list (Db *db, const Request *request G_GNUC_UNUSED, GError **error)
{
  return list (db, "status_list", error);
}

Reply *
category_list (Db *db, const Request *request G_GNUC_UNUSED, GError **error)
{
  return list (db, categories.list, error);
}

Reply *
category_post (Db *db, const Request *request, GError **error)
{
  return add (db, request, &categories, error);
}

Reply *
category_patch (Db *db, const Request *request, GError **error)
{
  return change (db, request, &categories, error);
}

Reply *
category_delete (Db *db, const Request *request, GError **error)
{
  return remove_entry (db, request, &categories, error);
}

Reply *
priority_list (Db *db, const Request *request G_GNUC_UNUSED, GError **error)
{
  return list (db, priorities.list, error);
}

Reply *
priority_post (Db *db, const Request *request, GError **error)
{
  return add (db, request, &priorities, error);
}

Reply *
priority_patch (Db *db, const Request *request, GError **error)
{
  return change (db, request, &priorities, error);
}

Reply *
priority_delete (Db *db, const Request *request, GError **error)
{
  return remove_entry (db, request, &priorities, error);
}
