/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Cleaning names. */
#include "ticket/attachment-name.h"

#include <string.h>

#define FALLBACK "file"
#define ENDING_MAX 16 /* characters of `.ending` that a shortened name keeps */

/* What some system does not take in a name. */
#define RESERVED "<>:\"|?*"

static const char *
without_path (const char *name)
{
  const char *start = name;

  for (const char *at = name; *at != '\0'; at++)
    {
      if (*at == '/' || *at == '\\')
        start = at + 1;
    }
  return start;
}

/* Whether @letter shows nothing, or turns around what is shown. */
static gboolean
is_unseen (gunichar letter)
{
  switch (g_unichar_type (letter))
    {
    case G_UNICODE_CONTROL:
    case G_UNICODE_SURROGATE:
    case G_UNICODE_UNASSIGNED:
    case G_UNICODE_LINE_SEPARATOR:
    case G_UNICODE_PARAGRAPH_SEPARATOR:
      return TRUE;
    case G_UNICODE_FORMAT:
      /* The joiners are part of how some scripts and emoji are written. */
      return letter != 0x200c && letter != 0x200d;
    default:
      return FALSE;
    }
}

static GString *
without_strange (const char *name)
{
  GString *clean = g_string_new (NULL);

  for (const char *at = name; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar letter = g_utf8_get_char (at);

      if (g_unichar_isspace (letter))
        letter = ' ';
      if (is_unseen (letter))
        continue;
      if (letter < 128 && strchr (RESERVED, (int) letter) != NULL)
        letter = '_';
      g_string_append_unichar (clean, letter);
    }
  return clean;
}

/* Takes spaces and dots off both ends: a dot hides a file in one system, and gets lost in
 * another. */
static void
trim (GString *name)
{
  gsize start = strspn (name->str, " .");

  g_string_erase (name, 0, (gssize) start);
  while (name->len > 0 && strchr (" .", name->str[name->len - 1]) != NULL)
    g_string_truncate (name, name->len - 1);
}

/* Cuts the middle of a long name out, so that its ending stays. Where there is none, the cut may
 * have laid bare a space. */
static void
shorten (GString *name)
{
  const char *dot = strrchr (name->str, '.');
  gboolean has_ending = dot != NULL && g_utf8_strlen (dot, -1) <= ENDING_MAX;
  g_autofree char *ending = g_strdup (has_ending ? dot : "");
  glong rest = ATTACHMENT_NAME_MAX - g_utf8_strlen (ending, -1);

  if (g_utf8_strlen (name->str, -1) <= ATTACHMENT_NAME_MAX)
    return;
  g_string_truncate (name, (gsize) (g_utf8_offset_to_pointer (name->str, rest) - name->str));
  g_string_append (name, ending);
  trim (name);
}

char *
attachment_name (const char *sent)
{
  g_autofree char *valid = g_utf8_make_valid (sent != NULL ? sent : "", -1);
  g_autoptr (GString) seen = without_strange (without_path (valid));
  g_autofree char *composed = g_utf8_normalize (seen->str, -1, G_NORMALIZE_NFC);
  g_autoptr (GString) clean = g_string_new (composed);

  trim (clean);
  shorten (clean);
  return g_strdup (clean->len > 0 ? clean->str : FALLBACK);
}
