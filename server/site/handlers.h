/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The room's lines in the route table. */
#pragma once

#include "http/request.h"

/* GET /api/v1/widget/config: how the widget looks, in the language of `?language=` or of the
 * browser. */
Reply *widget_config (Db *db, const Request *request, GError **error);

/* GET and PUT /api/v1/settings/origins, admins': which pages may call the API. */
Reply *origins_get (Db *db, const Request *request, GError **error);
Reply *origins_put (Db *db, const Request *request, GError **error);
