/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Random names. */
#include "base/ids.h"

#include <sodium.h>
#include <string.h>

#define ID_LENGTH_MAX 64

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
