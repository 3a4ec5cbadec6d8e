/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Tolerant readers for JSON that came from outside, and the few writers that our own frames need.
 */

#include "desk-json.h"

#include "desk-error.h"

JsonObject *
desk_json_parse (const char *text, gssize length, GError **error)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  JsonNode *root;

  if (!json_parser_load_from_data (parser, text, length, NULL))
    root = NULL;
  else
    root = json_parser_get_root (parser);

  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    {
      g_set_error (error, DESK_ERROR, DESK_ERROR_BAD_ANSWER, "the answer is not a JSON object");
      return NULL;
    }

  return json_node_dup_object (root);
}

char *
desk_json_print (JsonObject *object)
{
  g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), object);

  return json_to_string (node, FALSE);
}

static JsonNode *
find_value (JsonObject *object, const char *name, GType type)
{
  JsonNode *node = json_object_get_member (object, name);

  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != type)
    return NULL;

  return node;
}

const char *
desk_json_get_string (JsonObject *object, const char *name)
{
  JsonNode *node = find_value (object, name, G_TYPE_STRING);

  return node != NULL ? json_node_get_string (node) : NULL;
}

gint64
desk_json_get_int (JsonObject *object, const char *name, gint64 fallback)
{
  JsonNode *node = find_value (object, name, G_TYPE_INT64);

  return node != NULL ? json_node_get_int (node) : fallback;
}

gboolean
desk_json_get_bool (JsonObject *object, const char *name)
{
  JsonNode *node = find_value (object, name, G_TYPE_BOOLEAN);

  return node != NULL && json_node_get_boolean (node);
}

JsonObject *
desk_json_get_object (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

JsonArray *
desk_json_get_array (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
}

gint64
desk_json_get_time (JsonObject *object, const char *name)
{
  const char *text = desk_json_get_string (object, name);
  g_autoptr (GDateTime) when = NULL;

  if (text == NULL)
    return 0;

  when = g_date_time_new_from_iso8601 (text, NULL);
  if (when == NULL)
    return 0;

  return g_date_time_to_unix (when) * G_USEC_PER_SEC + g_date_time_get_microsecond (when);
}

void
desk_json_set_time (JsonObject *object, const char *name, gint64 time)
{
  g_autoptr (GDateTime) seconds = NULL;
  g_autofree char *date = NULL;
  g_autofree char *text = NULL;

  if (time == 0)
    {
      json_object_set_null_member (object, name);
      return;
    }

  seconds = g_date_time_new_from_unix_utc (time / G_USEC_PER_SEC);
  date = g_date_time_format (seconds, "%Y-%m-%dT%H:%M:%S");
  text = g_strdup_printf ("%s.%06dZ", date, (int) (time % G_USEC_PER_SEC));
  json_object_set_string_member (object, name, text);
}

void
desk_json_set_text (JsonObject *object, const char *name, const char *text)
{
  if (text != NULL)
    json_object_set_string_member (object, name, text);
  else
    json_object_set_null_member (object, name);
}
