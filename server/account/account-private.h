/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * What the parts of this room share. */
#pragma once

#include "account/account.h"
#include "account/factor.h"
#include "account/provider/oidc-issuer.h"
#include "account/rights.h"
#include "account/side-room.h"
#include "account/token.h"

struct Accounts
{
  TokenKey *key;
  Rights *rights;
  SideRoom *hashing; /* where passwords are hashed */
  guint8 factor_key[FACTOR_KEY_BYTES]; /* secrets of second steps are encrypted under it */
  SideRoom *outside; /* where providers are asked */
  OidcIssuers *issuers;
};

/* db_run() for handlers that have no connection.
 * Returns: (transfer full): NULL with a problem. */
DbResult *accounts_run (const Request *request, const char *statement, const DbParam *params,
                        GError **error);
