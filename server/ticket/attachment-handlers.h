/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Handlers of files. All are RouteHandlers: a reply (transfer full), or NULL with a problem. */
#pragma once

#include "http/route.h"

/* POST /api/v1/attachments: a file, and how large it may be. */
Reply *attachment_post (Db *db, const Request *request, GError **error);
gboolean attachment_upload_limit (Db *db, const Request *request, guint64 *most, GError **error);

/* GET and DELETE /api/v1/attachments/{id}, its /content and /thumbnail, and POST …/link. */
Reply *attachment_get (Db *db, const Request *request, GError **error);
Reply *attachment_delete (Db *db, const Request *request, GError **error);
Reply *attachment_get_content (Db *db, const Request *request, GError **error);
Reply *attachment_get_thumbnail (Db *db, const Request *request, GError **error);
Reply *attachment_post_link (Db *db, const Request *request, GError **error);

/* GET and PATCH /api/v1/settings/attachments, for admins. */
Reply *attachment_settings_get (Db *db, const Request *request, GError **error);
Reply *attachment_settings_patch (Db *db, const Request *request, GError **error);
