/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Forms to sign in, and the cookie. It holds a session of its own, is for one of the two parts of
 * the addresses, is never sent by a page of another site (SameSite=Strict), and no script can read
 * it. A browser that comes back from a provider is still on another site's errand, in which it
 * sends no such cookie along: so it gets a page from which it goes on by itself. */
#include "documented/entry.h"

#include "account/app-code.h"
#include "account/challenge.h"
#include "account/factor.h"
#include "account/provider/social.h"
#include "base/config.h"
#include "base/fields.h"
#include "base/problem.h"
#include "http/page.h"

#include <glib/gi18n.h>
#include <string.h>

/* A working day; then one signs in again. */
#define LIFETIME_S (12 * 60 * 60)

static gboolean
lies_in (const char *next, const char *root)
{
  return next != NULL && g_str_has_prefix (next, root) && next[strlen (root)] == '/'
         && strpbrk (next, "\r\n\\") == NULL && g_str_is_ascii (next);
}

Entry
entry_for_form (const Request *request, const char *next)
{
  Entry entry = { .request = request, .root = frame_root (request) };

  if (lies_in (next, entry.root) || app_code_is_wanted (next))
    entry.next = next;
  else
    entry.next = strcmp (entry.root, "/support") == 0 ? "/support/conversations/"
                                                      : "/customerservices/tickets";
  return entry;
}

Entry
entry_for_return (const Request *request, const char *next)
{
  return (Entry){ request, lies_in (next, "/support") ? "/support" : "/customerservices", next,
                  TRUE };
}

/* Forms */

/* Begins a form that says what went wrong, and where to go after it. */
static void
begin_form (const Entry *entry, Frame *frame, const GError *problem)
{
  html_add (frame->html, "<form method=\"post\" action=\"%s/sign-in\">", entry->root);
  if (app_code_is_wanted (entry->next))
    html_add (frame->html, "<p>%s</p>",
              frame_say (frame, N_ ("Then you go on in the Deskbell app on this computer.")));
  if (problem != NULL)
    html_add (frame->html, "<p class=\"problem\" role=\"alert\">%s</p>",
              frame_say (frame, problem->message));
  html_add (frame->html, "<input type=\"hidden\" name=\"next\" value=\"%s\">", entry->next);
}

static void
begin_page (const Entry *entry, Frame *frame)
{
  frame_begin (frame, entry->request, N_ ("Sign In"));
  html_add (frame->html, "<div class=\"card narrow\"><h1>%s</h1>",
            frame_say (frame, N_ ("Sign In")));
}

static void
end_form (Frame *frame)
{
  html_add (frame->html, "<button class=\"primary\">%s</button></form>",
            frame_say (frame, N_ ("Sign In")));
}

static Reply *
end_page (Frame *frame, const GError *problem)
{
  Reply *reply;

  g_string_append (frame->html, "</div>");
  if (problem == NULL)
    return frame_end (frame, 200);
  reply = frame_end (frame, problem_status (problem_code (problem)));
  reply_set_retry_after (reply, problem);
  return reply;
}

/* Without the database nobody signs in by any of them either. */
static void
add_buttons (const Entry *entry, Frame *frame)
{
  g_autoptr (DbResult) buttons = social_buttons (request_services (entry->request), NULL);

  if (buttons == NULL || db_result_rows (buttons) == 0)
    return;
  html_add (frame->html, "<div class=\"providers\"><p>%s</p>", frame_say (frame, N_ ("or")));
  for (guint i = 0; i < db_result_rows (buttons); i++)
    {
      g_autofree char *text = words_fill (frame_say (frame, N_ ("Sign In with {provider}")),
                                          "provider", db_result_text (buttons, i, "name"), NULL);

      html_add (frame->html,
                "<form method=\"post\" action=\"%s/sign-in/with/%s\">"
                "<input type=\"hidden\" name=\"next\" value=\"%s\">"
                "<button dir=\"auto\">%s</button></form>",
                entry->root, db_result_text (buttons, i, "id"), entry->next, text);
    }
  g_string_append (frame->html, "</div>");
}

Reply *
entry_form (const Entry *entry, const char *email, const GError *problem)
{
  Frame frame;

  begin_page (entry, &frame);
  begin_form (entry, &frame, problem);
  html_add (frame.html,
            "<label>%s<input name=\"email\" type=\"email\" autocomplete=\"username\" required "
            "maxlength=\"%d\" value=\"%s\"></label>",
            frame_say (&frame, N_ ("E-mail")), FIELD_EMAIL_MAX, email != NULL ? email : "");
  html_add (frame.html,
            "<label>%s<input name=\"password\" type=\"password\" autocomplete=\"current-password\" "
            "required maxlength=\"%d\"></label>",
            frame_say (&frame, N_ ("Password")), FIELD_PASSWORD_MAX);
  end_form (&frame);
  add_buttons (entry, &frame);
  return end_page (&frame, problem);
}

Reply *
entry_code_form (const Entry *entry, const char *challenge, const GError *problem)
{
  Frame frame;

  begin_page (entry, &frame);
  begin_form (entry, &frame, problem);
  html_add (frame.html, "<input type=\"hidden\" name=\"challenge\" value=\"%s\">", challenge);
  html_add (frame.html,
            "<label>%s<input name=\"code\" autocomplete=\"one-time-code\" autocapitalize=\"off\" "
            "spellcheck=\"false\" dir=\"ltr\" required autofocus maxlength=\"%d\"></label>",
            frame_say (&frame, N_ ("Code of your authenticator app, or a recovery code")),
            FACTOR_CODE_MAX);
  end_form (&frame);
  return end_page (&frame, problem);
}

Reply *
entry_lead_page (const Request *request, const char *title, const char *words, const char *address)
{
  g_autofree char *refresh = g_strconcat ("0; url=", address, NULL);
  Frame frame;
  Reply *reply;

  frame_begin (&frame, request, title);
  html_add (frame.html,
            "<section class=\"card narrow\"><h1>%s</h1><p role=\"status\">%s</p>"
            "<p><a class=\"button\" href=\"%s\">%s</a></p></section>",
            frame_say (&frame, title), frame_say (&frame, words), address,
            frame_say (&frame, N_ ("Continue")));
  reply = frame_end (&frame, 200);
  reply_set_header (reply, "Refresh", refresh);
  return reply;
}

/* Going in */

/* Adds the cookie with @token; an empty one takes it away. */
static void
set_cookie (Reply *reply, const Request *request, const char *root, const char *token)
{
  g_autofree char *cookie
      = g_strdup_printf (PAGE_COOKIE "=%s; Path=%s; Max-Age=%d; HttpOnly; SameSite=Strict%s", token,
                         root, *token != '\0' ? LIFETIME_S : 0,
                         request_is_secure (request) ? "; Secure" : "");

  reply_set_header (reply, "Set-Cookie", cookie);
}

void
entry_forget (Reply *reply, const Request *request, const char *root)
{
  set_cookie (reply, request, root, "");
}

/* The form's policy lets it lead to this server alone, so that an app is gone to from a page. */
static Reply *
go_to_app (const Entry *entry, gint64 user_id, SessionMeans means, GError **error)
{
  g_autofree char *address = app_code_make (entry->request, entry->next, user_id, means, error);

  if (address == NULL)
    return NULL;
  return entry_lead_page (entry->request, N_ ("You Are Signed In"),
                          N_ ("Go on in the Deskbell app."), address);
}

static Reply *
go_on (const Entry *entry, gint64 user_id, SessionMeans means, GError **error)
{
  g_autofree char *token = NULL;
  Reply *reply;

  if (app_code_is_wanted (entry->next))
    return go_to_app (entry, user_id, means, error);
  token = session_begin_token (entry->request, user_id, means, LIFETIME_S, error);
  if (token == NULL)
    return NULL;
  reply = entry->comes_from_outside
              ? entry_lead_page (entry->request, N_ ("You Are Signed In"),
                                 N_ ("In a moment you are where you wanted to go."), entry->next)
              : frame_lead (entry->next);
  set_cookie (reply, entry->request, entry->root, token);
  return reply;
}

Reply *
entry_enter (const Entry *entry, gint64 user_id, SessionMeans means, gboolean is_proven,
             GError **error)
{
  g_autofree char *challenge = NULL;

  if (!is_proven && !challenge_begin (entry->request, user_id, means, &challenge, error))
    return NULL;
  if (challenge != NULL)
    return entry_code_form (entry, challenge, NULL);
  return go_on (entry, user_id, means, error);
}

Reply *
entry_answer (const Entry *entry, const char *challenge, const char *code, GError **error)
{
  SessionMeans means;
  gint64 user_id = challenge_answer (entry->request, challenge, code, &means, error);

  return user_id > 0 ? go_on (entry, user_id, means, error) : NULL;
}
