/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * What an issuer says about itself (OpenID Connect Discovery 1.0): its addresses and its keys, kept
 * in memory for a while. Any thread may call; whoever does waits for the issuer and holds no
 * database connection. */
#pragma once

#include "account/provider/id-token.h"
#include "base/services.h"

/* The addresses of an issuer. Never changes once it was read. */
typedef struct
{
  gatomicrefcount references;
  gint64 read_at; /* monotonic, µs */
  char *authorization; /* where browsers go */
  char *token;
  char *userinfo; /* NULL: it has none */
  char *keys;
  char **algorithms; /* that its id tokens may be signed with */
  gboolean wants_secret_in_body; /* of a form, not as HTTP's basic authentication */
  gboolean names_itself; /* in its answers to browsers (RFC 9207) */
} OidcIssuer;

typedef struct OidcIssuers OidcIssuers;

OidcIssuers *oidc_issuers_new (void);
void oidc_issuers_free (OidcIssuers *issuers);

/* The addresses of @issuer, asked anew after an hour.
 * Returns: (transfer full): free with oidc_issuer_unref(); NULL with `unavailable` when it does not
 * answer, or with `conflict` and a sentence for the admin when it says what cannot be right. */
OidcIssuer *oidc_issuers_find (OidcIssuers *issuers, const Services *services, const char *issuer,
                               GError **error);

/* The same, asked now. */
OidcIssuer *oidc_issuers_ask (OidcIssuers *issuers, const Services *services, const char *issuer,
                              GError **error);

/* The keys of @issuer, asked anew after ten minutes, or now, if @is_unknown: one was named that is
 * not among them. That costs one question a sign-in at most, since it is the issuer who names it.
 * Returns: (transfer full): NULL with a problem as above. */
IdTokenKeys *oidc_issuers_keys (OidcIssuers *issuers, const Services *services,
                                const OidcIssuer *issuer, gboolean is_unknown, GError **error);

void oidc_issuer_unref (OidcIssuer *issuer);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OidcIssuer, oidc_issuer_unref)
