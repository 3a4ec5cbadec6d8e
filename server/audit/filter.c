/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Reading filters. What cannot be read is refused: a filter that is silently dropped shows more
 * than was asked for. */
#include "audit/filter.h"

#include "base/fields.h"
#include "base/json.h"
#include "base/problem.h"

#include <glib/gi18n.h>
#include <string.h>

#define ACTIONS_MAX 32
#define NAME_MAX_LENGTH 64
#define WORDS_MAX 200

/* Of what the server did by itself, or somebody who was not signed in. */
#define NOBODY "nobody"

static gboolean
refuse (const char *name, GError **error)
{
  problem_set (error, PROBLEM_BAD_REQUEST, _ ("The value of “%s” is not possible."), name);
  return FALSE;
}

static gboolean
read_id (const Request *request, const char *name, const char *nobody, GString *json,
         GError **error)
{
  const char *value = request_query (request, name);
  gint64 id = 0;

  if (value == NULL)
    return TRUE;
  if (g_strcmp0 (value, nobody) != 0
      && !g_ascii_string_to_signed (value, 10, 1, G_MAXINT64, &id, NULL))
    return refuse (name, error);
  json_begin_member (json, name);
  g_string_append_printf (json, "%" G_GINT64_FORMAT, id);
  return TRUE;
}

/* A moment of the address @name, as the field @field. */
static gboolean
read_time (const Request *request, const char *name, const char *field, GString *json,
           GError **error)
{
  const char *value = request_query (request, name);
  gint64 time;

  if (value == NULL)
    return TRUE;
  if (!field_read_time (value, &time))
    return refuse (name, error);
  json_begin_member (json, field);
  json_append_text (json, value);
  return TRUE;
}

static gboolean
read_text (const Request *request, const char *name, const char *field, glong most, GString *json,
           GError **error)
{
  const char *value = request_query (request, name);

  if (value == NULL)
    return TRUE;
  if (*value == '\0' || g_utf8_strlen (value, -1) > most)
    return refuse (name, error);
  json_begin_member (json, field);
  json_append_text (json, value);
  return TRUE;
}

/* `signed_in,signed_out`: any of them. */
static gboolean
read_actions (const Request *request, GString *json, GError **error)
{
  const char *value = request_query (request, "action");
  g_auto (GStrv) actions = value != NULL ? g_strsplit (value, ",", ACTIONS_MAX + 1) : NULL;

  if (actions == NULL)
    return TRUE;
  if (actions[0] == NULL || g_strv_length (actions) > ACTIONS_MAX)
    return refuse ("action", error);
  json_begin_member (json, "action");
  for (guint i = 0; actions[i] != NULL; i++)
    {
      g_string_append_c (json, i > 0 ? ',' : '[');
      json_append_text (json, actions[i]);
    }
  g_string_append_c (json, ']');
  return TRUE;
}

char *
audit_filter_read (const Request *request, GError **error)
{
  g_autoptr (GString) json = g_string_new ("{");

  if (!read_id (request, "actor", NOBODY, json, error) || !read_actions (request, json, error)
      || !read_text (request, "target", "target", NAME_MAX_LENGTH, json, error)
      || !read_id (request, "target_id", NULL, json, error)
      || !read_text (request, "address", "address", NAME_MAX_LENGTH, json, error)
      || !read_time (request, "from", "since", json, error)
      || !read_time (request, "to", "until", json, error)
      || !read_text (request, "q", "words", WORDS_MAX, json, error))
    return NULL;
  g_string_append_c (json, '}');
  return g_strdup (json->str);
}

/* `MICROSECONDS.ID`. */
gboolean
audit_place_read (const Request *request, AuditPlace *place, GError **error)
{
  const char *after = request_query (request, "after");
  g_auto (GStrv) parts = after != NULL ? g_strsplit (after, ".", 3) : NULL;

  *place = (AuditPlace){ 0 };
  if (after == NULL)
    return TRUE;
  return (g_strv_length (parts) == 2
          && g_ascii_string_to_signed (parts[0], 10, 1, G_MAXINT64, &place->at, NULL)
          && g_ascii_string_to_signed (parts[1], 10, 1, G_MAXINT64, &place->id, NULL))
         || refuse ("after", error);
}

DbResult *
audit_run (Db *db, const char *statement, const char *filter, const AuditPlace *place, guint most,
           GError **error)
{
  gboolean goes_on = place->at > 0;

  return db_run (db, statement,
                 (DbParam[]){ db_text (filter), goes_on ? db_int (place->at) : db_null (),
                              goes_on ? db_int (place->id) : db_null (), db_int (most), DB_END },
                 error);
}
