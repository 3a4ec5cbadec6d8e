/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Signing in to pages and out, and what a browser sees when something cannot be shown. The cookie
 * holds a session of its own, is for one of the two parts of the addresses, is never sent by a page
 * of another site (SameSite=Strict), and no script can read it. */
#include "account/factor.h"
#include "account/handlers.h"
#include "account/login.h"
#include "account/session.h"
#include "base/config.h"
#include "base/fields.h"
#include "base/problem.h"
#include "documented/frame.h"
#include "documented/handlers.h"
#include "documented/pages.h"
#include "http/page.h"

#include <glib/gi18n.h>
#include <string.h>

/* A working day; then one signs in again. */
#define LIFETIME_S (12 * 60 * 60)

#define ADDRESS_MAX 2000

/* Where to go after signing in: @next, if it lies in the same part of the addresses. */
static const char *
choose_next (const Request *request, const char *next)
{
  const char *root = frame_root (request);

  if (next != NULL && g_str_has_prefix (next, root) && next[strlen (root)] == '/'
      && strpbrk (next, "\r\n\\") == NULL && g_str_is_ascii (next))
    return next;
  return strcmp (root, "/support") == 0 ? "/support/conversations/" : "/customerservices/tickets";
}

/* Begins a form that says what went wrong, and where to go after it. */
static void
begin_form (Frame *frame, const char *next, const GError *problem)
{
  const Request *request = frame->request;

  html_add (frame->html,
            "<form class=\"card narrow\" method=\"post\" action=\"%s/sign-in\"><h1>%s</h1>",
            frame_root (request), frame_say (frame, N_ ("Sign In")));
  if (problem != NULL)
    html_add (frame->html, "<p class=\"problem\" role=\"alert\">%s</p>",
              frame_say (frame, problem->message));
  html_add (frame->html, "<input type=\"hidden\" name=\"next\" value=\"%s\">",
            choose_next (request, next));
}

static Reply *
end_form (Frame *frame, const GError *problem)
{
  html_add (frame->html, "<button class=\"primary\">%s</button></form>",
            frame_say (frame, N_ ("Sign In")));
  return frame_end (frame, problem != NULL ? problem_status (problem_code (problem)) : 200);
}

static Reply *
page_of_form (const Request *request, const char *next, const char *email, const GError *problem)
{
  Frame frame;

  frame_begin (&frame, request, N_ ("Sign In"));
  begin_form (&frame, next, problem);
  html_add (frame.html,
            "<label>%s<input name=\"email\" type=\"email\" autocomplete=\"username\" required "
            "maxlength=\"%d\" value=\"%s\"></label>",
            frame_say (&frame, N_ ("E-mail")), FIELD_EMAIL_MAX, email != NULL ? email : "");
  html_add (frame.html,
            "<label>%s<input name=\"password\" type=\"password\" autocomplete=\"current-password\" "
            "required maxlength=\"%d\"></label>",
            frame_say (&frame, N_ ("Password")), FIELD_PASSWORD_MAX);
  return end_form (&frame, problem);
}

/* The second step. */
static Reply *
page_of_code (const Request *request, const char *next, const char *challenge,
              const GError *problem)
{
  Frame frame;

  frame_begin (&frame, request, N_ ("Sign In"));
  begin_form (&frame, next, problem);
  html_add (frame.html, "<input type=\"hidden\" name=\"challenge\" value=\"%s\">", challenge);
  html_add (frame.html,
            "<label>%s<input name=\"code\" autocomplete=\"one-time-code\" autocapitalize=\"off\" "
            "spellcheck=\"false\" dir=\"ltr\" required autofocus maxlength=\"%d\"></label>",
            frame_say (&frame, N_ ("Code of your authenticator app, or a recovery code")),
            FACTOR_CODE_MAX);
  return end_form (&frame, problem);
}

Reply *
documented_sign_in_form (Db *db G_GNUC_UNUSED, const Request *request, GError **error G_GNUC_UNUSED)
{
  return page_of_form (request, request_query (request, "next"), NULL, NULL);
}

/* Adds the cookie with @token; an empty one takes it away. */
static void
set_cookie (Reply *reply, const Request *request, const char *token)
{
  const char *url = request_services (request)->config->public_url;
  g_autofree char *cookie
      = g_strdup_printf (PAGE_COOKIE "=%s; Path=%s; Max-Age=%d; HttpOnly; SameSite=Strict%s", token,
                         frame_root (request), *token != '\0' ? LIFETIME_S : 0,
                         url != NULL && g_str_has_prefix (url, "https://") ? "; Secure" : "");

  reply_set_header (reply, "Set-Cookie", cookie);
}

/* Leads on with the cookie. */
static Reply *
lead_in (const Request *request, const char *next, const char *token)
{
  Reply *reply = frame_lead (choose_next (request, next));

  set_cookie (reply, request, token);
  return reply;
}

/* What the form of the second step sent. */
static Reply *
answer_challenge (const Request *request, Arguments *arguments)
{
  const char *challenge = arguments_text (arguments, "challenge", ADDRESS_MAX, ARGUMENT_REQUIRED);
  const char *code = arguments_text (arguments, "code", FACTOR_CODE_MAX, ARGUMENT_REQUIRED);
  const char *next = arguments_text (arguments, "next", ADDRESS_MAX, ARGUMENT_OPTIONAL);
  g_autoptr (GError) problem = NULL;
  g_autofree char *token = NULL;

  if (arguments_check (arguments, &problem))
    token = session_answer_token (request, challenge, code, LIFETIME_S, &problem);
  if (token != NULL)
    return lead_in (request, next, token);
  if (challenge == NULL || problem_code (problem) == PROBLEM_UNAUTHENTICATED)
    return page_of_form (request, next, NULL, problem);
  return page_of_code (request, next, challenge, problem);
}

/* SideRoomHandler. */
static Reply *
sign_in (const Request *request, GError **error)
{
  g_autoptr (Arguments) arguments = form_read (request, error);
  g_autofree char *token = NULL;
  g_autofree char *challenge = NULL;
  g_autoptr (GError) problem = NULL;
  const char *email, *password, *next;
  gint64 account = 0;

  if (arguments == NULL)
    return NULL;
  if (arguments_has (arguments, "challenge"))
    return answer_challenge (request, arguments);
  email = arguments_text (arguments, "email", FIELD_EMAIL_MAX, ARGUMENT_REQUIRED);
  password = arguments_text (arguments, "password", FIELD_PASSWORD_MAX, ARGUMENT_REQUIRED);
  next = arguments_text (arguments, "next", ADDRESS_MAX, ARGUMENT_OPTIONAL);
  if (arguments_check (arguments, &problem))
    account = login_find_account (request, email, password, &problem);
  if (account > 0)
    token = session_begin_token (request, account, SESSION_BY_PASSWORD, LIFETIME_S, &challenge,
                                 &problem);
  if (challenge != NULL)
    return page_of_code (request, next, challenge, NULL);
  if (token == NULL)
    return page_of_form (request, next, email, problem);
  return lead_in (request, next, token);
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
  set_cookie (reply, request, "");
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
  html_add (frame.html, "<p><a class=\"button\" href=\"%s\">%s</a></p></section>",
            choose_next (request, NULL), frame_say (&frame, N_ ("Back")));
  reply = frame_end (&frame, problem_status (code));
  reply_set_retry_after (reply, problem);
  return reply;
}
