/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Wrong tries at passwords and codes cost time, the more the longer it goes on: for an account and
 * an address together, for an address, and, from addresses where an account never signed in, for
 * the account. So guessing ends soon, whoever is at home in an account is not locked out by others,
 * and an account that does not exist behaves as one that does. The database remembers. */
#pragma once

#include "http/request.h"

typedef enum
{
  GUARD_PASSWORD, /* of the e-mail address @who */
  GUARD_CODE, /* the second step of the account whose id is @who */
} GuardKind;

/* Whether the client of @request may try now. The try counts as a wrong one until guard_right().
 * Returns: FALSE with `rate_limited`, which says until when, or a problem of the database. */
gboolean guard_admit (const Request *request, GuardKind kind, const char *who, GError **error);

/* The try that was let pass was wrong: leaves a trace of it. @account is whose it was, 0 when there
 * is no such account; @email what was typed, or NULL.
 * Returns: FALSE with a problem of the database. */
gboolean guard_wrong (const Request *request, GuardKind kind, gint64 account, const char *email,
                      GError **error);

/* The try that was let pass was right. */
void guard_right (const Request *request, GuardKind kind, const char *who);
