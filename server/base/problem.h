/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Problems: every error that can reach a client, as a GError with a stable code. One table in
 * problem.c maps a code to its HTTP status and title; the live socket sends the same codes. */
#pragma once

#include <glib.h>

#define PROBLEM (problem_quark ())

typedef enum
{
  PROBLEM_BAD_REQUEST,
  PROBLEM_BAD_JSON,
  PROBLEM_UNAUTHENTICATED,
  PROBLEM_TOKEN_EXPIRED,
  PROBLEM_WRONG_CREDENTIALS,
  PROBLEM_REFRESH_REUSED,
  PROBLEM_IDENTITY_REFUSED,
  PROBLEM_FORBIDDEN,
  PROBLEM_BLOCKED,
  PROBLEM_NOT_FOUND,
  PROBLEM_METHOD_NOT_ALLOWED,
  PROBLEM_CONFLICT,
  PROBLEM_ILLEGAL_TRANSITION,
  PROBLEM_STALE,
  PROBLEM_PAYLOAD_TOO_LARGE,
  PROBLEM_FILE_TOO_LARGE,
  PROBLEM_FILE_TYPE_REFUSED,
  PROBLEM_FILE_INFECTED,
  PROBLEM_UNSUPPORTED_MEDIA_TYPE,
  PROBLEM_RANGE_NOT_SATISFIABLE,
  PROBLEM_VALIDATION_FAILED,
  PROBLEM_IDEMPOTENCY_MISMATCH,
  PROBLEM_RATE_LIMITED,
  PROBLEM_INTERNAL,
  PROBLEM_UNAVAILABLE,
} ProblemCode;

/* One field of a `validation_failed` problem; codes as in docs/protocol.md. */
typedef struct
{
  char *field;
  char *code;
  char *detail;
} ProblemField;

GQuark problem_quark (void);

/* Sets @error to a problem. @format is a translated sentence: what happened and what to do. */
void problem_set (GError **error, ProblemCode code, const char *format, ...) G_GNUC_PRINTF (3, 4);

/* Adds a field to a `validation_failed` problem; does nothing when @error is another error. */
void problem_add_field (GError *error, const char *field, const char *code, const char *detail);

/* Sets what else the document says, as JSON members without braces: `"allowed":["open"]`. */
void problem_set_members (GError *error, const char *members);

/* Seconds after which trying again makes sense (Retry-After); 0 means unset. */
void problem_set_retry_after (GError *error, guint seconds);
guint problem_retry_after (const GError *error);

/* The code's stable name (`not_found`) and its HTTP status. */
const char *problem_slug (ProblemCode code);
guint problem_status (ProblemCode code);

/* The code of @error; what is not a problem counts as %PROBLEM_INTERNAL. */
ProblemCode problem_code (const GError *error);

/* Looks a stable name up, as SQL functions return it in `outcome`; FALSE when there is none. */
gboolean problem_from_slug (const char *slug, ProblemCode *code);

/* Appends what @error says besides its code and detail, as JSON members each with a comma before
 * it: the fields of a `validation_failed`, and what problem_set_members() set. */
void problem_append_members (const GError *error, GString *json);

/* The whole RFC 9457 document of @error. Errors that are not problems say nothing of their inside.
 * Returns: (transfer full): JSON text. */
char *problem_to_json (const GError *error, const char *request_id);
