/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The second step of signing in. A challenge says that somebody has proved the first half of who
 * they are; it lives for five minutes and five tries, and ends with the first right code. */
#pragma once

#include "account/session.h"

#define CHALLENGE_SECONDS (5 * 60)

/* Sets @challenge (transfer full) to a new one when account @user_id has a second step, else to
 * NULL. FALSE with a problem of the database. */
gboolean challenge_begin (const Request *request, gint64 user_id, SessionMeans means,
                          char **challenge, GError **error);

/* Answers @challenge with @code, of the app or for recovery. @means is how the first half was
 * proved.
 * Returns: the account; 0 with `wrong_credentials`, `unauthenticated` for a challenge that has
 * ended, `rate_limited`, or a problem of the database. */
gint64 challenge_answer (const Request *request, const char *challenge, const char *code,
                         SessionMeans *means, GError **error);
