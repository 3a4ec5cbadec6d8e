/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Strict CSV. */
#include "queue/routing-table.h"

#include "base/problem.h"
#include "text/classifier.h"

#include <glib/gi18n.h>
#include <string.h>

#define COLUMNS 2
#define BYTE_ORDER_MARK "\xef\xbb\xbf"

typedef struct
{
  const char *at, *end;
  guint line; /* counted from 1 */
} Parser;

static gboolean
fail (guint line, GError **error, const char *reason)
{
  problem_set (error, PROBLEM_INTERNAL, _ ("Line %u: %s"), line, reason);
  return FALSE;
}

/* Passes a line break. Returns: whether there was one. */
static gboolean
pass_break (Parser *parser)
{
  if (parser->at < parser->end && *parser->at == '\n')
    parser->at++;
  else if (parser->at + 1 < parser->end && parser->at[0] == '\r' && parser->at[1] == '\n')
    parser->at += 2;
  else
    return FALSE;
  parser->line++;
  return TRUE;
}

static gboolean
at_end_of_field (const Parser *parser)
{
  return parser->at == parser->end || strchr (",\r\n", *parser->at) != NULL;
}

static gboolean
read_quoted (Parser *parser, GString *field, GError **error)
{
  guint began = parser->line;

  for (parser->at++; parser->at < parser->end; parser->at++)
    {
      if (*parser->at == '"' && (parser->at + 1 == parser->end || parser->at[1] != '"'))
        {
          parser->at++;
          return at_end_of_field (parser)
                 || fail (parser->line, error,
                          _ ("Something stands behind the closing quotation mark."));
        }
      parser->at += *parser->at == '"';
      parser->line += *parser->at == '\n';
      g_string_append_c (field, *parser->at);
    }
  return fail (began, error, _ ("This quotation mark is never closed."));
}

static gboolean
read_field (Parser *parser, GString *field, GError **error)
{
  g_string_truncate (field, 0);
  if (parser->at < parser->end && *parser->at == '"')
    return read_quoted (parser, field, error);
  for (; !at_end_of_field (parser); parser->at++)
    {
      if (*parser->at == '"')
        return fail (parser->line, error,
                     _ ("A quotation mark inside a field: put the whole field into quotation marks "
                        "and double it."));
      g_string_append_c (field, *parser->at);
    }
  return TRUE;
}

/* Reads a line of exactly the fields that there are columns. */
static gboolean
read_row (Parser *parser, GString **fields, GError **error)
{
  guint began = parser->line;

  for (guint column = 0; column < COLUMNS; column++)
    {
      if (!read_field (parser, fields[column], error))
        return FALSE;
      if (column + 1 == COLUMNS)
        break;
      if (parser->at == parser->end || *parser->at != ',')
        return fail (began, error, _ ("There is only one field here."));
      parser->at++;
    }
  if (parser->at < parser->end && *parser->at == ',')
    return fail (began, error, _ ("There are more than two fields here."));
  return parser->at == parser->end || pass_break (parser)
         || fail (parser->line, error, _ ("A line ends with a line feed."));
}

/* Which column is the text's, by the names in the first line. */
static gboolean
read_heading (Parser *parser, GString **fields, guint *text, GError **error)
{
  if (!read_row (parser, fields, error))
    return FALSE;
  *text = strcmp (fields[0]->str, "text") == 0 ? 0 : 1;
  return (strcmp (fields[*text]->str, "text") == 0 && strcmp (fields[1 - *text]->str, "label") == 0)
         || fail (1, error, _ ("The first line names the columns: text,label"));
}

static gboolean
is_blank (const char *text)
{
  while (g_ascii_isspace (*text))
    text++;
  return *text == '\0';
}

static gboolean
check_row (guint line, const char *text, const char *label, GError **error)
{
  if (is_blank (label))
    return fail (line, error, _ ("The label is empty."));
  if (strlen (label) > TEXT_CLASSIFIER_LABEL_MAX)
    return fail (line, error, _ ("The label is too long."));
  return !is_blank (text) || fail (line, error, _ ("The text is empty."));
}

/* The number of the line in which the byte @offset stands. */
static guint
find_line (const char *csv, gsize offset)
{
  guint line = 1;

  for (gsize i = 0; i < offset; i++)
    line += csv[i] == '\n';
  return line;
}

static gboolean
read_rows (Parser *parser, GString **fields, RoutingTable *table, GError **error)
{
  guint text;

  if (!read_heading (parser, fields, &text, error))
    return FALSE;
  while (parser->at < parser->end)
    {
      guint line = parser->line;

      if (!read_row (parser, fields, error)
          || !check_row (line, fields[text]->str, fields[1 - text]->str, error))
        return FALSE;
      g_ptr_array_add (table->texts, g_strdup (fields[text]->str));
      g_ptr_array_add (table->labels, g_strdup (fields[1 - text]->str));
    }
  return table->texts->len > 0 || fail (parser->line, error, _ ("There is no text."));
}

RoutingTable *
routing_table_parse (const char *csv, gsize length, GError **error)
{
  g_autoptr (RoutingTable) table = g_new0 (RoutingTable, 1);
  g_autoptr (GString) first = g_string_new (NULL);
  g_autoptr (GString) second = g_string_new (NULL);
  GString *fields[COLUMNS] = { first, second };
  Parser parser = { csv, csv + length, 1 };
  const char *bad;

  table->texts = g_ptr_array_new_with_free_func (g_free);
  table->labels = g_ptr_array_new_with_free_func (g_free);
  if (!g_utf8_validate_len (csv, length, &bad))
    {
      fail (find_line (csv, (gsize) (bad - csv)), error, _ ("This is not UTF-8 text."));
      return NULL;
    }
  if (length >= strlen (BYTE_ORDER_MARK) && g_str_has_prefix (csv, BYTE_ORDER_MARK))
    parser.at += strlen (BYTE_ORDER_MARK);
  return read_rows (&parser, fields, table, error) ? g_steal_pointer (&table) : NULL;
}

RoutingTable *
routing_table_read (const char *path, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autofree char *csv = NULL;
  gsize length;
  RoutingTable *table;

  if (!g_file_get_contents (path, &csv, &length, &problem))
    {
      problem_set (error, PROBLEM_INTERNAL, "%s", problem->message);
      return NULL;
    }
  table = routing_table_parse (csv, length, error);
  if (table == NULL)
    g_prefix_error (error, "%s: ", path);
  return table;
}

void
routing_table_free (RoutingTable *table)
{
  g_ptr_array_unref (table->texts);
  g_ptr_array_unref (table->labels);
  g_free (table);
}
