/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Markdown → span tree: one walk over cmark's tree, writing as it goes. */
#include "base/spans.h"

#include "base/json.h"

#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm.h>
#include <glib.h>
#include <string.h>

/* Containers below this depth are left out, their content stays. */
#define DEPTH_MAX 12

typedef struct
{
  GString *json;
  guint depth;
  gboolean comma; /* whether the next node follows a sibling */
} Writing;

static const char *const extensions[] = { "autolink", "strikethrough" };

static cmark_node *
parse (const char *markdown)
{
  cmark_parser *parser;
  cmark_node *document;

  cmark_gfm_core_extensions_ensure_registered ();
  parser = cmark_parser_new (CMARK_OPT_DEFAULT | CMARK_OPT_VALIDATE_UTF8
                             | CMARK_OPT_STRIKETHROUGH_DOUBLE_TILDE);
  for (guint i = 0; i < G_N_ELEMENTS (extensions); i++)
    cmark_parser_attach_syntax_extension (parser, cmark_find_syntax_extension (extensions[i]));
  cmark_parser_feed (parser, markdown, strlen (markdown));
  document = cmark_parser_finish (parser);
  cmark_parser_free (parser);
  return document;
}

static void
separate (Writing *writing)
{
  if (writing->comma)
    g_string_append_c (writing->json, ',');
  writing->comma = TRUE;
}

static void
write_text (Writing *writing, const char *text)
{
  separate (writing);
  json_append_text (writing->json, text != NULL ? text : "");
}

static void
write_code (Writing *writing, const char *type, const char *code)
{
  separate (writing);
  g_string_append_printf (writing->json, "{\"t\":\"%s\",\"x\":", type);
  json_append_text (writing->json, code);
  g_string_append_c (writing->json, '}');
}

static gboolean
is_allowed_link (const char *url)
{
  static const char *const schemes[] = { "http://", "https://", "mailto:" };

  for (guint i = 0; url != NULL && i < G_N_ELEMENTS (schemes); i++)
    {
      if (g_ascii_strncasecmp (url, schemes[i], strlen (schemes[i])) == 0)
        return TRUE;
    }
  return FALSE;
}

/* The `t` of a container, or NULL for one whose content stands in its parent. */
static const char *
container_type (cmark_node *node)
{
  cmark_node_type type = cmark_node_get_type (node);

  if (type == CMARK_NODE_PARAGRAPH || type == CMARK_NODE_HEADING)
    return "p";
  if (type == CMARK_NODE_BLOCK_QUOTE)
    return "quote";
  if (type == CMARK_NODE_LIST)
    return cmark_node_get_list_type (node) == CMARK_ORDERED_LIST ? "ol" : "ul";
  if (type == CMARK_NODE_STRONG)
    return "b";
  if (type == CMARK_NODE_EMPH)
    return "i";
  if (strcmp (cmark_node_get_type_string (node), "strikethrough") == 0)
    return "s";
  if ((type == CMARK_NODE_LINK || type == CMARK_NODE_IMAGE)
      && is_allowed_link (cmark_node_get_url (node)))
    return "a";
  return NULL;
}

/* A paragraph inside an item or quote below the last depth would be a block among inlines, so depth
 * is decided by blocks that can hold blocks; these are flattened together with their lists'
 * items. */
static gboolean
is_flattened (const Writing *writing, cmark_node *node)
{
  cmark_node_type type = cmark_node_get_type (node);

  return writing->depth > DEPTH_MAX && type != CMARK_NODE_PARAGRAPH && type != CMARK_NODE_HEADING;
}

static void
enter (Writing *writing, cmark_node *node)
{
  const char *type = container_type (node);

  writing->depth++;
  if (is_flattened (writing, node))
    return;
  if (cmark_node_get_type (node) == CMARK_NODE_ITEM)
    {
      separate (writing);
      g_string_append_c (writing->json, '[');
      writing->comma = FALSE;
    }
  else if (type != NULL)
    {
      separate (writing);
      g_string_append_printf (writing->json, "{\"t\":\"%s\",", type);
      if (*type == 'a')
        {
          g_string_append (writing->json, "\"h\":");
          json_append_text (writing->json, cmark_node_get_url (node));
          g_string_append_c (writing->json, ',');
        }
      g_string_append (writing->json, "\"c\":[");
      writing->comma = FALSE;
    }
}

static void
leave (Writing *writing, cmark_node *node)
{
  gboolean flattened = is_flattened (writing, node);

  writing->depth--;
  if (flattened)
    return;
  if (cmark_node_get_type (node) == CMARK_NODE_ITEM)
    g_string_append_c (writing->json, ']');
  else if (container_type (node) != NULL)
    g_string_append (writing->json, "]}");
  else
    return;
  writing->comma = TRUE;
}

/* Nodes without children; FALSE for containers. */
static gboolean
write_leaf (Writing *writing, cmark_node *node)
{
  cmark_node_type type = cmark_node_get_type (node);

  if (type == CMARK_NODE_TEXT || type == CMARK_NODE_HTML_INLINE)
    write_text (writing, cmark_node_get_literal (node));
  else if (type == CMARK_NODE_CODE)
    write_code (writing, "code", cmark_node_get_literal (node));
  else if (type == CMARK_NODE_CODE_BLOCK || type == CMARK_NODE_HTML_BLOCK)
    write_code (writing, "pre", cmark_node_get_literal (node));
  else if (type == CMARK_NODE_SOFTBREAK || type == CMARK_NODE_LINEBREAK)
    {
      separate (writing);
      g_string_append (writing->json, "{\"t\":\"br\"}");
    }
  else if (type == CMARK_NODE_THEMATIC_BREAK)
    {
      separate (writing);
      g_string_append (writing->json, "{\"t\":\"p\",\"c\":[\"———\"]}");
    }
  else
    return FALSE;
  return TRUE;
}

char *
spans_from_markdown (const char *markdown)
{
  cmark_node *document = parse (markdown);
  cmark_iter *iter = cmark_iter_new (document);
  Writing writing = { .json = g_string_new ("[") };
  cmark_event_type event;

  while ((event = cmark_iter_next (iter)) != CMARK_EVENT_DONE)
    {
      cmark_node *node = cmark_iter_get_node (iter);

      if (event == CMARK_EVENT_EXIT)
        leave (&writing, node);
      else if (!write_leaf (&writing, node))
        enter (&writing, node);
    }
  g_string_append_c (writing.json, ']');
  cmark_iter_free (iter);
  cmark_node_free (document);
  return g_string_free (writing.json, FALSE);
}
