/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Only what libsoup does not survive is looked for; everything else about a head is libsoup's
 * business. */
#include "http/head.h"

#include <string.h>

#define LENGTH_DIGITS_MAX 18

static const char *const methods[]
    = { "GET ", "HEAD ", "POST ", "PUT ", "PATCH ", "DELETE ", "OPTIONS " };

/* The length of the head from @start on, up to and with its empty line; 0 when that is not
 * there. */
static gsize
find_end (const char *bytes, gsize start, gsize length)
{
  for (gsize i = start; i + 1 < length; i++)
    {
      if (bytes[i] == '\n' && bytes[i + 1] == '\n')
        return i + 2;
      if (bytes[i] == '\n' && bytes[i + 1] == '\r' && i + 2 < length && bytes[i + 2] == '\n')
        return i + 3;
    }
  return 0;
}

static gboolean
has_known_method (const char *head)
{
  for (guint i = 0; i < G_N_ELEMENTS (methods); i++)
    {
      if (g_str_has_prefix (head, methods[i]))
        return TRUE;
    }
  return FALSE;
}

/* The value of @line if it is the header @name, else NULL. */
static char *
header_value (const char *line, const char *name)
{
  gsize length = strlen (name);

  if (g_ascii_strncasecmp (line, name, length) != 0 || line[length] != ':')
    return NULL;
  return g_strstrip (g_strdup (line + length + 1));
}

static gboolean
is_length (const char *value)
{
  gsize digits = strspn (value, "0123456789");

  return digits > 0 && digits <= LENGTH_DIGITS_MAX && value[digits] == '\0';
}

/* Whether @line says nothing of the body's length that cannot be read. */
static gboolean
is_readable (const char *line)
{
  g_autofree char *length = header_value (line, "Content-Length");
  g_autofree char *encoding = header_value (line, "Transfer-Encoding");

  return (length == NULL || is_length (length))
         && (encoding == NULL || g_ascii_strcasecmp (encoding, "chunked") == 0);
}

HeadVerdict
head_check (const char *bytes, gsize length, gsize *end)
{
  gsize start = 0;
  g_autofree char *head = NULL;
  g_auto (GStrv) lines = NULL;

  while (start < length && (bytes[start] == '\r' || bytes[start] == '\n'))
    start++;
  *end = find_end (bytes, start, length);
  if (*end == 0)
    return length < HEAD_MAX ? HEAD_PARTIAL : HEAD_BAD;
  if (*end > HEAD_MAX || memchr (bytes, '\0', *end) != NULL)
    return HEAD_BAD;
  head = g_strndup (bytes + start, *end - start);
  if (!has_known_method (head))
    return HEAD_BAD;
  lines = g_strsplit (head, "\n", -1);
  for (guint i = 1; lines[i] != NULL; i++)
    {
      if (!is_readable (lines[i]))
        return HEAD_BAD;
    }
  return HEAD_GOOD;
}
