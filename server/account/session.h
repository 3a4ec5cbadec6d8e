/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Beginning a session, for those who prove who they are in other ways than by a password too. */
#pragma once

#include "account/side-room.h"
#include "account/token.h"
#include "http/request.h"

/* Begins a session for account @user_id on the device that asks.
 * Returns: (transfer full): the token pair as `POST /auth/login` answers it, with @status; NULL
 * with `unauthenticated` when the account is not active any more. */
Reply *session_begin (const Request *request, gint64 user_id, guint status, GError **error);

/* The account that @email and @password belong to. It hashes: for a SideRoomHandler.
 * Returns: 0 with `wrong_credentials`, or a problem of the database. */
gint64 session_find_account (const Request *request, const char *email, const char *password,
                             GError **error);

/* Begins a session of @lifetime_s seconds for account @user_id that is not refreshed.
 * Returns: (transfer full): its token; NULL with a problem. */
char *session_begin_token (const Request *request, gint64 user_id, gint64 lifetime_s,
                           GError **error);

/* Answers @request by @handler where passwords are hashed.
 * Returns: %REPLY_LATER, or NULL with `unavailable`. */
Reply *session_answer_hashing (const Request *request, SideRoomHandler handler, GError **error);

/* A token of @kind for the account in row 0 of @account (columns `id` and `role`).
 * Returns: (transfer full): NULL with `internal`. */
char *session_issue (const Request *request, TokenKind kind, const DbResult *account,
                     const char *session_id, gint64 lifetime_s, GError **error);

/* The program that asks, as text that can be kept; NULL when it does not say.
 * Returns: (transfer full). */
char *session_user_agent (const Request *request);
