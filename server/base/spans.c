/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Markdown → span tree: one walk over cmark's tree, writing as it goes. Nothing that a person wrote
 * is lost on the way: what Markdown would hide is shown as it was typed. */
#include "base/spans.h"

#include "base/json.h"

#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm.h>
#include <glib.h>
#include <string.h>

/* Containers below this depth are left out, their content stays. */
#define DEPTH_MAX 12

/* The longest name of a programming language. */
#define LANGUAGE_MAX 20

typedef struct
{
  GString *json;
  guint depth;
  gboolean comma; /* whether the next node follows a sibling */
  gboolean visible; /* whether anything but white space was written */
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

/* Whether @at, a `[`, begins `[label]:`. */
static gboolean
begins_definition (const char *at)
{
  for (at++; *at != '\0' && *at != '[' && *at != ']'; at++)
    {
      if (at[0] == '\\' && at[1] != '\0')
        at++;
    }
  return at[0] == ']' && at[1] == ':';
}

/* A set of the lines of @document, from 1 on, in which a backslash would be seen.
 * Returns: (transfer full). */
static GHashTable *
find_code_lines (cmark_node *document)
{
  GHashTable *lines = g_hash_table_new (NULL, NULL);
  cmark_iter *iter = cmark_iter_new (document);

  while (cmark_iter_next (iter) != CMARK_EVENT_DONE)
    {
      cmark_node *node = cmark_iter_get_node (iter);
      cmark_node_type type = cmark_node_get_type (node);

      if (type != CMARK_NODE_CODE_BLOCK && type != CMARK_NODE_HTML_BLOCK)
        continue;
      for (int line = cmark_node_get_start_line (node); line <= cmark_node_get_end_line (node);
           line++)
        g_hash_table_add (lines, GINT_TO_POINTER (line));
    }
  cmark_iter_free (iter);
  return lines;
}

/* Lines such as `[1]: https://…` define links, and Markdown shows them to nobody; people who write
 * them mean them. @document is what @markdown says.
 * Returns: (transfer full): the text with a backslash before each of them; NULL when it has none.
 */
static char *
keep_definitions (const char *markdown, cmark_node *document)
{
  g_autoptr (GHashTable) code = NULL;
  GString *kept = NULL;
  int number = 1;

  for (const char *line = markdown; line != NULL; number++)
    {
      const char *at = line + strspn (line, " \t>*+-.)0123456789");

      if (*at == '[' && begins_definition (at))
        {
          if (code == NULL)
            code = find_code_lines (document);
          if (!g_hash_table_contains (code, GINT_TO_POINTER (number)))
            {
              if (kept == NULL)
                kept = g_string_new (markdown);
              g_string_insert_c (kept, (gssize) (kept->len - strlen (at)), '\\');
            }
        }
      line = strchr (at, '\n');
      line = line != NULL ? line + 1 : NULL;
    }
  return kept != NULL ? g_string_free (kept, FALSE) : NULL;
}

/* As parse(), with everything in it. */
static cmark_node *
parse_whole (const char *markdown)
{
  cmark_node *document = parse (markdown);
  g_autofree char *kept = keep_definitions (markdown, document);

  if (kept == NULL)
    return document;
  cmark_node_free (document);
  return parse (kept);
}

static void
separate (Writing *writing)
{
  if (writing->comma)
    g_string_append_c (writing->json, ',');
  writing->comma = TRUE;
}

static void
note_visible (Writing *writing, const char *text)
{
  while (!writing->visible && *text != '\0')
    {
      writing->visible = !g_unichar_isspace (g_utf8_get_char (text));
      text = g_utf8_next_char (text);
    }
}

static void
write_text (Writing *writing, const char *text)
{
  separate (writing);
  json_append_text (writing->json, text != NULL ? text : "");
  note_visible (writing, text != NULL ? text : "");
}

static void
write_code (Writing *writing, const char *type, const char *code)
{
  separate (writing);
  g_string_append_printf (writing->json, "{\"t\":\"%s\",\"x\":", type);
  json_append_text (writing->json, code);
  g_string_append_c (writing->json, '}');
  note_visible (writing, code);
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

/* What a container says of itself beside its content: where a link leads, and with which number a
 * list begins that does not begin with 1. */
static void
write_traits (Writing *writing, cmark_node *node)
{
  cmark_node_type type = cmark_node_get_type (node);

  if (type == CMARK_NODE_LINK || type == CMARK_NODE_IMAGE)
    {
      g_string_append (writing->json, "\"h\":");
      json_append_text (writing->json, cmark_node_get_url (node));
      g_string_append_c (writing->json, ',');
    }
  else if (type == CMARK_NODE_LIST && cmark_node_get_list_type (node) == CMARK_ORDERED_LIST
           && cmark_node_get_list_start (node) != 1)
    g_string_append_printf (writing->json, "\"n\":%d,", cmark_node_get_list_start (node));
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
      write_traits (writing, node);
      g_string_append (writing->json, "\"c\":[");
      writing->comma = FALSE;
      /* A link around nothing would be one that nobody sees. */
      if (*type == 'a' && cmark_node_first_child (node) == NULL)
        write_text (writing, cmark_node_get_url (node));
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

/* A fence may name the language of its code; what is no name of one is the code's first line. */
static void
write_code_block (Writing *writing, cmark_node *node)
{
  const char *info = cmark_node_get_fence_info (node);
  const char *code = cmark_node_get_literal (node);
  g_autofree char *whole = NULL;

  if (*code != '\0' && strlen (info) <= LANGUAGE_MAX && strpbrk (info, " \t()[]{};:=<>\"'") == NULL)
    info = "";
  whole = g_strconcat (info, *info != '\0' ? "\n" : "", code, NULL);
  write_code (writing, "pre", whole);
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
  else if (type == CMARK_NODE_CODE_BLOCK)
    write_code_block (writing, node);
  else if (type == CMARK_NODE_HTML_BLOCK)
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
      writing->visible = TRUE;
    }
  else
    return FALSE;
  return TRUE;
}

/* One paragraph of @text as it is. */
static char *
write_plain (const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  Writing writing = { .json = g_string_new ("[{\"t\":\"p\",\"c\":[") };

  for (guint i = 0; lines[i] != NULL; i++)
    {
      if (i > 0)
        g_string_append (writing.json, ",{\"t\":\"br\"}");
      write_text (&writing, g_strchomp (lines[i]));
    }
  g_string_append (writing.json, "]}]");
  return g_string_free (writing.json, FALSE);
}

char *
spans_from_markdown (const char *markdown)
{
  cmark_node *document = parse_whole (markdown);
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
  if (writing.visible)
    return g_string_free (writing.json, FALSE);
  /* Marks alone, `#` or `>`: whoever sends them means them. */
  g_string_free (writing.json, TRUE);
  return write_plain (markdown);
}
