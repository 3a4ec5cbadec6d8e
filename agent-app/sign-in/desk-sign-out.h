/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Signing out. It asks nothing as long as nothing is lost by it.
 */

#pragma once

#include <adwaita.h>

#include "desk-client.h"

G_BEGIN_DECLS

/**
 * desk_sign_out_async:
 * @window: where a question is asked
 * @client: the desk that is left, its texts written to its cache
 *
 * Leaves the account. When the keyring cannot keep the key of texts that were not sent, the person
 * chooses between erasing them and staying.
 */
void desk_sign_out_async (GtkWindow *window, DeskClient *client, GAsyncReadyCallback callback,
                          gpointer user_data);

/** desk_sign_out_finish: Returns: whether the account was left; otherwise the person stays. */
gboolean desk_sign_out_finish (DeskClient *client, GAsyncResult *result);

G_END_DECLS
