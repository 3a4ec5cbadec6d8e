/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The strict recogniser against json-glib: whatever it lets through, the lenient parser behind it
 * has to understand, and our own readers have to agree with that one. */
#include "fuzz.h"

#include "base/json.h"

#include <json-glib/json-glib.h>
#include <string.h>

static void
check_text (const char *at, JsonNode *node)
{
  g_autoptr (GString) text = json_read_text (&at);
  g_autoptr (GString) written = g_string_new (NULL);

  if (strlen (text->str) != text->len)
    return;
  g_assert_cmpstr (text->str, ==, json_node_get_string (node));
  json_append_text (written, text->str);
  g_assert_true (json_check (written->str, written->len, NULL));
}

/* Walks an array with our own readers, beside json-glib's @array. */
static void
check_array (const char *at, JsonArray *array)
{
  guint length = json_array_get_length (array);

  at = json_skip_space (at + 1);
  for (guint i = 0; i < length; i++)
    {
      JsonNode *node = json_array_get_element (array, i);

      if (*at == '"')
        check_text (at, node);
      g_assert_true ((*at == '[') == JSON_NODE_HOLDS_ARRAY (node));
      g_assert_true ((*at == '{') == JSON_NODE_HOLDS_OBJECT (node));
      at = json_skip_space (json_skip_value (at));
      g_assert_true (*at == (i + 1 < length ? ',' : ']'));
      at = json_skip_space (at + 1);
    }
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_autoptr (JsonParser) parser = NULL;
  JsonNode *root;
  const char *start;

  if (!json_check ((const char *) data, size, &error))
    {
      g_assert_nonnull (error);
      return 0;
    }
  g_assert_cmpuint (strlen (text), ==, size);
  parser = json_parser_new_immutable ();
  if (!json_parser_load_from_data (parser, text, (gssize) size, &error))
    g_error ("json-glib: %s", error->message);
  root = json_parser_get_root (parser);
  start = json_skip_space (text);
  if (*start == '[')
    check_array (start, json_node_get_array (root));
  return 0;
}
