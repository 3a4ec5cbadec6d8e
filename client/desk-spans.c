/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Draws the span tree of a message as Pango markup, so that one label shows it, one selection
 * copies it and a screen reader reads it in one go.
 */

#include "desk-spans.h"

#include <string.h>

#include "desk-json.h"

/* Half a line apart stand the paragraphs of a message, not of a list's item. */
#define GAP "\n<span size=\"50%\">\n</span>"

/* The server nests far less; a tree from elsewhere must not exhaust the stack. */
#define DEEPEST 32

static void append_blocks (GString *out, JsonArray *blocks, const char *indent, guint depth);

static void
append_escaped (GString *out, const char *text)
{
  g_autofree char *escaped = g_markup_escape_text (text != NULL ? text : "", -1);

  g_string_append (out, escaped);
}

/* A code block ends with a line break of its own; shown, it would be an empty line. */
static void
append_code (GString *out, const char *text)
{
  gsize length = text != NULL ? strlen (text) : 0;
  g_autofree char *whole = NULL;

  if (length > 0 && text[length - 1] == '\n')
    length--;
  whole = g_strndup (text, length);
  g_string_append (out, "<tt>");
  append_escaped (out, whole);
  g_string_append (out, "</tt>");
}

static gboolean
is_safe_link (const char *href)
{
  return href != NULL
         && (g_str_has_prefix (href, "https://") || g_str_has_prefix (href, "http://")
             || g_str_has_prefix (href, "mailto:"));
}

static void
append_inlines (GString *out, JsonArray *inlines, guint depth)
{
  guint n = inlines != NULL && depth < DEEPEST ? json_array_get_length (inlines) : 0;

  for (guint i = 0; i < n; i++)
    {
      JsonNode *node = json_array_get_element (inlines, i);
      JsonObject *span;
      const char *kind;

      if (JSON_NODE_HOLDS_VALUE (node))
        append_escaped (out, json_node_get_string (node));
      if (!JSON_NODE_HOLDS_OBJECT (node))
        continue;

      span = json_node_get_object (node);
      kind = desk_json_get_string (span, "t");
      if (g_strcmp0 (kind, "br") == 0)
        g_string_append_c (out, '\n');
      else if (g_strcmp0 (kind, "code") == 0)
        append_code (out, desk_json_get_string (span, "x"));
      else if (g_strcmp0 (kind, "a") == 0 && is_safe_link (desk_json_get_string (span, "h")))
        {
          g_string_append (out, "<a href=\"");
          append_escaped (out, desk_json_get_string (span, "h"));
          g_string_append (out, "\">");
          append_inlines (out, desk_json_get_array (span, "c"), depth + 1);
          g_string_append (out, "</a>");
        }
      else if (g_strcmp0 (kind, "b") == 0 || g_strcmp0 (kind, "i") == 0
               || g_strcmp0 (kind, "s") == 0)
        {
          g_string_append_printf (out, "<%s>", kind);
          append_inlines (out, desk_json_get_array (span, "c"), depth + 1);
          g_string_append_printf (out, "</%s>", kind);
        }
      else
        append_inlines (out, desk_json_get_array (span, "c"), depth + 1);
    }
}

/* @first: the number of the first item, negative for a list without numbers. */
static void
append_items (GString *out, JsonArray *items, gint64 first, const char *indent, guint depth)
{
  g_autofree char *deeper = g_strconcat (indent, "   ", NULL);

  for (guint i = 0; items != NULL && i < json_array_get_length (items); i++)
    {
      JsonNode *item = json_array_get_element (items, i);

      if (i > 0)
        g_string_append_c (out, '\n');
      if (first >= 0)
        g_string_append_printf (out, "%s%" G_GINT64_FORMAT ". ", indent, first + i);
      else
        g_string_append_printf (out, "%s• ", indent);
      if (JSON_NODE_HOLDS_ARRAY (item))
        append_blocks (out, json_node_get_array (item), deeper, depth + 1);
    }
}

static void
append_block (GString *out, JsonObject *block, const char *indent, guint depth)
{
  const char *kind = desk_json_get_string (block, "t");
  JsonArray *children = desk_json_get_array (block, "c");

  if (g_strcmp0 (kind, "pre") == 0)
    append_code (out, desk_json_get_string (block, "x"));
  else if (g_strcmp0 (kind, "quote") == 0)
    {
      g_string_append (out, "<i>“");
      append_blocks (out, children, indent, depth + 1);
      g_string_append (out, "”</i>");
    }
  else if (g_strcmp0 (kind, "ul") == 0)
    append_items (out, children, -1, indent, depth);
  else if (g_strcmp0 (kind, "ol") == 0)
    append_items (out, children, desk_json_get_int (block, "n", 1), indent, depth);
  else
    append_inlines (out, children, depth + 1);
}

static void
append_blocks (GString *out, JsonArray *blocks, const char *indent, guint depth)
{
  guint n = blocks != NULL && depth < DEEPEST ? json_array_get_length (blocks) : 0;

  for (guint i = 0; i < n; i++)
    {
      JsonNode *block = json_array_get_element (blocks, i);

      if (i > 0)
        g_string_append (out, depth == 0 ? GAP : "\n");
      if (JSON_NODE_HOLDS_OBJECT (block))
        append_block (out, json_node_get_object (block), indent, depth);
    }
}

char *
desk_spans_to_markup (JsonArray *spans, const char *body)
{
  GString *out;

  if (spans == NULL || json_array_get_length (spans) == 0)
    return g_markup_escape_text (body != NULL ? body : "", -1);

  out = g_string_new (NULL);
  append_blocks (out, spans, "", 0);

  return g_string_free (out, FALSE);
}
