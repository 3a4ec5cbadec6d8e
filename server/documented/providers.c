/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Signing in with other services in a browser: off to a provider, back from it, the page to which
 * an app opens the browser, and the page where people see and change their ways to sign in. */
#include "account/app-code.h"
#include "account/handlers.h"
#include "account/provider/social.h"
#include "base/problem.h"
#include "documented/entry.h"
#include "documented/handlers.h"
#include "documented/pages.h"
#include "http/page.h"

#include <glib/gi18n.h>
#include <libsoup/soup.h>

#define ADDRESS_MAX 2000

/* Off to a provider */

/* From a page of ours and not by a redirect: a form may lead nowhere else, and says so to the
 * browser. */
static Reply *
lead_outside (const Request *request, const SocialGoal *goal, GError **error)
{
  g_autofree char *secret = NULL;
  g_autofree char *cookie = NULL;
  g_autofree char *address
      = social_begin (request, request_path_id (request, "id"), goal, &secret, error);
  Reply *reply;

  if (address == NULL)
    return NULL;
  cookie = social_cookie (request, secret);
  reply = entry_lead_page (request, N_ ("One Moment"),
                           N_ ("You go on to the other service to sign in there."), address);
  reply_set_header (reply, "Set-Cookie", cookie);
  return reply;
}

/* SideRoomHandler. */
static Reply *
begin (const Request *request, GError **error)
{
  g_autoptr (Arguments) arguments = form_read (request, error);
  g_autoptr (GError) problem = NULL;
  Entry entry;
  Reply *reply;

  if (arguments == NULL)
    return NULL;
  entry = entry_for_form (request,
                          arguments_text (arguments, "next", ADDRESS_MAX, ARGUMENT_OPTIONAL));
  reply = lead_outside (request, &(SocialGoal){ .next = (char *) entry.next }, &problem);
  return reply != NULL ? reply : entry_form (&entry, NULL, problem);
}

Reply *
documented_provider_begin (Db *db G_GNUC_UNUSED, const Request *request, GError **error)
{
  if (page_check_origin (request, error))
    return social_answer (request, begin, error);
  return NULL;
}

/* Back from it */

/* Linking ends where it began; everybody else may try another way in. */
static Reply *
show_problem (const Request *request, const SocialGoal *goal, const GError *problem)
{
  Entry entry = goal->next != NULL ? entry_for_return (request, goal->next)
                                   : entry_for_form (request, NULL);
  Frame frame;

  if (goal->session_id == NULL)
    return entry_form (&entry, NULL, problem);
  frame_begin (&frame, request, N_ ("This Did Not Work"));
  html_add (frame.html,
            "<section class=\"card narrow\"><h1>%s</h1><p role=\"alert\">%s</p>"
            "<p><a class=\"button\" href=\"%s\">%s</a></p></section>",
            frame_say (&frame, N_ ("This Did Not Work")), frame_say (&frame, problem->message),
            goal->next, frame_say (&frame, N_ ("Back")));
  return frame_end (&frame, problem_status (problem_code (problem)));
}

static Reply *
enter (const Request *request, const SocialOutcome *outcome, GError **error)
{
  Entry entry = entry_for_return (request, outcome->goal.next);

  if (outcome->goal.session_id != NULL)
    return entry_lead_page (request, N_ ("Connected"),
                            N_ ("From now on you can sign in with this service too."),
                            outcome->goal.next);
  return entry_enter (&entry, outcome->user_id, SESSION_BY_PROVIDER, !outcome->asks_second_step,
                      error);
}

/* SideRoomHandler. */
static Reply *
finish (const Request *request, GError **error G_GNUC_UNUSED)
{
  g_auto (SocialOutcome) outcome = { 0 };
  g_autoptr (GError) problem = NULL;
  Reply *reply = NULL;

  if (social_finish (request, request_path_id (request, "id"), &outcome, &problem))
    reply = enter (request, &outcome, &problem);
  return reply != NULL ? reply : show_problem (request, &outcome.goal, problem);
}

Reply *
documented_provider_return (Db *db G_GNUC_UNUSED, const Request *request, GError **error)
{
  return social_answer (request, finish, error);
}

/* Apps */

Reply *
documented_app_sign_in (Db *db G_GNUC_UNUSED, const Request *request, GError **error G_GNUC_UNUSED)
{
  static const char *const names[] = { "port", "challenge", "state" };
  g_autoptr (GHashTable) query = g_hash_table_new (g_str_hash, g_str_equal);
  g_autofree char *text = NULL;
  g_autofree char *next = NULL;
  Entry entry;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      const char *value = request_query (request, names[i]);

      g_hash_table_insert (query, (char *) names[i], (char *) (value != NULL ? value : ""));
    }
  text = soup_form_encode_hash (query);
  next = g_strconcat (APP_CODE_PAGE "?", text, NULL);
  if (!app_code_is_wanted (next))
    {
      g_autoptr (GError) problem = NULL;

      problem_set (&problem, PROBLEM_BAD_REQUEST,
                   _ ("The app did not say where it waits. Begin again in the app."));
      return page_of_problem (request, problem);
    }
  entry = entry_for_form (request, next);
  return entry_form (&entry, NULL, NULL);
}

/* Ways to sign in */

static void
add_identity (Frame *frame, JsonObject *identity)
{
  const char *email = shape_text (identity, "email");

  html_add (frame->html, "<li><p><b dir=\"auto\">%s</b> ", shape_text (identity, "provider"));
  if (email != NULL)
    html_add (frame->html, "<span dir=\"ltr\">%s</span> ", email);
  g_string_append (frame->html, "· ");
  frame_add_time (frame, shape_text (identity, "used_at"));
  html_add (frame->html,
            "</p><form method=\"post\" action=\"%s/ways-in/%" G_GINT64_FORMAT "/remove\">"
            "<button>%s</button></form></li>",
            frame_root (frame->request), json_object_get_int_member (identity, "id"),
            frame_say (frame, N_ ("Disconnect")));
}

static void
add_provider (Frame *frame, JsonObject *provider)
{
  g_autofree char *text = words_fill (frame_say (frame, N_ ("Connect {provider}")), "provider",
                                      shape_text (provider, "name"), NULL);

  html_add (frame->html,
            "<form method=\"post\" action=\"%s/ways-in/%" G_GINT64_FORMAT "/connect\">"
            "<button dir=\"auto\">%s</button></form>",
            frame_root (frame->request), json_object_get_int_member (provider, "id"), text);
}

Reply *
documented_ways_in (Db *db, const Request *request, GError **error)
{
  g_autoptr (JsonObject) ways = shape_read_reply (linked_identity_list (db, request, error));
  JsonArray *identities, *providers;
  Frame frame;

  if (ways == NULL)
    return NULL;
  identities = json_object_get_array_member (ways, "identities");
  providers = json_object_get_array_member (ways, "providers");
  frame_begin (&frame, request, N_ ("Ways to Sign In"));
  html_add (frame.html, "<section class=\"card narrow\"><h1>%s</h1>",
            frame_say (&frame, N_ ("Ways to Sign In")));
  if (json_array_get_length (identities) == 0)
    html_add (frame.html, "<p>%s</p>", frame_say (&frame, N_ ("No other service is connected.")));
  g_string_append (frame.html, "<ul class=\"ways\">");
  for (guint i = 0; i < json_array_get_length (identities); i++)
    add_identity (&frame, json_array_get_object_element (identities, i));
  g_string_append (frame.html, "</ul>");
  for (guint i = 0; i < json_array_get_length (providers); i++)
    add_provider (&frame, json_array_get_object_element (providers, i));
  g_string_append (frame.html, "</section>");
  return frame_end (&frame, 200);
}

static char *
ways_address (const Request *request)
{
  return g_strconcat (frame_root (request), "/ways-in", NULL);
}

/* SideRoomHandler. */
static Reply *
connect_way (const Request *request, GError **error)
{
  g_autofree char *next = ways_address (request);
  SocialGoal goal = { .next = next, .session_id = request_actor (request)->session_id };

  return lead_outside (request, &goal, error);
}

Reply *
documented_way_connect (Db *db G_GNUC_UNUSED, const Request *request, GError **error)
{
  return social_answer (request, connect_way, error);
}

Reply *
documented_way_remove (Db *db, const Request *request, GError **error)
{
  g_autofree char *address = ways_address (request);
  Reply *removed = linked_identity_delete (db, request, error);

  if (removed == NULL)
    return NULL;
  reply_free (removed);
  return frame_lead (address);
}
