/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The Authorization Code flow (RFC 6749, 4.1) with PKCE (RFC 7636), as a provider speaks it: where
 * a browser goes, and what becomes of the code that it brings back. Whoever calls waits for the
 * provider and holds no database connection. */
#pragma once

#include "account/provider/oidc-issuer.h"
#include "account/provider/provider.h"

/* What ties the three ends of one sign-in together: this server, the browser, the provider. */
typedef struct
{
  const char *state; /* comes back with the code */
  const char *nonce; /* comes back in the id token */
  const char *verifier; /* is shown with the code; only its hash is with the browser */
} ProviderTies;

/* Who somebody is, says a provider. */
typedef struct
{
  char *subject; /* never changes, and is nobody else's there */
  char *email; /* as it stands there; NULL: it says none */
  gboolean is_verified; /* whether the provider has verified that address */
  char *name; /* NULL: it says none */
  char *language; /* NULL: it says none */
} Profile;

void profile_clear (Profile *profile);

/* Where the browser goes.
 * Returns: (transfer full): an address; NULL with a problem. */
char *provider_authorization (OidcIssuers *issuers, const Services *services,
                              const Provider *provider, const ProviderTies *ties, GError **error);

/* Whether the answer of a browser may be of @provider, which named itself @issuer in it (RFC 9207),
 * or not at all if that is NULL. FALSE with `unauthenticated`, or another problem. */
gboolean provider_is_issuer (OidcIssuers *issuers, const Services *services,
                             const Provider *provider, const char *issuer, GError **error);

/* Exchanges @code, and fills @profile with who it stands for.
 * Returns: FALSE with `unauthenticated` when the provider refuses the code or what it says is not
 * proven, `unavailable` when it does not answer. */
gboolean provider_identify (OidcIssuers *issuers, const Services *services,
                            const Provider *provider, const char *code, const ProviderTies *ties,
                            Profile *profile, GError **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Profile, profile_clear)
