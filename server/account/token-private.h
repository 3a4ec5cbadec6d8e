/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The key as signing sees it. */
#pragma once

#include "account/token.h"

#include <cjose/cjose.h>

#define TOKEN_KEY_BYTES 32

/* Only read after it was made, so that every thread may use it. */
struct TokenKey
{
  cjose_jwk_t *jwk;
};
