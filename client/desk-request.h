/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * One REST request and its answer: JSON in, JSON out, problem documents as #GError.
 */

#pragma once

#include <json-glib/json-glib.h>
#include <libsoup/soup.h>

G_BEGIN_DECLS

/**
 * desk_request_send_async:
 * @server: the server's address without a path
 * @path: below /api/v1, with its query
 * @token: (nullable): an access token
 * @body: (nullable): a JSON object
 */
void desk_request_send_async (SoupSession *soup, const char *method, const char *server,
                              const char *path, const char *token, JsonObject *body,
                              GCancellable *cancellable, GAsyncReadyCallback callback,
                              gpointer user_data);

/**
 * desk_request_send_finish:
 * @retry_after_s: (out) (optional): set to the seconds that the server asks to wait, when it does
 *
 * Returns: (transfer full): the answer, an empty object for 204; %NULL with a %DESK_ERROR.
 */
JsonObject *desk_request_send_finish (GAsyncResult *result, guint *retry_after_s, GError **error);

G_END_DECLS
