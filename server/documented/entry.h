/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The way in for browsers, however somebody proves who they are: the forms that ask, and what
 * happens when they are answered. One goes on to a page with a cookie, or back to the app that
 * opened the browser with a code. */
#pragma once

#include "account/session.h"
#include "documented/frame.h"

/* Where somebody wants to go in. */
typedef struct
{
  const Request *request;
  const char *root; /* the part of the addresses that the cookie is for */
  const char *next; /* the page behind */
  gboolean comes_from_outside; /* another site has led the browser here */
} Entry;

/* The entry for a form of @request's part of the addresses, which says @next (nullable): that one
 * counts only if it lies in the same part, or is the page for apps. */
Entry entry_for_form (const Request *request, const char *next);

/* The entry for a browser that a provider sends back; @next is what a form had said. */
Entry entry_for_return (const Request *request, const char *next);

/* The form for e-mail and password, with buttons for providers below it. @problem (nullable) is why
 * it is shown again. Returns: (transfer full). */
Reply *entry_form (const Entry *entry, const char *email, const GError *problem);

/* The form for the second step. Returns: (transfer full). */
Reply *entry_code_form (const Entry *entry, const char *challenge, const GError *problem);

/* Lets account @user_id in, which has proved the first half of who it is by @means: asks for the
 * second step, if there is one, unless @is_proven.
 * Returns: (transfer full): NULL with a problem. */
Reply *entry_enter (const Entry *entry, gint64 user_id, SessionMeans means, gboolean is_proven,
                    GError **error);

/* Answers @challenge with @code. Returns: (transfer full): NULL with a problem. */
Reply *entry_answer (const Entry *entry, const char *challenge, const char *code, GError **error);

/* Takes the cookie for @root away. */
void entry_forget (Reply *reply, const Request *request, const char *root);

/* A page that says @title and @words, both marked with N_(), and leads on to @address by itself.
 * Returns: (transfer full). */
Reply *entry_lead_page (const Request *request, const char *title, const char *words,
                        const char *address);
