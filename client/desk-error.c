/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The error domain of the client library and the one table that maps the protocol's codes to it.
 */

#include "desk-error.h"

typedef struct
{
  const char *code;
  DeskError error;
} Code;

static const Code codes[] = {
  { "bad_request", DESK_ERROR_BAD_REQUEST },
  { "bad_json", DESK_ERROR_BAD_REQUEST },
  { "unauthenticated", DESK_ERROR_UNAUTHENTICATED },
  { "token_expired", DESK_ERROR_TOKEN_EXPIRED },
  { "wrong_credentials", DESK_ERROR_WRONG_CREDENTIALS },
  { "refresh_reused", DESK_ERROR_UNAUTHENTICATED },
  { "forbidden", DESK_ERROR_FORBIDDEN },
  { "not_found", DESK_ERROR_NOT_FOUND },
  { "method_not_allowed", DESK_ERROR_BAD_REQUEST },
  { "conflict", DESK_ERROR_CONFLICT },
  { "illegal_transition", DESK_ERROR_ILLEGAL_TRANSITION },
  { "stale", DESK_ERROR_STALE },
  { "payload_too_large", DESK_ERROR_VALIDATION_FAILED },
  { "unsupported_media_type", DESK_ERROR_BAD_REQUEST },
  { "validation_failed", DESK_ERROR_VALIDATION_FAILED },
  { "idempotency_mismatch", DESK_ERROR_VALIDATION_FAILED },
  { "rate_limited", DESK_ERROR_RATE_LIMITED },
  { "internal", DESK_ERROR_INTERNAL },
  { "unavailable", DESK_ERROR_UNAVAILABLE },
};

G_DEFINE_QUARK (desk - error - quark, desk_error)

DeskError
desk_error_parse_code (const char *code)
{
  for (gsize i = 0; i < G_N_ELEMENTS (codes); i++)
    if (g_strcmp0 (codes[i].code, code) == 0)
      return codes[i].error;

  return DESK_ERROR_INTERNAL;
}

gboolean
desk_error_is_passing (const GError *error)
{
  return g_error_matches (error, DESK_ERROR, DESK_ERROR_UNREACHABLE)
         || g_error_matches (error, DESK_ERROR, DESK_ERROR_UNAVAILABLE)
         || g_error_matches (error, DESK_ERROR, DESK_ERROR_RATE_LIMITED)
         || g_error_matches (error, DESK_ERROR, DESK_ERROR_INTERNAL);
}
