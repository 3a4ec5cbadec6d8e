/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Media types by content. libmagic looks in a child: it parses what strangers made up, in C. */
#include "storage/sniff.h"

#include "base/problem.h"
#include "storage/helper.h"

#include <glib/gi18n.h>
#include <string.h>

#define PROGRAM "deskbell-sniff"
#define SOURCE_FD 3
#define TYPE_MAX 127 /* more is no name of a type: RFC 6838, section 4.2 */
#define UNKNOWN "application/octet-stream"

/* Letters of one half of a media type: RFC 6838, section 4.2. */
static gsize
span_name (const char *text)
{
  gsize length = 0;

  while (g_ascii_isalnum (text[length])
         || (length > 0 && strchr ("!#$&-^_.+", text[length]) != NULL && text[length] != '\0'))
    length++;
  return length;
}

gboolean
sniff_entry_is_fit (const char *entry)
{
  gsize first = span_name (entry);
  const char *second = entry + first + 1;
  gsize length;

  if (first == 0 || entry[first] != '/')
    return FALSE;
  if (strcmp (second, "*") == 0)
    return TRUE;
  length = span_name (second);
  return length > 0 && second[length] == '\0';
}

static gboolean
entry_allows (const char *entry, const char *type)
{
  if (g_str_has_suffix (entry, "/*"))
    return g_ascii_strncasecmp (entry, type, strlen (entry) - 1) == 0;
  return g_ascii_strcasecmp (entry, type) == 0;
}

gboolean
sniff_allows (const char *const *allowed, const char *type)
{
  for (gsize i = 0; allowed[i] != NULL; i++)
    {
      if (entry_allows (allowed[i], type))
        return TRUE;
    }
  return FALSE;
}

/* What a child says that may have been taken over is not believed blindly. */
static char *
read_type (GBytes *report)
{
  gsize length;
  const char *bytes = g_bytes_get_data (report, &length);
  g_autofree char *type = g_strndup (bytes != NULL ? bytes : "", length);

  if (length > TYPE_MAX || !sniff_entry_is_fit (type) || strchr (type, '*') != NULL)
    return NULL;
  return g_steal_pointer (&type);
}

char *
sniff_type (int fd, GError **error)
{
  const HelperFile files[] = { { fd, SOURCE_FD }, { -1, -1 } };
  g_autoptr (GError) problem = NULL;
  g_autoptr (GBytes) report = NULL;
  gboolean successful;
  char *type;

  if (!helper_run (PROGRAM, NULL, files, &successful, &report, &problem))
    {
      g_warning ("%s", problem->message);
      problem_set (error, PROBLEM_INTERNAL, _ ("The type of this file cannot be found out."));
      return NULL;
    }
  type = successful ? read_type (report) : NULL;
  return type != NULL ? type : g_strdup (UNKNOWN);
}
