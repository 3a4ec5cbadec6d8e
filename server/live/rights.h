/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * What a socket may, kept true while it is open: fresh tokens by `auth`, and another look at the
 * old one whenever an account's rights change. */
#pragma once

#include "base/arguments.h"
#include "live/private.h"

/* FrameHandler. */
gboolean rights_hear_auth (LiveSocket *socket, Arguments *frame, GError **error);

/* Stands for every account. */
#define RIGHTS_OF_EVERYBODY 0

/* Has the sockets of @user_id (only those of @session_id unless that is NULL) hear no event before
 * their rights were looked at again. */
void rights_recheck (Live *live, gint64 user_id, const char *session_id);

/* The same for one socket; takes up a look that failed for a passing reason. */
void rights_recheck_socket (LiveSocket *socket);
