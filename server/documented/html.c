/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Escaping, and span trees as elements. The server has made the trees, so they are no deeper than
 * it parses. */
#include "documented/html.h"

#include <string.h>

void
html_add (GString *html, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list list;

  va_start (list, format);
  text = g_markup_vprintf_escaped (format, list);
  va_end (list);
  g_string_append (html, text);
}

static void add_inlines (GString *html, JsonArray *inlines);

/* Elements by what the tree calls them. */
static const struct
{
  const char *kind;
  const char *element;
} elements[] = {
  { "p", "p" },       { "pre", "pre" }, { "quote", "blockquote" },
  { "ul", "ul" },     { "ol", "ol" },   { "b", "b" },
  { "i", "em" },      { "s", "s" },     { "a", "a" },
  { "code", "code" }, { "br", "br" },
};

static const char *
find_element (const char *kind)
{
  for (guint i = 0; i < G_N_ELEMENTS (elements); i++)
    {
      if (strcmp (elements[i].kind, kind) == 0)
        return elements[i].element;
    }
  return "span";
}

static void
open_element (GString *html, const char *element, JsonObject *span)
{
  if (strcmp (element, "a") == 0)
    html_add (html, "<a rel=\"noopener noreferrer nofollow ugc\" target=\"_blank\" href=\"%s\">",
              json_object_get_string_member_with_default (span, "h", ""));
  else if (strcmp (element, "ol") == 0 && json_object_has_member (span, "n"))
    html_add (html, "<ol start=\"%" G_GINT64_FORMAT "\">", json_object_get_int_member (span, "n"));
  else
    html_add (html, "<%s>", element);
}

static void
add_inline (GString *html, JsonNode *node)
{
  JsonObject *span;
  const char *element;

  if (JSON_NODE_HOLDS_VALUE (node))
    {
      html_add (html, "%s", json_node_get_string (node));
      return;
    }
  span = json_node_get_object (node);
  element = find_element (json_object_get_string_member (span, "t"));
  open_element (html, element, span);
  if (strcmp (element, "br") == 0)
    return;
  if (json_object_has_member (span, "x"))
    html_add (html, "%s", json_object_get_string_member (span, "x"));
  if (json_object_has_member (span, "c"))
    add_inlines (html, json_object_get_array_member (span, "c"));
  html_add (html, "</%s>", element);
}

static void
add_inlines (GString *html, JsonArray *inlines)
{
  for (guint i = 0; i < json_array_get_length (inlines); i++)
    add_inline (html, json_array_get_element (inlines, i));
}

static void
add_items (GString *html, JsonArray *items)
{
  for (guint i = 0; i < json_array_get_length (items); i++)
    {
      g_string_append (html, "<li>");
      html_add_spans (html, json_array_get_array_element (items, i));
      g_string_append (html, "</li>");
    }
}

static void
add_block (GString *html, JsonObject *block)
{
  const char *kind = json_object_get_string_member (block, "t");
  const char *element = find_element (kind);

  open_element (html, element, block);
  if (strcmp (kind, "pre") == 0)
    html_add (html, "%s", json_object_get_string_member (block, "x"));
  else if (strcmp (kind, "quote") == 0)
    html_add_spans (html, json_object_get_array_member (block, "c"));
  else if (strcmp (element, "ul") == 0 || strcmp (element, "ol") == 0)
    add_items (html, json_object_get_array_member (block, "c"));
  else
    add_inlines (html, json_object_get_array_member (block, "c"));
  html_add (html, "</%s>", element);
}

void
html_add_spans (GString *html, JsonArray *spans)
{
  for (guint i = 0; i < json_array_get_length (spans); i++)
    add_block (html, json_array_get_object_element (spans, i));
}
