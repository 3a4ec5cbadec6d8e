/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Signing links: an HMAC over all that they say. */
#include "ticket/attachment-link.h"

#include <sodium.h>
#include <string.h>

#define SIGNATURE_LENGTH (2 * crypto_auth_BYTES)

G_STATIC_ASSERT (ATTACHMENT_LINK_KEY_BYTES == crypto_auth_KEYBYTES);

static const char *
what (const AttachmentLink *link)
{
  return link->thumbnail ? "thumbnail" : "content";
}

static void
sign (const AttachmentLink *link, const guint8 *key, char *signature)
{
  g_autofree char *said
      = g_strdup_printf ("attachment %" G_GINT64_FORMAT " %s for %" G_GINT64_FORMAT
                         " until %" G_GINT64_FORMAT,
                         link->attachment, what (link), link->reader, link->expires);
  guint8 mac[crypto_auth_BYTES];

  crypto_auth (mac, (const guint8 *) said, strlen (said), key);
  sodium_bin2hex (signature, SIGNATURE_LENGTH + 1, mac, sizeof mac);
}

char *
attachment_link_write (const AttachmentLink *link, const guint8 *key)
{
  char signature[SIGNATURE_LENGTH + 1];

  sign (link, key, signature);
  return g_strdup_printf ("/api/v1/attachments/%" G_GINT64_FORMAT "/%s?reader=%" G_GINT64_FORMAT
                          "&expires=%" G_GINT64_FORMAT "&signature=%s",
                          link->attachment, what (link), link->reader, link->expires, signature);
}

gboolean
attachment_link_is_good (const AttachmentLink *link, const char *signature, const guint8 *key)
{
  char right[SIGNATURE_LENGTH + 1];

  sign (link, key, right);
  return strlen (signature) == SIGNATURE_LENGTH
         && sodium_memcmp (signature, right, SIGNATURE_LENGTH) == 0;
}
