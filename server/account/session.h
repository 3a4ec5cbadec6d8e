/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Beginning a session: the one way in for everybody, however they prove who they are. An account
 * with a second step gets a challenge first; see challenge.h. */
#pragma once

#include "account/token.h"
#include "http/request.h"

/* How somebody proved who they are. Sessions remember it. */
typedef enum
{
  SESSION_BY_PASSWORD,
  SESSION_BY_SETUP, /* with the code of an empty server */
  SESSION_BY_INVITATION,
  SESSION_BY_PROVIDER, /* signed in somewhere else */
  SESSION_MEANS,
} SessionMeans;

/* `password`, `setup`, … and back; FALSE when @name is none. */
const char *session_means_name (SessionMeans means);
gboolean session_means_from_name (const char *name, SessionMeans *means);

/* Begins a session for account @user_id on the device that asks.
 * Returns: (transfer full): the token pair as `POST /auth/login` answers it, with @status; or, when
 * the account has a second step, the challenge with 200. NULL with `unauthenticated` when the
 * account is not active any more. */
Reply *session_begin (const Request *request, gint64 user_id, SessionMeans means, guint status,
                      GError **error);

/* The same after the second step. */
Reply *session_begin_proven (const Request *request, gint64 user_id, SessionMeans means,
                             guint status, GError **error);

/* Begins a session of @lifetime_s seconds for account @user_id, after the second step, that is not
 * refreshed, as pages hold it.
 * Returns: (transfer full): its token; NULL with a problem. */
char *session_begin_token (const Request *request, gint64 user_id, SessionMeans means,
                           gint64 lifetime_s, GError **error);

/* A token of @kind for the account in row 0 of @account (columns `id` and `role`).
 * Returns: (transfer full): NULL with `internal`. */
char *session_issue (const Request *request, TokenKind kind, const DbResult *account,
                     const char *session_id, gint64 lifetime_s, GError **error);

/* Sessions of account @user_id have ended, or all of them when @session_id is NULL: for the next
 * request at once; sockets and other servers hear it by the event. */
void session_forget (const Request *request, gint64 user_id, const char *session_id);

/* The program that asks, as text that can be kept; NULL when it does not say.
 * Returns: (transfer full). */
char *session_user_agent (const Request *request);
