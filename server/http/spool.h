/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The body of an upload on its way into a file without a name, so that nothing is left of it
 * whatever happens. Its functions wait for the disk: never call them on the main loop. One thread
 * at a time. */
#pragma once

#include "http/request.h"

typedef struct Spool Spool;

/* Takes over @fd. @content_type is the body's, or NULL; of one that is no form the whole body is
 * the file, called @name (may be NULL). A file may have @most bytes.
 * Returns: (transfer full): free with spool_free(); NULL with `bad_request`, @fd is closed then. */
Spool *spool_new (int fd, const char *content_type, const char *name, guint64 most, GError **error);

/* How many bytes the whole body may have: somewhat more than the file. */
guint64 spool_body_max (const Spool *spool);

/* Writes the next @length bytes of the body. FALSE with `file_too_large`, `bad_request`, or
 * `unavailable` when the disk is full. */
gboolean spool_feed (Spool *spool, const char *bytes, gsize length, GError **error);

/* The body is over. FALSE with `bad_request` or `validation_failed` when there is no whole file in
 * it. */
gboolean spool_end (Spool *spool, GError **error);

/* Sets the problem of a file that is larger than @spool takes. */
void spool_refuse_size (const Spool *spool, GError **error);

/* What came. */
const RequestFile *spool_file (Spool *spool);
void spool_free (Spool *spool);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Spool, spool_free)
