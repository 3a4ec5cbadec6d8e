/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Signing in with a provider, from the button to the account. Between the two lies a trip of the
 * browser to somebody else's server: an *attempt* ties its ends together. It is good once, for ten
 * minutes, with one provider, and only in the browser that began it, which holds a secret. Both
 * functions wait for the provider: call them from a handler of social_answer(). */
#pragma once

#include "account/side-room.h"

/* What is to happen when it is known who somebody is. */
typedef struct
{
  char *next; /* the page of ours to go on to */
  char *session_id; /* the session that links the identity to its account; NULL: sign in */
} SocialGoal;

typedef struct
{
  gint64 user_id;
  gboolean asks_second_step; /* of who has one */
  SocialGoal goal;
} SocialOutcome;

/* The name of the cookie that holds the browser's secret; see social_cookie(). */
#define SOCIAL_COOKIE "deskbell_sign_in"

/* Begins an attempt with the provider @id. @secret gets what the browser is to keep.
 * Returns: (transfer full): the address to send the browser to; NULL with a problem. */
char *social_begin (const Request *request, gint64 id, const SocialGoal *goal, char **secret,
                    GError **error);

/* Ends the attempt that @request, the browser's way back from the provider @id, belongs to, and
 * finds, links or makes the account. @outcome's goal is filled as soon as the attempt is known.
 * Returns: FALSE with a problem whose message is for the person in front of the browser. */
gboolean social_finish (const Request *request, gint64 id, SocialOutcome *outcome, GError **error);
void social_outcome_clear (SocialOutcome *outcome);

/* Answers @request by @handler where providers are asked.
 * Returns: %REPLY_LATER, or NULL with `unavailable`. */
Reply *social_answer (const Request *request, SideRoomHandler handler, GError **error);

/* The cookie with @secret as the header Set-Cookie has it.
 * Returns: (transfer full): free with g_free(). */
char *social_cookie (const Request *request, const char *secret);

/* The providers that people may choose: rows of `id` and `name`.
 * Returns: (transfer full): NULL with a problem. */
DbResult *social_buttons (const Services *services, GError **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SocialOutcome, social_outcome_clear)
