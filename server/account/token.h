/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Bearer tokens: JSON Web Tokens (RFC 7519) signed with HS256 and a key that never leaves the
 * server. A token names a session; it grants nothing by itself. */
#pragma once

#include "base/actor.h"

/* What a token is for. */
typedef enum
{
  TOKEN_ACCESS, /* of somebody who signed in; short-lived */
  TOKEN_VISITOR, /* of a customer without account; long-lived */
} TokenKind;

typedef struct
{
  TokenKind kind;
  gint64 user_id;
  char *session_id;
  Role role; /* when the token was made; rights come from the database */
  gint64 issued_at; /* seconds since 1970 */
  gint64 expires_at; /* seconds since 1970 */
} TokenClaims;

typedef struct TokenKey TokenKey;

/* Reads DATA/secrets/token.key, or makes it when there is none; nobody else may read it.
 * Returns: (transfer full): NULL with an error that says what to do. */
TokenKey *token_key_open (const char *data_dir, GError **error);
void token_key_free (TokenKey *key);

/* Returns: (transfer full): the signed token; NULL with `internal`. */
char *token_issue (const TokenKey *key, const TokenClaims *claims, GError **error);

/* Reads a token that anybody may have sent. @now: seconds since 1970.
 * Returns: (transfer full): NULL with `token_expired` when it was ours and has ended, with
 * `unauthenticated` when it is anything else. */
TokenClaims *token_read (const TokenKey *key, const char *token, gint64 now, GError **error);
void token_claims_free (TokenClaims *claims);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TokenKey, token_key_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TokenClaims, token_claims_free)
