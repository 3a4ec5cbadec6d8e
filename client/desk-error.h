/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * What can go wrong between an app and its server, as one error domain. The codes are the stable
 * codes of the protocol's problem documents plus what happens before a server can answer at all.
 */

#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

#define DESK_ERROR (desk_error_quark ())

typedef enum
{
  DESK_ERROR_UNREACHABLE, /* no answer: network, address, or time limit */
  DESK_ERROR_BAD_ANSWER, /* an answer that is not of this protocol */
  DESK_ERROR_BAD_REQUEST,
  DESK_ERROR_UNAUTHENTICATED,
  DESK_ERROR_TOKEN_EXPIRED,
  DESK_ERROR_WRONG_CREDENTIALS,
  DESK_ERROR_SECOND_STEP, /* the password is right, and a code is asked for */
  DESK_ERROR_FORBIDDEN,
  DESK_ERROR_NOT_FOUND,
  DESK_ERROR_CONFLICT,
  DESK_ERROR_ILLEGAL_TRANSITION,
  DESK_ERROR_STALE,
  DESK_ERROR_VALIDATION_FAILED,
  DESK_ERROR_RATE_LIMITED,
  DESK_ERROR_UNAVAILABLE,
  DESK_ERROR_INTERNAL,
  DESK_ERROR_KEYRING, /* the keyring is locked, absent or did not answer in time */
  DESK_ERROR_CACHE, /* the local database failed */
} DeskError;

GQuark desk_error_quark (void);

/**
 * desk_error_parse_code:
 * @code: (nullable): the `code` of a problem document or a `refused` frame
 *
 * Returns: the matching code; %DESK_ERROR_INTERNAL for one of a newer server.
 */
DeskError desk_error_parse_code (const char *code);

/**
 * desk_error_is_passing:
 *
 * Returns: whether the same request may succeed later without anybody changing anything.
 */
gboolean desk_error_is_passing (const GError *error);

G_END_DECLS
