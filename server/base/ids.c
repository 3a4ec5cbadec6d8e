/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Random names, and short ones. */
#include "base/ids.h"

#include <sodium.h>
#include <string.h>

#define ID_LENGTH_MAX 64

#define CODE_PREFIX "CONV-"
#define CODE_DIGITS "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
#define CODE_LENGTH_MIN 3
#define CODE_LENGTH_MAX 13

char *
id_random (gsize bytes)
{
  g_autofree guint8 *random = g_malloc (bytes);
  gsize size = sodium_base64_encoded_len (bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  char *text = g_malloc (size);

  randombytes_buf (random, bytes);
  sodium_bin2base64 (text, size, random, bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  return text;
}

gboolean
id_is_plain (const char *text)
{
  gsize length = text != NULL ? strlen (text) : 0;

  if (length == 0 || length > ID_LENGTH_MAX)
    return FALSE;
  for (gsize i = 0; i < length; i++)
    {
      if (!g_ascii_isalnum (text[i]) && strchr ("-_.:", text[i]) == NULL)
        return FALSE;
    }
  return TRUE;
}

char *
id_to_code (gint64 id)
{
  char digits[CODE_LENGTH_MAX + 1] = { 0 };
  guint at = CODE_LENGTH_MAX;

  for (; id > 0 || at > CODE_LENGTH_MAX - CODE_LENGTH_MIN; id /= 32)
    digits[--at] = CODE_DIGITS[id % 32];
  return g_strconcat (CODE_PREFIX, digits + at, NULL);
}

gboolean
id_from_code (const char *code, gint64 *id)
{
  g_autofree char *written = NULL;

  if (!g_str_has_prefix (code, CODE_PREFIX))
    return FALSE;
  *id = 0;
  for (const char *at = code + strlen (CODE_PREFIX); *at != '\0'; at++)
    {
      const char *digit = strchr (CODE_DIGITS, *at);

      if (digit == NULL || *id > G_MAXINT64 / 32)
        return FALSE;
      *id = *id * 32 + (digit - CODE_DIGITS);
    }
  /* Each conversation has one address. */
  written = *id > 0 ? id_to_code (*id) : NULL;
  return g_strcmp0 (written, code) == 0;
}
