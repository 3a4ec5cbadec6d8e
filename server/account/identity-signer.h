/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Whether one of the secrets that an admin made has signed something. */
#pragma once

#include "db/db.h"
#include "storage/storage.h"

/* FALSE with `identity_refused`, reason `signature`, when no secret has signed @identity. */
gboolean identity_signer_check (Db *db, Storage *storage, const char *identity, GError **error);
