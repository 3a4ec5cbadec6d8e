/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Tags: free words on tickets. A tag exists as long as a ticket has it. */
#include "ticket/tag.h"

#include "ticket/handlers.h"
#include "ticket/ticket.h"

#include <glib/gi18n.h>
#include <string.h>

#define PAGE_DEFAULT 50
#define PAGE_MAX 200

char *
tag_fold (const char *text)
{
  g_autofree char *composed = g_utf8_normalize (text, -1, G_NORMALIZE_NFC);
  g_autofree char *lower = g_utf8_strdown (composed, -1);
  g_autofree char *folded = g_utf8_normalize (lower, -1, G_NORMALIZE_NFC);
  GString *tag = g_string_new (NULL);
  gboolean between = FALSE;

  for (const char *at = folded; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar letter = g_utf8_get_char (at);

      if (g_unichar_isspace (letter))
        {
          between = tag->len > 0;
          continue;
        }
      if (between)
        g_string_append_c (tag, ' ');
      between = FALSE;
      g_string_append_unichar (tag, letter);
    }
  return g_string_free (tag, FALSE);
}

GString *
tag_read_list (Arguments *arguments, const char *name)
{
  g_auto (GStrv) texts = arguments_texts (arguments, name, TAGS_MAX, TAG_MAX);
  GString *tags = db_array_new ();

  for (guint i = 0; texts[i] != NULL; i++)
    {
      g_autofree char *tag = tag_fold (texts[i]);

      /* Lists of tags in addresses have commas between them. */
      if (strchr (tag, ',') != NULL)
        arguments_refuse (arguments, name, "not_allowed", _ ("A tag has no comma."));
      else if (g_utf8_strlen (tag, -1) > TAG_MAX)
        arguments_refuse (arguments, name, "too_long", _ ("A tag has at most 50 characters."));
      else
        db_array_add_text (tags, tag);
    }
  db_array_close (tags);
  return tags;
}

Reply *
tag_list (Db *db, const Request *request, GError **error)
{
  const char *q = request_query (request, "q");
  g_autofree char *prefix = tag_fold (q != NULL ? q : "");
  g_autoptr (DbResult) rows = NULL;
  gint64 limit;

  if (!request_query_int (request, "limit", 1, PAGE_MAX, PAGE_DEFAULT, &limit, error))
    return NULL;
  rows = db_run (db, "tag_list",
                 (DbParam[]){ db_text (prefix), db_text (request_query (request, "after")),
                              db_int (limit), DB_END },
                 error);
  return rows != NULL ? reply_json (200, db_result_text (rows, 0, "json")) : NULL;
}

/* @wanted is NULL to keep those that the ticket has. */
static Reply *
change_tags (Db *db, const Request *request, const char *wanted, const char *added,
             const char *removed, GError **error)
{
  DbResult *rows = db_run (db, "ticket_tag",
                           (DbParam[]){ db_int (request_path_id (request, "id")), db_text (wanted),
                                        db_text (added), db_text (removed), DB_END },
                           error);

  return rows != NULL ? ticket_reply_outcome (db, request, rows, 200, error) : NULL;
}

Reply *
ticket_put_tags (Db *db, const Request *request, GError **error)
{
  g_autoptr (Arguments) arguments = request_arguments (request, error);
  g_autoptr (GString) tags = NULL;

  if (arguments == NULL)
    return NULL;
  tags = tag_read_list (arguments, "tags");
  if (!arguments_has (arguments, "tags"))
    arguments_refuse (arguments, "tags", "required", _ ("All tags that the ticket shall have."));
  if (!arguments_check (arguments, error))
    return NULL;
  return change_tags (db, request, tags->str, "{}", "{}", error);
}

Reply *
ticket_post_tags (Db *db, const Request *request, GError **error)
{
  g_autoptr (Arguments) arguments = request_arguments (request, error);
  g_autoptr (GString) added = NULL;
  g_autoptr (GString) removed = NULL;

  if (arguments == NULL)
    return NULL;
  added = tag_read_list (arguments, "add");
  removed = tag_read_list (arguments, "remove");
  if (!arguments_has (arguments, "add") && !arguments_has (arguments, "remove"))
    arguments_refuse (arguments, "add", "required", _ ("Tags to add or to remove."));
  if (!arguments_check (arguments, error))
    return NULL;
  return change_tags (db, request, NULL, added->str, removed->str, error);
}
