/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Links to a file that need no sign-in: for pictures in a page, and downloads by a browser. Such a
 * link is one reader's for one file and some minutes, and opens no more than that reader may read
 * at that moment. Pure but for the key. */
#pragma once

#include <glib.h>

#define ATTACHMENT_LINK_KEY_BYTES 32
#define ATTACHMENT_LINK_SECONDS 300

typedef struct
{
  gint64 attachment;
  gboolean thumbnail;
  gint64 reader;
  gint64 expires; /* seconds since 1970 */
} AttachmentLink;

/* The path and query of @link.
 * Returns: (transfer full): free with g_free(). */
char *attachment_link_write (const AttachmentLink *link, const guint8 *key);

/* Whether @signature is that of @link. */
gboolean attachment_link_is_good (const AttachmentLink *link, const char *signature,
                                  const guint8 *key);
