/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Writing names into headers: once in ASCII for whoever knows no better, once in full. */
#include "http/disposition.h"

#include <string.h>

/* What RFC 8187 lets stand by itself. */
#define PLAIN "!#$&+^`|"

static const char *const shown[] = { "image/png", "image/jpeg", "image/gif", "image/webp", NULL };

gboolean
disposition_shows (const char *type)
{
  return g_strv_contains (shown, type);
}

char *
disposition_write (const char *name, const char *type)
{
  g_autofree char *full = g_uri_escape_string (name, PLAIN, FALSE);
  g_autoptr (GString) plain = g_string_new (NULL);

  for (const char *at = name; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar letter = g_utf8_get_char (at);

      g_string_append_c (plain,
                         letter >= ' ' && letter < 127 && strchr ("\"\\%;", (int) letter) == NULL
                             ? (char) letter
                             : '_');
    }
  return g_strdup_printf ("%s; filename=\"%s\"; filename*=UTF-8''%s",
                          disposition_shows (type) ? "inline" : "attachment", plain->str, full);
}
