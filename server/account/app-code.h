/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Signing in to an app by way of the browser (RFC 8252): the app waits at a port of its own
 * machine, the browser brings it a code, and the app exchanges that for a session, with the
 * verifier whose hash it gave the browser (RFC 7636). A code is good once, for a minute; without
 * the verifier it is worth nothing. */
#pragma once

#include "account/session.h"

/* The page to which an app opens the browser; its query says where the app waits (`port`), what it
 * wants back (`state`) and the hash of its verifier (`challenge`). */
#define APP_CODE_PAGE "/sign-in/app"

/* Whether @next is that page with a query that makes sense. */
gboolean app_code_is_wanted (const char *next);

/* Makes a code for account @user_id, whose owner proved who they are by @means.
 * Returns: (transfer full): the address where the app of @next waits, with the code; NULL with a
 * problem of the database. */
char *app_code_make (const Request *request, const char *next, gint64 user_id, SessionMeans means,
                     GError **error);
