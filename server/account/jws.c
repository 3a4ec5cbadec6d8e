/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Looking at a token's form and header. */
#include "account/jws.h"

#include <string.h>

gboolean
jws_is_base64url (const char *part, gsize length)
{
  static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  gsize left = length % 4;
  gsize value;

  if (strspn (part, letters) < length || left == 1)
    return FALSE;
  if (left == 0)
    return TRUE;
  value = (gsize) (strchr (letters, part[length - 1]) - letters);
  return (value & (left == 2 ? 0x0F : 0x03)) == 0;
}

/* Whether @token is three parts of base64url (RFC 7515, compact serialisation) of a sane size. */
static gboolean
is_compact (const char *token, gsize max)
{
  guint parts = 0;

  if (strnlen (token, max + 1) > max)
    return FALSE;
  for (const char *part = token; part != NULL; parts++)
    {
      gsize length = strcspn (part, ".");

      if (!jws_is_base64url (part, length))
        return FALSE;
      part = part[length] == '.' ? part + length + 1 : NULL;
    }
  return parts == 3;
}

/* `crit` would name extensions that we must understand (RFC 7515, 4.1.11); we use none. */
static gboolean
has_header (cjose_jws_t *jws, const char *algorithm)
{
  cjose_header_t *header = cjose_jws_get_protected (jws);
  const char *said = cjose_header_get (header, CJOSE_HDR_ALG, NULL);
  char *critical = cjose_header_get_raw (header, "crit", NULL);
  gboolean fits = g_strcmp0 (said, algorithm) == 0 && critical == NULL;

  cjose_get_dealloc () (critical);
  return fits;
}

/* Whether the signature is as long as @algorithm makes it, where that does not depend on the key:
 * cjose 0.6 reads the beginning of a longer one of an elliptic curve, and believes it. */
static gboolean
has_signature_length (const char *token, const char *algorithm)
{
  static const struct
  {
    const char *algorithm;
    gsize letters;
  } lengths[] = {
    { "HS256", 43 }, { "HS384", 64 },  { "HS512", 86 },
    { "ES256", 86 }, { "ES384", 128 }, { "ES512", 176 },
  };
  gsize letters = strlen (strrchr (token, '.') + 1);

  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      if (strcmp (algorithm, lengths[i].algorithm) == 0)
        return letters == lengths[i].letters;
    }
  return letters > 0;
}

cjose_jws_t *
jws_import (const char *token, gsize max, const char *algorithm)
{
  g_autoptr (cjose_jws_t) jws = NULL;

  if (is_compact (token, max) && has_signature_length (token, algorithm))
    jws = cjose_jws_import (token, strlen (token), NULL);
  if (jws == NULL || !has_header (jws, algorithm))
    return NULL;
  return g_steal_pointer (&jws);
}
