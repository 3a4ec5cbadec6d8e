/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Passwords that are guessed first. */
#pragma once

#include "base/arguments.h"

/* Says why somebody called @name with the address @email (either may be NULL) should not choose
 * @password: a common one, a row of keys, their own name.
 * Returns: a translated sentence, or NULL when nothing is to be said against it. */
const char *strength_refuse (const char *password, const char *email, const char *name);

/* The argument `password`, chosen by somebody called @name with the address @email; NULL when
 * absent or not acceptable, which is noted. */
const char *strength_new_password (Arguments *arguments, const char *email, const char *name);
