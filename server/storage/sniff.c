/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Media types by content. libmagic's tables are loaded for each look and given back after it: that
 * takes a few milliseconds, and an idle server keeps nothing of them. */
#include "storage/sniff.h"

#include "base/problem.h"

#include <glib/gi18n.h>
#include <magic.h>
#include <string.h>
#include <unistd.h>

#define BEGINNING_BYTES (256 * 1024)

char *
sniff_type (int fd, GError **error)
{
  g_autofree guint8 *bytes = g_malloc (BEGINNING_BYTES);
  gssize length = pread (fd, bytes, BEGINNING_BYTES, 0);
  magic_t magic = magic_open (MAGIC_MIME_TYPE | MAGIC_NO_CHECK_COMPRESS | MAGIC_NO_CHECK_ELF);
  const char *type = NULL;
  char *copy;

  if (length >= 0 && magic_load (magic, NULL) == 0)
    type = magic_buffer (magic, bytes, (gsize) length);
  if (type == NULL)
    {
      g_warning ("libmagic: %s", length >= 0 ? magic_error (magic) : "the file cannot be read");
      problem_set (error, PROBLEM_INTERNAL, _ ("The type of this file cannot be found out."));
    }
  copy = g_strdup (type);
  magic_close (magic);
  return copy;
}

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
