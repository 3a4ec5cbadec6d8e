/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Looking at a token's form and header. */
#include "account/jws.h"

#include <string.h>

/* Whether @token is three parts of base64url (RFC 7515, compact serialisation) of a sane size. */
static gboolean
is_compact (const char *token, gsize max)
{
  gsize length = strnlen (token, max + 1);
  guint dots = 0;

  if (length > max)
    return FALSE;
  for (gsize i = 0; i < length; i++)
    {
      if (token[i] == '.')
        dots++;
      else if (!g_ascii_isalnum (token[i]) && token[i] != '-' && token[i] != '_')
        return FALSE;
    }
  return dots == 2;
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

cjose_jws_t *
jws_import (const char *token, gsize max, const char *algorithm)
{
  g_autoptr (cjose_jws_t) jws = NULL;

  if (is_compact (token, max))
    jws = cjose_jws_import (token, strlen (token), NULL);
  if (jws == NULL || !has_header (jws, algorithm))
    return NULL;
  return g_steal_pointer (&jws);
}
