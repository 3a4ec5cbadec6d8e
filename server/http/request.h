/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * What a handler sees of a request: a copy that is safe on a worker thread. */
#pragma once

#include "base/actor.h"
#include "base/arguments.h"
#include "base/services.h"
#include "http/reply.h"

typedef struct Request Request;

/* The rooms of the running server. */
const Services *request_services (const Request *request);

/* Who asks; NULL on public routes without a token. */
const Actor *request_actor (const Request *request);

/* The integer in the path at `{name}` of the route. A path whose `{name}` is no positive integer
 * never reaches the handler, it is 404. */
gint64 request_path_id (const Request *request, const char *name);

/* The path, normalised and percent-encoded, without query. */
const char *request_path (const Request *request);

/* What `{name*}` at the end of the route stands for, percent-encoded; NULL when the route
 * has none. */
const char *request_path_rest (const Request *request);

/* A query parameter's decoded text, or NULL. */
const char *request_query (const Request *request, const char *name);

/* A query parameter as an integer from @min to @max, @fallback when absent.
 * FALSE with a problem when it is something else. */
gboolean request_query_int (const Request *request, const char *name, gint64 min, gint64 max,
                            gint64 fallback, gint64 *value, GError **error);

/* A query parameter as `true` or `false`; @value is @fallback when absent.
 * FALSE with a problem when it is something else. */
gboolean request_query_bool (const Request *request, const char *name, gboolean fallback,
                             gboolean *value, GError **error);

/* A request header's value, or NULL. Kept are: Accept, Accept-Encoding, Accept-Language,
 * Content-Type, Cookie, Host, Idempotency-Key, If-None-Match, If-Range, Origin, Range,
 * User-Agent. */
const char *request_header (const Request *request, const char *name);

/* The header Idempotency-Key; @key is NULL when it was not sent. It is borrowed.
 * FALSE with `bad_request` when it has not 1 to 64 letters, digits, or `- _ . :`. */
gboolean request_idempotency_key (const Request *request, const char **key, GError **error);

/* What tells a request sent again from another one under the same key: a checksum of the path and
 * the body.
 * Returns: (transfer full). */
char *request_digest (const Request *request);

/* This thread works for whoever sent @request: what it changes from here on is theirs, see
 * base/origin.h, and its log lines name the request. NULL: for nobody any more. */
void request_work_for (const Request *request);

/* The address of the client: the peer's, or, when the peer is a trusted proxy, what it forwards. */
const char *request_address (const Request *request);

/* Whether the client came by https, or people open this server by https: then nothing may go in the
 * clear. */
gboolean request_is_secure (const Request *request);

/* The id in X-Request-Id and in every log line. */
const char *request_id (const Request *request);

/* The body as typed arguments.
 * Returns: (transfer full): NULL with `unsupported_media_type` or `bad_json`. An empty body without
 * a type is an empty object. */
Arguments *request_arguments (const Request *request, GError **error);

/* The body's bytes as sent. */
GBytes *request_body (const Request *request);

/* A file that came as a body, or in a form. What its sender says of it is not to be trusted. */
typedef struct
{
  int fd; /* has no name, and goes with the request; its offset is anywhere */
  guint64 size;
  const char *name; /* as it was sent; may be NULL, and any bytes */
  const char *type; /* the same */
} RequestFile;

/* What came, on routes with an `upload_limit`, whose request_body() is empty. */
const RequestFile *request_file (const Request *request);

/* Takes the answer out of the handler's hands: the handler then returns %REPLY_LATER, and somebody
 * calls exchange_finish() exactly once, from any thread. The exchange keeps the request alive. */
typedef struct Exchange Exchange;
Exchange *request_defer (const Request *request);
const Request *exchange_request (const Exchange *exchange);
void exchange_finish (Exchange *exchange, Reply *reply);
