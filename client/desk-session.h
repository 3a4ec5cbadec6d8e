/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * One account on one server: signing in and out, tokens and their renewal, and REST calls that
 * renew the token and try again by themselves. Belongs to the thread that made it.
 */

#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>
#include <libsoup/soup.h>

G_BEGIN_DECLS

#define DESK_TYPE_SESSION (desk_session_get_type ())

G_DECLARE_FINAL_TYPE (DeskSession, desk_session, DESK, SESSION, GObject)

/**
 * desk_session_new:
 *
 * Signals: `renewed`, a new access token is there; `ended`, the server no longer takes the
 * account's tokens and a person has to sign in again.
 *
 * Returns: (transfer full): a session of nobody.
 */
DeskSession *desk_session_new (void);

/**
 * desk_session_normalize_server:
 * @text: what a person typed, for example `desk.example.com`
 *
 * Returns: (transfer full) (nullable): an address without a path; plain http only for this machine,
 *   https otherwise unless http was typed. %NULL when @text is not an address.
 */
char *desk_session_normalize_server (const char *text);

/** desk_session_check_server_async: asks whether a Deskbell server answers at @server. */
void desk_session_check_server_async (DeskSession *self, const char *server,
                                      GCancellable *cancellable, GAsyncReadyCallback callback,
                                      gpointer user_data);

/** desk_session_check_server_finish: Returns: (transfer full): the name of the business. */
char *desk_session_check_server_finish (DeskSession *self, GAsyncResult *result, GError **error);

/** desk_session_sign_in_async: signs in and puts the refresh token into the keyring. */
void desk_session_sign_in_async (DeskSession *self, const char *server, const char *email,
                                 const char *password, GAsyncReadyCallback callback,
                                 gpointer user_data);

/**
 * desk_session_exchange_async: signs in by way of the browser
 * @code: that the browser brought
 * @verifier: desk_browser_get_verifier() of what waited for it
 */
void desk_session_exchange_async (DeskSession *self, const char *server, const char *code,
                                  const char *verifier, GAsyncReadyCallback callback,
                                  gpointer user_data);

/**
 * desk_session_answer_async: goes on after %DESK_ERROR_SECOND_STEP
 * @code: of the authenticator app, or a recovery code
 */
void desk_session_answer_async (DeskSession *self, const char *code, GAsyncReadyCallback callback,
                                gpointer user_data);

/** desk_session_restore_async: takes up the session whose refresh token the keyring has. */
void desk_session_restore_async (DeskSession *self, const char *server, const char *email,
                                 GAsyncReadyCallback callback, gpointer user_data);

/**
 * desk_session_sign_in_finish: of all ways in.
 *
 * %DESK_ERROR_SECOND_STEP: the password is right, and the account asks for a code.
 * %DESK_ERROR_KEYRING: nothing is kept for this account, sign in with the password.
 * %DESK_ERROR_UNREACHABLE: the account is taken up, only the server does not answer yet.
 */
gboolean desk_session_sign_in_finish (DeskSession *self, GAsyncResult *result, GError **error);

/** desk_session_sign_out: revokes the session as well as possible and forgets its tokens. */
void desk_session_sign_out (DeskSession *self);

/**
 * desk_session_call_async:
 * @method: "GET", "POST", "PUT", "PATCH" or "DELETE"
 * @path: below /api/v1, with its query
 * @body: (nullable) (transfer none): a JSON object
 *
 * A token that ended is renewed and the call made again. All but POST are tried up to three
 * times when the server is away for a moment.
 */
void desk_session_call_async (DeskSession *self, const char *method, const char *path,
                              JsonObject *body, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer user_data);

/** desk_session_call_finish: Returns: (transfer full): the answer; empty for 204. */
JsonObject *desk_session_call_finish (DeskSession *self, GAsyncResult *result, GError **error);

/** desk_session_renew_async: makes sure of a good access token; several calls share one renewal. */
void desk_session_renew_async (DeskSession *self, GAsyncReadyCallback callback, gpointer user_data);
gboolean desk_session_renew_finish (DeskSession *self, GAsyncResult *result, GError **error);

/** desk_session_get_token: Returns: (nullable): the access token, %NULL when it has ended. */
const char *desk_session_get_token (DeskSession *self);

const char *desk_session_get_server (DeskSession *self);
const char *desk_session_get_email (DeskSession *self);
SoupSession *desk_session_get_soup (DeskSession *self);

/** desk_session_get_wait: Returns: the seconds after %DESK_ERROR_RATE_LIMITED; 0 when not said. */
guint desk_session_get_wait (DeskSession *self);

/** desk_session_is_kept: Returns: whether the keyring has the session for the next start. */
gboolean desk_session_is_kept (DeskSession *self);

G_END_DECLS
