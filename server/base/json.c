/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The recogniser walks the text once. What is open stands in one 64-bit word, a bit a level
 * (1 for an object), so that the deepest text costs no more memory than the flattest. */
#include "base/json.h"

#include "base/problem.h"

#include <glib/gi18n.h>
#include <string.h>

G_STATIC_ASSERT (JSON_DEPTH_MAX <= 64);

typedef struct
{
  const char *at;
  const char *end;
  guint64 objects; /* bit n: what was opened at depth n is an object */
  guint depth;
} Scanner;

static gboolean
skip_byte (Scanner *scanner, char byte)
{
  if (scanner->at == scanner->end || *scanner->at != byte)
    return FALSE;
  scanner->at++;
  return TRUE;
}

static void
skip_space (Scanner *scanner)
{
  while (skip_byte (scanner, ' ') || skip_byte (scanner, '\n') || skip_byte (scanner, '\t')
         || skip_byte (scanner, '\r'))
    continue;
}

static gboolean
skip_digits (Scanner *scanner)
{
  const char *start = scanner->at;

  while (scanner->at < scanner->end && g_ascii_isdigit (*scanner->at))
    scanner->at++;
  return scanner->at > start;
}

static gboolean
check_number (Scanner *scanner)
{
  skip_byte (scanner, '-');
  if (!skip_byte (scanner, '0') && !skip_digits (scanner))
    return FALSE;
  if (skip_byte (scanner, '.') && !skip_digits (scanner))
    return FALSE;
  if (skip_byte (scanner, 'e') || skip_byte (scanner, 'E'))
    {
      if (!skip_byte (scanner, '+'))
        skip_byte (scanner, '-');
      return skip_digits (scanner);
    }
  return TRUE;
}

static gboolean
check_word (Scanner *scanner, const char *word)
{
  for (; *word != '\0'; word++)
    {
      if (!skip_byte (scanner, *word))
        return FALSE;
    }
  return TRUE;
}

/* Reads the four digits of a \u escape. */
static gboolean
check_unit (Scanner *scanner, guint *unit)
{
  *unit = 0;
  for (guint i = 0; i < 4; i++)
    {
      if (scanner->at == scanner->end || !g_ascii_isxdigit (*scanner->at))
        return FALSE;
      *unit = *unit * 16 + (guint) g_ascii_xdigit_value (*scanner->at);
      scanner->at++;
    }
  return TRUE;
}

static gboolean
check_escape (Scanner *scanner)
{
  guint unit;

  if (scanner->at == scanner->end)
    return FALSE;
  if (*scanner->at != 'u')
    {
      if (*scanner->at == '\0' || strchr ("\"\\/bfnrt", *scanner->at) == NULL)
        return FALSE;
      scanner->at++;
      return TRUE;
    }
  scanner->at++;
  if (!check_unit (scanner, &unit) || (unit >= 0xDC00 && unit <= 0xDFFF))
    return FALSE;
  if (unit < 0xD800 || unit > 0xDBFF)
    return TRUE;
  return skip_byte (scanner, '\\') && skip_byte (scanner, 'u') && check_unit (scanner, &unit)
         && unit >= 0xDC00 && unit <= 0xDFFF;
}

static gboolean
check_string (Scanner *scanner)
{
  if (!skip_byte (scanner, '"'))
    return FALSE;
  while (scanner->at < scanner->end && (guchar) *scanner->at >= 0x20)
    {
      if (skip_byte (scanner, '"'))
        return TRUE;
      if (!skip_byte (scanner, '\\'))
        scanner->at++;
      else if (!check_escape (scanner))
        return FALSE;
    }
  return FALSE;
}

static gboolean
check_scalar (Scanner *scanner)
{
  if (scanner->at == scanner->end)
    return FALSE;
  switch (*scanner->at)
    {
    case '"':
      return check_string (scanner);
    case 't':
      return check_word (scanner, "true");
    case 'f':
      return check_word (scanner, "false");
    case 'n':
      return check_word (scanner, "null");
    default:
      return check_number (scanner);
    }
}

static gboolean
in_object (const Scanner *scanner)
{
  return scanner->depth > 0 && (scanner->objects >> (scanner->depth - 1) & 1) != 0;
}

/* `"name":` before a member's value. */
static gboolean
check_name (Scanner *scanner)
{
  skip_space (scanner);
  if (!check_string (scanner))
    return FALSE;
  skip_space (scanner);
  return skip_byte (scanner, ':');
}

/* Reads a value up to its end, or into it when it is an array or object with something in it: then
 * @whole is FALSE, and the first value inside comes next. */
static gboolean
check_value (Scanner *scanner, gboolean *whole)
{
  gboolean object;

  skip_space (scanner);
  *whole = TRUE;
  if (scanner->at == scanner->end || (*scanner->at != '[' && *scanner->at != '{'))
    return check_scalar (scanner);
  if (scanner->depth == JSON_DEPTH_MAX)
    return FALSE;
  object = *scanner->at == '{';
  scanner->at++;
  skip_space (scanner);
  if (skip_byte (scanner, object ? '}' : ']'))
    return TRUE;
  scanner->objects &= ~(G_GUINT64_CONSTANT (1) << scanner->depth);
  scanner->objects |= (guint64) object << scanner->depth;
  scanner->depth++;
  *whole = FALSE;
  return !object || check_name (scanner);
}

/* After a value: closes what ends here. FALSE when neither an end nor a comma follows. */
static gboolean
check_ends (Scanner *scanner)
{
  while (scanner->depth > 0)
    {
      skip_space (scanner);
      if (skip_byte (scanner, ','))
        return !in_object (scanner) || check_name (scanner);
      if (!skip_byte (scanner, in_object (scanner) ? '}' : ']'))
        return FALSE;
      scanner->depth--;
    }
  return TRUE;
}

static gboolean
check_text (Scanner *scanner)
{
  gboolean whole;

  do
    {
      if (!check_value (scanner, &whole) || (whole && !check_ends (scanner)))
        return FALSE;
    }
  while (scanner->depth > 0);
  skip_space (scanner);
  return scanner->at == scanner->end;
}

gboolean
json_check (const char *text, gsize length, GError **error)
{
  Scanner scanner = { .at = text, .end = text + length };
  const char *valid_end;

  if (!check_text (&scanner))
    {
      problem_set (error, PROBLEM_BAD_JSON, _ ("The JSON is broken at byte %zu."),
                   (gsize) (scanner.at - text));
      return FALSE;
    }
  if (!g_utf8_validate_len (text, length, &valid_end))
    {
      problem_set (error, PROBLEM_BAD_JSON, _ ("The text is not UTF-8 at byte %zu."),
                   (gsize) (valid_end - text));
      return FALSE;
    }
  return TRUE;
}

const char *
json_skip_space (const char *at)
{
  while (*at == ' ' || *at == '\t' || *at == '\n' || *at == '\r')
    at++;
  return at;
}

static const char *
skip_text (const char *at)
{
  for (at++; *at != '"'; at++)
    {
      if (*at == '\\')
        at++;
    }
  return at + 1;
}

const char *
json_skip_value (const char *at)
{
  guint depth = 0;

  do
    {
      if (*at == '"')
        {
          at = skip_text (at);
          continue;
        }
      if (*at == '[' || *at == '{')
        depth++;
      else if (*at == ']' || *at == '}')
        depth--;
      at++;
    }
  while (depth > 0 || strchr (" \t\n\r,]}", *at) == NULL);
  return at;
}

static gunichar
read_unit (const char **at)
{
  gunichar unit = 0;

  for (guint i = 0; i < 4; i++)
    {
      unit = unit * 16 + (gunichar) g_ascii_xdigit_value (**at);
      (*at)++;
    }
  return unit;
}

/* Reads what follows a backslash. */
static gunichar
read_escape (const char **at)
{
  static const char letters[] = "bfnrt";
  static const char meanings[] = "\b\f\n\r\t";
  char escape = *(*at)++;
  const char *letter = strchr (letters, escape);
  gunichar unit;

  if (letter != NULL)
    return (guchar) meanings[letter - letters];
  if (escape != 'u')
    return (guchar) escape;
  unit = read_unit (at);
  if (unit < 0xD800 || unit > 0xDBFF)
    return unit;
  *at += strlen ("\\u");
  return 0x10000 + ((unit - 0xD800) << 10) + (read_unit (at) - 0xDC00);
}

GString *
json_read_text (const char **at)
{
  GString *text = g_string_new (NULL);

  for ((*at)++; **at != '"';)
    {
      gsize plain = strcspn (*at, "\"\\");

      g_string_append_len (text, *at, (gssize) plain);
      *at += plain;
      if (**at == '\\')
        {
          (*at)++;
          g_string_append_unichar (text, read_escape (at));
        }
    }
  (*at)++;
  return text;
}

void
json_begin_member (GString *json, const char *name)
{
  g_string_append_printf (json, "%s\"%s\":", json->len > 1 ? "," : "", name);
}

void
json_append_text (GString *json, const char *text)
{
  if (text == NULL)
    {
      g_string_append (json, "null");
      return;
    }
  g_string_append_c (json, '"');
  for (const char *at = text; *at != '\0'; at++)
    {
      gsize plain = 0;

      while ((guchar) at[plain] >= 0x20 && at[plain] != '"' && at[plain] != '\\')
        plain++;
      g_string_append_len (json, at, (gssize) plain);
      at += plain;
      if (*at == '\0')
        break;
      if (*at == '"' || *at == '\\')
        g_string_append_printf (json, "\\%c", *at);
      else if (*at == '\n')
        g_string_append (json, "\\n");
      else
        g_string_append_printf (json, "\\u%04x", (guint) (guchar) *at);
    }
  g_string_append_c (json, '"');
}
