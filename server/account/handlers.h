/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The RouteHandlers of accounts, for the table in routes.c. Those of sign-in and set-up hash a
 * password: they need no connection (ROUTE_NO_DATABASE) and count as credentials
 * (ROUTE_CREDENTIALS). */
#pragma once

#include "http/route.h"

/* POST /auth/login, public, without a connection. */
Reply *account_login (Db *db, const Request *request, GError **error);

/* POST /auth/refresh, public. */
Reply *account_refresh (Db *db, const Request *request, GError **error);

/* POST /auth/logout, signed in. */
Reply *account_logout (Db *db, const Request *request, GError **error);

/* POST /auth/setup, public, without a connection. */
Reply *account_setup (Db *db, const Request *request, GError **error);

/* POST /visitors, public. */
Reply *visitor_create (Db *db, const Request *request, GError **error);

/* GET /me, signed in. */
Reply *me_get (Db *db, const Request *request, GError **error);
