/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Passwords as proof: whose they are, and whether whoever asks knows their own. Both hash, and so
 * are for a SideRoomHandler; both cost a wrong guesser time (guard.h). */
#pragma once

#include "account/side-room.h"

/* The account that @email and @password belong to.
 * Returns: 0 with `wrong_credentials`, `rate_limited`, or a problem of the database. */
gint64 login_find_account (const Request *request, const char *email, const char *password,
                           GError **error);

/* Whether @password (NULL: none was given) is that of whoever asks; an account that has none, since
 * it signs in elsewhere, needs none. FALSE with `wrong_credentials`, `rate_limited`, or a problem
 * of the database. */
gboolean login_check_own (const Request *request, const char *password, GError **error);

/* Answers @request by @handler where passwords are hashed.
 * Returns: %REPLY_LATER, or NULL with `unavailable`. */
Reply *login_answer_hashing (const Request *request, SideRoomHandler handler, GError **error);
