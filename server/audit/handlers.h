/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The RouteHandlers of the audit, for the table in routes.c; all are admins'. */
#pragma once

#include "http/route.h"

/* GET /audit. */
Reply *audit_list (Db *db, const Request *request, GError **error);

/* GET /audit/export, which leaves an entry itself. Without a connection (ROUTE_SLOW). */
Reply *audit_export (Db *db, const Request *request, GError **error);

/* GET and PATCH /settings/audit. */
Reply *audit_settings_get (Db *db, const Request *request, GError **error);
Reply *audit_settings_patch (Db *db, const Request *request, GError **error);
