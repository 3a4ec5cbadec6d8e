/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The answer to a request: status, headers, bytes. */
#pragma once

#include "db/db.h"

#include <glib.h>

typedef struct Reply Reply;

/* What a handler returns that answers later; see request_defer(). */
#define REPLY_LATER ((Reply *) -1)

/* JSON text. reply_json() copies, reply_take_json() keeps @json. */
Reply *reply_json (guint status, const char *json);
Reply *reply_take_json (guint status, char *json);

/* No body. */
Reply *reply_empty (guint status);

/* Any bytes; @content_type is static text. */
Reply *reply_bytes (guint status, const char *content_type, GBytes *bytes);

/* Reads up to @size bytes of an answer's body: how many, 0 at the end, or -1 with an error. Called
 * on one thread after the other. */
typedef gssize (*ReplyRead) (gpointer source, void *buffer, gsize size, GError **error);

/* A body of @length bytes that never is in memory as a whole; @source ends with @free. Its
 * Content-Type is one of its headers. */
Reply *reply_stream (guint status, guint64 length, ReplyRead read, gpointer source,
                     GDestroyNotify free);

/* The problem document of @error, with Retry-After where it belongs. */
Reply *reply_error (const GError *error, const char *request_id);

/* Adds Retry-After, if @error says when trying again makes sense. */
void reply_set_retry_after (Reply *reply, const GError *error);

/* The answer that a changing statement gave: its first row has `outcome` and, when `done`, `json`.
 * `done` answers @status with the JSON (204 when it is NULL), `repeated` 200; every other outcome
 * is a problem's stable name and sets @error, with column `detail` JSON members (`"allowed":[…]`)
 * if the statement has one. No row is `not_found`. @result is freed.
 * Returns: (transfer full): NULL with @error. */
Reply *reply_outcome (DbResult *result, guint status, GError **error);

/* Adds a header; @name is static text. */
void reply_set_header (Reply *reply, const char *name, const char *value);

guint reply_status (const Reply *reply);

/* What a client gets to read; NULL when there is none. */
GBytes *reply_body (const Reply *reply);
void reply_free (Reply *reply);
