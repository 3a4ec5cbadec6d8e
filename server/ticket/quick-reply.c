/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Quick replies: agents read and fill them, admins write them. */
#include "base/json.h"
#include "base/problem.h"
#include "ticket/handlers.h"
#include "ticket/variables.h"

#include "base/fields.h"

#include <glib/gi18n.h>
#include <string.h>

#define TITLE_MAX 200
#define CONTENT_MAX 16000
#define CATEGORY_MAX 100
#define POSITION_MAX 1000000
#define PAGE_DEFAULT 20
#define PAGE_MAX 100

/* `POSITION.ID` of the last one on the page before. */
static gboolean
read_place (const Request *request, gint64 *position, gint64 *id, GError **error)
{
  const char *after = request_query (request, "after");
  g_auto (GStrv) parts = after != NULL ? g_strsplit (after, ".", 3) : NULL;

  *position = *id = -1;
  if (after == NULL)
    return TRUE;
  if (g_strv_length (parts) == 2
      && g_ascii_string_to_signed (parts[0], 10, 0, POSITION_MAX, position, NULL)
      && g_ascii_string_to_signed (parts[1], 10, 1, G_MAXINT64, id, NULL))
    return TRUE;
  problem_set (error, PROBLEM_BAD_REQUEST, _ ("The value of “%s” in the address is not possible."),
               "after");
  return FALSE;
}

Reply *
quick_reply_list (Db *db, const Request *request, GError **error)
{
  g_autoptr (DbResult) rows = NULL;
  gint64 position, id, limit;
  gboolean active;

  if (!read_place (request, &position, &id, error)
      || !request_query_int (request, "limit", 1, PAGE_MAX, PAGE_DEFAULT, &limit, error)
      || !request_query_bool (request, "active", FALSE, &active, error))
    return NULL;
  rows = db_run (db, "quick_reply_page",
                 (DbParam[]){ db_int (position), db_int (id), db_int (limit), db_bool (active),
                              db_text (request_query (request, "category")), DB_END },
                 error);
  return rows != NULL ? reply_json (200, db_result_text (rows, 0, "json")) : NULL;
}

typedef struct
{
  char *titles, *contents; /* JSON objects by language */
  const char *category;
  DbParam is_active, position;
  gint64 revision; /* -1: not said */
} Draft;

static void
draft_clear (Draft *draft)
{
  g_free (draft->titles);
  g_free (draft->contents);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Draft, draft_clear)

/* What is not mentioned stays NULL. */
static gboolean
read_draft (Arguments *arguments, ArgumentFlags flags, Draft *draft, GError **error)
{
  gboolean active = arguments_bool (arguments, "is_active", TRUE);
  gint64 position = arguments_int (arguments, "position", 0, POSITION_MAX, -1, ARGUMENT_OPTIONAL);

  draft->titles = field_translations (arguments, "titles", TITLE_MAX, NULL, flags);
  draft->contents
      = field_translations (arguments, "contents", CONTENT_MAX, NULL, flags | ARGUMENT_MULTILINE);
  draft->category = arguments_text (arguments, "category", CATEGORY_MAX, ARGUMENT_OPTIONAL);
  if (draft->category == NULL && arguments_mentions (arguments, "category"))
    draft->category = "";
  draft->is_active = arguments_has (arguments, "is_active") ? db_bool (active) : db_null ();
  draft->position = position >= 0 ? db_int (position) : db_null ();
  draft->revision = arguments_int (arguments, "revision", 1, G_MAXINT64, -1, ARGUMENT_OPTIONAL);
  return arguments_check (arguments, error);
}

Reply *
quick_reply_post (Db *db, const Request *request, GError **error)
{
  g_autoptr (Arguments) arguments = request_arguments (request, error);
  g_autofree char *digest = request_digest (request);
  g_auto (Draft) draft = { .revision = -1 };
  const char *key;
  DbResult *rows;

  if (arguments == NULL || !request_idempotency_key (request, &key, error)
      || !read_draft (arguments, ARGUMENT_REQUIRED, &draft, error))
    return NULL;
  if (!arguments_has (arguments, "is_active"))
    draft.is_active = db_bool (TRUE);
  rows = db_run (db, "quick_reply_create",
                 (DbParam[]){ db_int (request_actor (request)->user_id), db_text (key),
                              db_text (digest), db_text (draft.titles), db_text (draft.contents),
                              db_text (draft.category), draft.is_active, draft.position, DB_END },
                 error);
  return rows != NULL ? reply_outcome (rows, 201, error) : NULL;
}

Reply *
quick_reply_patch (Db *db, const Request *request, GError **error)
{
  g_autoptr (Arguments) arguments = request_arguments (request, error);
  g_auto (Draft) draft = { .revision = -1 };
  DbResult *rows;

  if (arguments == NULL || !read_draft (arguments, ARGUMENT_OPTIONAL, &draft, error))
    return NULL;
  rows = db_run (db, "quick_reply_change",
                 (DbParam[]){ db_int (request_path_id (request, "id")),
                              draft.revision > 0 ? db_int (draft.revision) : db_null (),
                              db_text (draft.titles), db_text (draft.contents),
                              db_text (draft.category), draft.is_active, draft.position, DB_END },
                 error);
  return rows != NULL ? reply_outcome (rows, 200, error) : NULL;
}

Reply *
quick_reply_delete (Db *db, const Request *request, GError **error)
{
  DbResult *rows = db_run (db, "quick_reply_delete",
                           (DbParam[]){ db_int (request_path_id (request, "id")), DB_END }, error);

  return rows != NULL ? reply_outcome (rows, 204, error) : NULL;
}

/* Variables are the statement's columns with a dot in their names. */
static const char *
look_up (const char *name, gpointer data)
{
  const DbResult *values = data;

  return strchr (name, '.') != NULL && db_result_has (values, name)
             ? db_result_text (values, 0, name)
             : NULL;
}

static Reply *
reply_rendered (DbResult *values)
{
  g_autoptr (GPtrArray) unfilled = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *body
      = variables_fill (db_result_text (values, 0, "content"), look_up, values, unfilled);
  GString *json = g_string_new ("{\"language\":");

  json_append_text (json, db_result_text (values, 0, "language"));
  g_string_append (json, ",\"body\":");
  json_append_text (json, body);
  g_string_append (json, ",\"unfilled\":[");
  for (guint i = 0; i < unfilled->len; i++)
    {
      if (i > 0)
        g_string_append_c (json, ',');
      json_append_text (json, g_ptr_array_index (unfilled, i));
    }
  g_string_append (json, "]}");
  return reply_take_json (200, g_string_free (json, FALSE));
}

Reply *
quick_reply_render (Db *db, const Request *request, GError **error)
{
  g_autoptr (Arguments) arguments = request_arguments (request, error);
  g_autoptr (DbResult) values = NULL;
  const char *language;
  gint64 ticket;

  if (arguments == NULL)
    return NULL;
  ticket = arguments_int (arguments, "ticket", 1, G_MAXINT64, 0, ARGUMENT_REQUIRED);
  language = field_language (arguments);
  if (!arguments_check (arguments, error))
    return NULL;
  values = db_run (db, "quick_reply_render",
                   (DbParam[]){ db_int (request_path_id (request, "id")), db_int (ticket),
                                db_int (request_actor (request)->user_id), db_text (language),
                                DB_END },
                   error);
  if (values == NULL)
    return NULL;
  if (db_result_rows (values) > 0)
    return reply_rendered (values);
  problem_set (error, PROBLEM_NOT_FOUND, _ ("There is no such quick reply, or no such ticket."));
  return NULL;
}
