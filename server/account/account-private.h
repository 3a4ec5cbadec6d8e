/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * What the parts of this room share. */
#pragma once

#include "account/account.h"
#include "account/rights.h"
#include "account/side-room.h"
#include "account/token.h"

struct Accounts
{
  TokenKey *key;
  Rights *rights;
  SideRoom *hashing; /* where passwords are hashed */
};
