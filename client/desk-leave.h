/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Leaving an account and coming back. A sign-out wipes every copy of customers' data from the disk;
 * what was written and not sent stays, sealed with a key that only the keyring has, and is there
 * again after the next sign-in.
 */

#pragma once

#include "desk-cache.h"
#include "desk-session.h"

G_BEGIN_DECLS

/** desk_leave_count_unsent: Returns: how many drafts and messages in the outbox are not sent. */
guint desk_leave_count_unsent (DeskCache *cache);

/**
 * desk_leave_async:
 * @session: the account that is left
 * @cache: the account's cache
 * @erase: whether texts that were not sent may be erased instead of sealed
 *
 * Seals, wipes and closes @cache, and signs @session out. The line should be closed already.
 */
void desk_leave_async (DeskSession *session, DeskCache *cache, gboolean erase,
                       GAsyncReadyCallback callback, gpointer user_data);

/** desk_leave_finish: %FALSE with %DESK_ERROR_KEYRING when no key can be kept: nothing changed. */
gboolean desk_leave_finish (DeskSession *session, GAsyncResult *result, GError **error);

/**
 * desk_return_async:
 * @session: the account that was signed in
 * @cache: the account's cache, which no store has read yet
 *
 * Puts back what was sealed when the account was left.
 */
void desk_return_async (DeskSession *session, DeskCache *cache, GAsyncReadyCallback callback,
                        gpointer user_data);

/**
 * desk_return_finish:
 *
 * %FALSE with %DESK_ERROR_KEYRING when the key is not to be had: the texts stay sealed, and the
 * next sign-in tries again.
 */
gboolean desk_return_finish (DeskSession *session, GAsyncResult *result, GError **error);

G_END_DECLS
