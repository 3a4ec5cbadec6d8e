/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * From what a provider handed out for a code to who somebody is, each kind in its own way. */
#pragma once

#include "account/provider/flow.h"

/* What a provider gave for a code. */
typedef struct
{
  char *access_token; /* visible ASCII */
  char *id_token; /* NULL: none came */
} Grant;

/* By the id token, and by the issuer's endpoint for what that leaves out.
 * Returns: FALSE with `unauthenticated` when something is not proven, or another problem. */
gboolean profile_from_oidc (OidcIssuers *issuers, const Services *services,
                            const Provider *provider, const OidcIssuer *issuer, const Grant *grant,
                            const char *nonce, Profile *profile, GError **error);

/* By the endpoints that they publish; @api is where they begin. The same errors. */
gboolean profile_from_github (const Services *services, const char *api, const Grant *grant,
                              Profile *profile, GError **error);
gboolean profile_from_facebook (const Services *services, const Provider *provider, const char *api,
                                const Grant *grant, Profile *profile, GError **error);

/* Sets `unauthenticated`; the log gets @reason. */
void profile_refuse (const Provider *provider, const char *reason, GError **error);
