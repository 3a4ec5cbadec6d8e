/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Judging passwords as those guess who have lists: capitals, digits at the end and signs that look
 * like letters make no difference to them. No rule asks for classes of characters: those make
 * passwords that are hard to keep in mind and easy to guess (NIST SP 800-63B, 5.1.1.2). */
#include "account/strength.h"

#include "base/fields.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <string.h>

#define COMMON "/deskbell/account/common-passwords.txt"
#define DISTINCT_MIN 5
#define OWN_WORD_MIN 4 /* shorter ones are parts of many words */
#define REST_MIN 4 /* what a password has besides one's own name */

/* Fingers along the keys, and counting. */
static const char *const rows[]
    = { "abcdefghijklmnopqrstuvwxyz", "01234567890123456789",       "qwertyuiopasdfghjklzxcvbnm",
        "qwertzuiopasdfghjklyxcvbnm", "azertyuiopqsdfghjklmwxcvbn", "1qaz2wsx3edc4rfv5tgb6yhn",
        "q1w2e3r4t5y6u7i8o9p0" };

/* Signs that stand for letters. */
static const struct
{
  char sign;
  char letter;
} lookalikes[] = { { '0', 'o' }, { '1', 'i' }, { '3', 'e' }, { '4', 'a' }, { '5', 's' },
                   { '7', 't' }, { '@', 'a' }, { '$', 's' }, { '!', 'i' } };

static char *
fold (const char *text)
{
  g_autofree char *normal = g_utf8_normalize (text, -1, G_NORMALIZE_NFKC);

  return g_utf8_casefold (normal != NULL ? normal : text, -1);
}

/* Whether @folded has at least as many different characters as a password should. */
static gboolean
has_variety (const char *folded)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);

  for (const char *at = folded; *at != '\0'; at = g_utf8_next_char (at))
    g_hash_table_add (seen, GUINT_TO_POINTER (g_utf8_get_char (at)));
  return g_hash_table_size (seen) >= DISTINCT_MIN;
}

static gboolean
is_row (const char *folded)
{
  g_autofree char *backwards = g_utf8_strreverse (folded, -1);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      if (strstr (rows[i], folded) != NULL || strstr (rows[i], backwards) != NULL)
        return TRUE;
    }
  return FALSE;
}

/* @folded without what people put around a word, and with letters for signs.
 * Returns: (transfer full). */
static char *
find_core (const char *folded)
{
  char *core = g_strdup (folded);
  gsize start = 0, end = strlen (core);

  while (end > 0 && g_ascii_isprint (core[end - 1]) && !g_ascii_isalpha (core[end - 1]))
    end--;
  while (start < end && g_ascii_isprint (core[start]) && !g_ascii_isalpha (core[start])
         && core[start] != '@' && core[start] != '$')
    start++;
  core[end] = '\0';
  memmove (core, core + start, end - start + 1);
  for (char *at = core; *at != '\0'; at++)
    {
      for (guint i = 0; i < G_N_ELEMENTS (lookalikes); i++)
        {
          if (*at == lookalikes[i].sign)
            *at = lookalikes[i].letter;
        }
    }
  return core;
}

static gboolean
is_common (const char *core)
{
  g_autoptr (GBytes) list = g_resources_lookup_data (COMMON, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
  const char *at = g_bytes_get_data (list, NULL);
  const char *end = at + g_bytes_get_size (list);
  gsize length = strlen (core);

  while (at < end)
    {
      const char *line_end = memchr (at, '\n', (gsize) (end - at));

      if ((gsize) (line_end - at) == length && memcmp (at, core, length) == 0)
        return TRUE;
      at = line_end + 1;
    }
  return FALSE;
}

/* Whether little is left of @folded without the words of @own. */
static gboolean
is_own (const char *folded, const char *own)
{
  g_autofree char *own_folded = fold (own != NULL ? own : "");
  g_auto (GStrv) words = g_strsplit_set (own_folded, " .@_-+", -1);

  for (guint i = 0; words[i] != NULL; i++)
    {
      glong length = g_utf8_strlen (words[i], -1);

      if (length >= OWN_WORD_MIN && strstr (folded, words[i]) != NULL
          && g_utf8_strlen (folded, -1) - length < REST_MIN)
        return TRUE;
    }
  return FALSE;
}

const char *
strength_refuse (const char *password, const char *email, const char *name)
{
  g_autofree char *folded = fold (password);
  g_autofree char *core = find_core (folded);

  if (!has_variety (folded))
    return _ ("These are too few different characters. A sentence is better.");
  if (is_row (folded) || is_common (core) || is_common (folded))
    return _ ("This password is among those that are guessed first. A sentence is better.");
  if (is_own (folded, email) || is_own (folded, name))
    return _ ("This password is little more than your own name. A sentence is better.");
  return NULL;
}

const char *
strength_new_password (Arguments *arguments, const char *email, const char *name)
{
  const char *password = field_new_password (arguments);
  const char *refusal = password != NULL ? strength_refuse (password, email, name) : NULL;

  if (refusal == NULL)
    return password;
  arguments_refuse (arguments, "password", "weak", refusal);
  return NULL;
}
