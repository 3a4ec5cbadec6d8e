/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * What notify answers to paths; see routes.c and docs/protocol.md. */
#pragma once

#include "http/request.h"

/* GET /notices */
Reply *notice_list (Db *db, const Request *request, GError **error);

/* POST /notices/{id}/read */
Reply *notice_post_read (Db *db, const Request *request, GError **error);

/* POST /notices/read */
Reply *notice_post_read_upto (Db *db, const Request *request, GError **error);

/* GET and PUT /notices/preferences */
Reply *notice_preferences_get (Db *db, const Request *request, GError **error);
Reply *notice_preferences_put (Db *db, const Request *request, GError **error);
