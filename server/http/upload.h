/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * A body that is a file: let in before it comes, taken off libsoup piece by piece, written down by
 * other threads. While a piece is being written the connection is not read, so that neither memory
 * nor the main loop's time depends on how fast or large uploads are. Main loop only, but for what
 * says otherwise. */
#pragma once

#include "http/server-private.h"
#include "http/spool.h"

/* Most uploads at once, and of one account. */
#define UPLOADS_MAX 64
#define UPLOADS_OF_ONE_MAX 6

typedef struct Upload Upload;

/* Called when an upload cannot go on: answers with @problem what is still coming. */
typedef void (*UploadRefuse) (HttpServer *server, Exchange *exchange, const GError *problem);

/* Begins an upload; its connection is paused, and @exchange on its way to a worker that asks
 * whether it may come. */
Upload *upload_new (HttpServer *server, Exchange *exchange, UploadRefuse refuse);

/* Worker: the account may send a file of at most @most bytes. FALSE with a problem. */
gboolean upload_admit (Upload *upload, Db *db, GError **error);

/* The upload was let in: the body may come. FALSE with `rate_limited` or `unavailable` when there
 * are too many at once. */
gboolean upload_begin (Upload *upload, GError **error);

/* A piece of the body. */
void upload_take (Upload *upload, GBytes *chunk);

/* Any thread but the main loop, once the body is whole and upload_is_begun(): writes what is left.
 * FALSE with a problem. */
gboolean upload_finish (Upload *upload, GError **error);

/* Whether the body may come, or came. From any thread once the body is whole. */
gboolean upload_is_begun (const Upload *upload);

/* Whose body it is; borrowed. */
Exchange *upload_exchange (const Upload *upload);

/* What came. */
const RequestFile *upload_file (Upload *upload);

/* The connection is gone or refused: nothing more will come. */
void upload_end (Upload *upload);
void upload_unref (Upload *upload);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Upload, upload_unref)
