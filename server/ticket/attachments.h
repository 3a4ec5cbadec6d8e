/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Files of messages: storing one that came, and the thread that looks after those that are there.
 * Nothing here holds a database connection while a disk, the scanner or a bucket takes its time. */
#pragma once

#include "base/services.h"
#include "http/request.h"

typedef struct Attachments Attachments;

/* What became of a file. */
typedef struct
{
  char *json; /* `{"attachment": {…}}` */
  gint64 id;
  gboolean repeated; /* it was sent before under the same key */
} AttachmentKept;

/* @services is borrowed. */
Attachments *attachments_new (const Services *services);

/* Starts the thread that removes what nobody needs and scans what had to wait. */
void attachments_start (Attachments *attachments);

/* Looks at @file by content, scans it, stores it encrypted, and makes it an attachment of
 * @uploader's that no message has yet. @key is the Idempotency-Key or NULL.
 * Returns: FALSE with `validation_failed`, `file_type_refused`, `file_infected`, `file_too_large`,
 * `idempotency_mismatch` or `unavailable`. Free @kept with attachment_kept_clear(). */
gboolean attachments_keep (const Services *services, const Actor *uploader, const RequestFile *file,
                           const char *key, AttachmentKept *kept, GError **error);
void attachment_kept_clear (AttachmentKept *kept);

/* The key of short-lived links; a new one with each start. */
const guint8 *attachments_link_key (const Attachments *attachments);

/* Ends the thread. */
void attachments_stop (Attachments *attachments);
void attachments_free (Attachments *attachments);
