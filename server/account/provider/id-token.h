/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Id tokens (OpenID Connect Core 1.0, 2 and 3.1.3.7): who signed in, signed by the provider. Pure:
 * keys, time and what is expected come from the caller. */
#pragma once

#include <json-glib/json-glib.h>

#define ID_TOKEN_SUBJECT_MAX 255

/* The keys that a provider signs with; only read after they were made, so that every thread may use
 * them. */
typedef struct IdTokenKeys IdTokenKeys;

/* Reads a JWK set (RFC 7517). Keys that are not for signatures, are not RSA of at least 2,048 bits
 * or EC, or cannot be read, are left out.
 * Returns: (transfer full): NULL when it is no such set. */
IdTokenKeys *id_token_keys_new (JsonNode *set);
IdTokenKeys *id_token_keys_ref (IdTokenKeys *keys);
void id_token_keys_unref (IdTokenKeys *keys);

/* How many keys could be read. */
guint id_token_keys_count (const IdTokenKeys *keys);

/* What a token must say to be taken. */
typedef struct
{
  const IdTokenKeys *keys;
  const char *algorithm; /* the only one; asymmetric */
  const char *issuer;
  const char *client_id;
  const char *nonce;
  const char *access_token; /* what came with it */
  gint64 now; /* seconds since 1970 */
} IdTokenRules;

/* What is wrong with a token, in the order in which it is looked at. */
typedef enum
{
  ID_TOKEN_GOOD,
  ID_TOKEN_FORM, /* no token, or one of another kind or algorithm */
  ID_TOKEN_KEY, /* signed by a key that is not among those that are known */
  ID_TOKEN_SIGNATURE,
  ID_TOKEN_CLAIMS, /* what it says cannot be read */
  ID_TOKEN_ISSUER,
  ID_TOKEN_AUDIENCE, /* for somebody else */
  ID_TOKEN_TIME, /* it has ended, or is of another day */
  ID_TOKEN_NONCE, /* of another sign-in */
  ID_TOKEN_ACCESS_TOKEN, /* of another access token */
  ID_TOKEN_SUBJECT, /* of nobody */
} IdTokenFault;

/* Reads @token by @rules.
 * Returns: (transfer full): what it says, with a `sub` of 1 to ID_TOKEN_SUBJECT_MAX bytes; NULL
 * with @fault. */
JsonObject *id_token_read (const IdTokenRules *rules, const char *token, IdTokenFault *fault);

/* A word for the log. */
const char *id_token_fault_name (IdTokenFault fault);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IdTokenKeys, id_token_keys_unref)
