/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Signing in to pages with a password and out, and what a browser sees when something cannot be
 * shown. */
#include "account/factor.h"
#include "account/handlers.h"
#include "account/login.h"
#include "base/fields.h"
#include "base/problem.h"
#include "documented/entry.h"
#include "documented/handlers.h"
#include "documented/pages.h"
#include "http/page.h"

#include <glib/gi18n.h>
#include <string.h>

#define ADDRESS_MAX 2000

Reply *
documented_sign_in_form (Db *db G_GNUC_UNUSED, const Request *request, GError **error G_GNUC_UNUSED)
{
  Entry entry = entry_for_form (request, request_query (request, "next"));

  return entry_form (&entry, NULL, NULL);
}

/* What the form of the second step sent. */
static Reply *
answer_challenge (const Entry *entry, Arguments *arguments)
{
  const char *challenge = arguments_text (arguments, "challenge", ADDRESS_MAX, ARGUMENT_REQUIRED);
  const char *code = arguments_text (arguments, "code", FACTOR_CODE_MAX, ARGUMENT_REQUIRED);
  g_autoptr (GError) problem = NULL;
  Reply *reply = NULL;

  if (arguments_check (arguments, &problem))
    reply = entry_answer (entry, challenge, code, &problem);
  if (reply != NULL)
    return reply;
  if (challenge == NULL || problem_code (problem) == PROBLEM_UNAUTHENTICATED)
    return entry_form (entry, NULL, problem);
  return entry_code_form (entry, challenge, problem);
}

/* What the form for a password sent. */
static Reply *
answer_password (const Entry *entry, Arguments *arguments)
{
  const char *email = arguments_text (arguments, "email", FIELD_EMAIL_MAX, ARGUMENT_REQUIRED);
  const char *password
      = arguments_text (arguments, "password", FIELD_PASSWORD_MAX, ARGUMENT_REQUIRED);
  g_autoptr (GError) problem = NULL;
  Reply *reply = NULL;
  gint64 account = 0;

  if (arguments_check (arguments, &problem))
    account = login_find_account (entry->request, email, password, &problem);
  if (account > 0)
    reply = entry_enter (entry, account, SESSION_BY_PASSWORD, FALSE, &problem);
  return reply != NULL ? reply : entry_form (entry, email, problem);
}

/* SideRoomHandler. */
static Reply *
sign_in (const Request *request, GError **error)
{
  g_autoptr (Arguments) arguments = form_read (request, error);
  Entry entry;

  if (arguments == NULL)
    return NULL;
  entry = entry_for_form (request,
                          arguments_text (arguments, "next", ADDRESS_MAX, ARGUMENT_OPTIONAL));
  if (arguments_has (arguments, "challenge"))
    return answer_challenge (&entry, arguments);
  return answer_password (&entry, arguments);
}

Reply *
documented_sign_in (Db *db G_GNUC_UNUSED, const Request *request, GError **error)
{
  if (page_check_origin (request, error))
    return login_answer_hashing (request, sign_in, error);
  return NULL;
}

Reply *
documented_sign_out (Db *db, const Request *request, GError **error)
{
  Reply *done = account_logout (db, request, error);
  g_autofree char *address = g_strconcat (frame_root (request), "/sign-in", NULL);
  Reply *reply;

  if (done == NULL)
    return NULL;
  reply_free (done);
  reply = frame_lead (address);
  entry_forget (reply, request, frame_root (request));
  return reply;
}

/* What was asked for, with what the pages' own links and forms put behind it. */
static char *
repeat_address (const Request *request)
{
  static const char *const names[] = { "conversation", "search",      "status", "category",
                                       "priority",     "assigned_to", "date",   "after" };
  GString *address = g_string_new (request_path (request));
  char mark = '?';

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      const char *value = request_query (request, names[i]);
      g_autofree char *escaped = value != NULL ? g_uri_escape_string (value, NULL, FALSE) : NULL;

      if (escaped == NULL)
        continue;
      g_string_append_printf (address, "%c%s=%s", mark, names[i], escaped);
      mark = '&';
    }
  return g_string_free (address, FALSE);
}

/* To the form, and back to what was asked for; what a form had sent cannot be sent again. */
static Reply *
lead_to_form (const Request *request)
{
  g_autofree char *asked = repeat_address (request);
  g_autofree char *next = g_uri_escape_string (asked, "/", FALSE);
  g_autofree char *address = g_strdup_printf ("%s/sign-in?next=%s", frame_root (request), next);

  return frame_lead (address);
}

/* The words that a form of a page sent, to be kept; NULL when there are none. */
static char *
keep_words (const Request *request)
{
  g_autoptr (Arguments) arguments = form_read (request, NULL);
  const char *words = arguments != NULL
                          ? arguments_text (arguments, "message", G_MAXINT32, ARGUMENT_MULTILINE)
                          : NULL;

  return g_strdup (words);
}

Reply *
page_of_problem (const Request *request, const GError *problem)
{
  ProblemCode code = problem_code (problem);
  g_autofree char *kept = NULL;
  Entry entry = entry_for_form (request, NULL);
  Reply *reply;
  Frame frame;

  if (request_actor (request) == NULL
      && (code == PROBLEM_UNAUTHENTICATED || code == PROBLEM_TOKEN_EXPIRED))
    return lead_to_form (request);
  kept = keep_words (request);
  frame_begin (&frame, request, N_ ("This Did Not Work"));
  html_add (frame.html, "<section class=\"card narrow\"><h1>%s</h1><p role=\"alert\">%s</p>",
            frame_say (&frame, N_ ("This Did Not Work")),
            code == PROBLEM_INTERNAL
                ? frame_say (&frame, N_ ("Something went wrong on the server."))
                : frame_say (&frame, problem->message));
  if (kept != NULL)
    html_add (frame.html,
              "<label>%s<textarea readonly rows=\"6\" dir=\"auto\">%s</textarea></label>",
              frame_say (&frame, N_ ("Your text is kept here.")), kept);
  html_add (frame.html, "<p><a class=\"button\" href=\"%s\">%s</a></p></section>", entry.next,
            frame_say (&frame, N_ ("Back")));
  reply = frame_end (&frame, problem_status (code));
  reply_set_retry_after (reply, problem);
  return reply;
}
