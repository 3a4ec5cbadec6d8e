/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Writing and reading tokens. The header is pinned before anything is verified, and nothing of the
 * payload is looked at before the signature was good. */
#include "account/token-private.h"

#include "account/jws.h"
#include "base/arguments.h"
#include "base/ids.h"
#include "base/problem.h"

#include <glib/gi18n.h>
#include <string.h>

#define ISSUER "deskbell"
#define AUDIENCE "deskbell-api"

/* Ours are half as long. */
#define TOKEN_BYTES_MAX 1024
#define CLAIM_MAX 64

/* How far the clocks of two servers with one key may differ. */
#define CLOCK_SKEW_SECONDS 60

static const char *const kind_names[] = { "access", "visitor", NULL };
static const char *const role_names[] = { "customer", "agent", "admin", NULL };

G_DEFINE_AUTOPTR_CLEANUP_FUNC (cjose_header_t, cjose_header_release)

void
token_claims_free (TokenClaims *claims)
{
  g_free (claims->session_id);
  g_free (claims);
}

static cjose_header_t *
make_header (void)
{
  cjose_header_t *header = cjose_header_new (NULL);

  if (header != NULL && cjose_header_set (header, CJOSE_HDR_ALG, CJOSE_HDR_ALG_HS256, NULL)
      && cjose_header_set (header, "typ", "JWT", NULL))
    return header;
  cjose_header_release (header);
  return NULL;
}

/* Every value is plain by its making, so none needs escaping. */
static char *
write_claims (const TokenClaims *claims)
{
  return g_strdup_printf ("{\"iss\":\"" ISSUER "\",\"aud\":\"" AUDIENCE "\",\"kind\":\"%s\","
                          "\"sub\":\"%" G_GINT64_FORMAT "\",\"sid\":\"%s\",\"role\":\"%s\","
                          "\"iat\":%" G_GINT64_FORMAT ",\"exp\":%" G_GINT64_FORMAT "}",
                          kind_names[claims->kind], claims->user_id, claims->session_id,
                          role_name (claims->role), claims->issued_at, claims->expires_at);
}

char *
token_issue (const TokenKey *key, const TokenClaims *claims, GError **error)
{
  g_autofree char *payload = write_claims (claims);
  g_autoptr (cjose_header_t) header = make_header ();
  g_autoptr (cjose_jws_t) jws = NULL;
  const char *token = NULL;

  if (header != NULL)
    jws = cjose_jws_sign (key->jwk, header, (const guint8 *) payload, strlen (payload), NULL);
  if (jws == NULL || !cjose_jws_export (jws, &token, NULL))
    {
      problem_set (error, PROBLEM_INTERNAL, _ ("The server could not sign a token. Try again."));
      return NULL;
    }
  return g_strdup (token);
}

/* Returns: (transfer full): the token as it was signed; NULL when it was not signed with @key. */
static cjose_jws_t *
verify (const TokenKey *key, const char *token)
{
  g_autoptr (cjose_jws_t) jws = jws_import (token, TOKEN_BYTES_MAX, CJOSE_HDR_ALG_HS256);

  if (jws == NULL || !cjose_jws_verify (jws, key->jwk, NULL))
    return NULL;
  return g_steal_pointer (&jws);
}

static gboolean
names_us (Arguments *payload)
{
  return g_strcmp0 (arguments_text (payload, "iss", CLAIM_MAX, ARGUMENT_REQUIRED), ISSUER) == 0
         && g_strcmp0 (arguments_text (payload, "aud", CLAIM_MAX, ARGUMENT_REQUIRED), AUDIENCE)
                == 0;
}

/* Returns: (transfer full): what @jws claims; NULL when it is not complete or not for us. */
static TokenClaims *
read_claims (const cjose_jws_t *jws, gint64 now)
{
  guint8 *bytes = NULL;
  gsize length = 0;
  g_autoptr (Arguments) payload = NULL;
  g_autoptr (TokenClaims) claims = g_new0 (TokenClaims, 1);
  const char *kind, *role, *subject;

  if (cjose_jws_get_plaintext (jws, &bytes, &length, NULL))
    payload = arguments_new ((const char *) bytes, length, NULL);
  if (payload == NULL)
    return NULL;
  kind = arguments_choice (payload, "kind", kind_names, ARGUMENT_REQUIRED);
  role = arguments_choice (payload, "role", role_names, ARGUMENT_REQUIRED);
  subject = arguments_text (payload, "sub", CLAIM_MAX, ARGUMENT_REQUIRED);
  claims->session_id = g_strdup (arguments_text (payload, "sid", CLAIM_MAX, ARGUMENT_REQUIRED));
  claims->issued_at
      = arguments_int (payload, "iat", 0, now + CLOCK_SKEW_SECONDS, 0, ARGUMENT_REQUIRED);
  claims->expires_at
      = arguments_int (payload, "exp", claims->issued_at + 1, G_MAXINT64, 0, ARGUMENT_REQUIRED);
  if (!names_us (payload) || !arguments_check (payload, NULL)
      || !g_ascii_string_to_signed (subject, 10, 1, G_MAXINT64, &claims->user_id, NULL)
      || !id_is_plain (claims->session_id) || !role_from_name (role, &claims->role))
    return NULL;
  claims->kind = g_strcmp0 (kind, kind_names[TOKEN_VISITOR]) == 0 ? TOKEN_VISITOR : TOKEN_ACCESS;
  return g_steal_pointer (&claims);
}

TokenClaims *
token_read (const TokenKey *key, const char *token, gint64 now, GError **error)
{
  g_autoptr (cjose_jws_t) jws = verify (key, token);
  g_autoptr (TokenClaims) claims = jws != NULL ? read_claims (jws, now) : NULL;

  if (claims == NULL)
    {
      problem_set (error, PROBLEM_UNAUTHENTICATED, _ ("This is no token of this server."));
      return NULL;
    }
  if (claims->expires_at <= now)
    {
      problem_set (error, PROBLEM_TOKEN_EXPIRED, _ ("This token has ended. Get a fresh one."));
      return NULL;
    }
  return g_steal_pointer (&claims);
}
