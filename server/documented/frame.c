/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Pages need no script and load one style sheet. */
#include "documented/frame.h"

#include "documented/file.h"

#include <glib/gi18n.h>
#include <string.h>

#define MINUTE_S 60
#define HOUR_S (60 * MINUTE_S)
#define DAY_S (24 * HOUR_S)

#define POLICY                                                                                  \
  "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; " \
  "frame-ancestors 'none'"

/* Languages that are written from right to left. */
static const char *const right_to_left[] = { "ar", "fa", "he", "ur", NULL };

static const struct
{
  const char *name;
  const char *word;
} statuses[] = {
  { "open", N_ ("Open") },       { "in_progress", N_ ("In Progress") },
  { "pending", N_ ("Pending") }, { "resolved", N_ ("Resolved") },
  { "closed", N_ ("Closed") },
};

static const struct
{
  const char *name;
  const char *glyph;
  const char *word;
} priorities[] = {
  { "low", "↓", N_ ("Low") },
  { "normal", "–", N_ ("Normal") },
  { "high", "↑", N_ ("High") },
  { "urgent", "‼", N_ ("Urgent") },
};

const char *
frame_root (const Request *request)
{
  return g_str_has_prefix (request_path (request), "/support") ? "/support" : "/customerservices";
}

const char *
frame_say (const Frame *frame, const char *text)
{
  return words_say (frame->words, text);
}

void
frame_add (Frame *frame, const char *text)
{
  html_add (frame->html, "%s", frame_say (frame, text));
}

/* A link of the bar; the page that is shown is marked. */
static void
add_link (Frame *frame, const char *address, const char *text)
{
  gboolean here = g_str_has_prefix (request_path (frame->request), address);

  html_add (frame->html, "<a href=\"%s\"", address);
  g_string_append (frame->html, here ? " aria-current=\"page\">" : ">");
  frame_add (frame, text);
  g_string_append (frame->html, "</a>");
}

static void
add_bar (Frame *frame)
{
  const Actor *actor = request_actor (frame->request);
  const char *root = frame_root (frame->request);

  g_string_append (frame->html, "<header class=\"bar\"><strong>Deskbell</strong>");
  if (actor != NULL)
    {
      html_add (frame->html, "<nav aria-label=\"%s\">", frame_say (frame, N_ ("Pages")));
      if (strcmp (root, "/support") == 0)
        add_link (frame, "/support/conversation", N_ ("Conversations"));
      else
        {
          add_link (frame, "/customerservices/tickets", N_ ("Tickets"));
          add_link (frame, "/customerservices/chat", N_ ("Chat"));
          if (actor_is_staff (actor))
            add_link (frame, "/customerservices/stats", N_ ("Statistics"));
        }
      html_add (frame->html,
                "</nav><form method=\"post\" action=\"%s/sign-out\">"
                "<a dir=\"auto\" href=\"%s/ways-in\" title=\"%s\">%s</a>"
                "<button class=\"quiet\">%s</button></form>",
                root, root, frame_say (frame, N_ ("Ways to Sign In")), actor->name,
                frame_say (frame, N_ ("Sign Out")));
    }
  g_string_append (frame->html, "</header>");
}

void
frame_begin (Frame *frame, const Request *request, const char *title)
{
  const Words *words = words_for (request);
  const char *language = words_language (words);

  *frame = (Frame){ request, words, g_string_new ("<!DOCTYPE html>\n") };
  html_add (frame->html,
            "<html lang=\"%s\" dir=\"%s\"><head><meta charset=\"utf-8\">"
            "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
            "<title>%s · Deskbell</title>"
            "<link rel=\"icon\" href=\"/pages/bell.svg\" type=\"image/svg+xml\">"
            "<link rel=\"stylesheet\" href=\"/pages/pages.css\"></head><body>"
            "<a class=\"skip\" href=\"#main\">%s</a>",
            language, g_strv_contains (right_to_left, language) ? "rtl" : "ltr",
            words_say (words, title), words_say (words, N_ ("Skip to Content")));
  add_bar (frame);
  g_string_append (frame->html, "<main id=\"main\">");
}

Reply *
frame_end (Frame *frame, guint status)
{
  g_autoptr (GBytes) bytes = NULL;
  Reply *reply;

  g_string_append (frame->html, "</main></body></html>\n");
  bytes = g_string_free_to_bytes (frame->html);
  reply = reply_bytes (status, "text/html; charset=utf-8", bytes);
  reply_set_header (reply, "Content-Security-Policy", POLICY);
  /* Browsers name the origin of a form only where a page lets them; see http/page.h. */
  reply_set_header (reply, "Referrer-Policy", "same-origin");
  return reply;
}

Reply *
frame_lead (const char *address)
{
  Reply *reply = reply_empty (303);

  reply_set_header (reply, "Location", address);
  return reply;
}

void
frame_add_status (Frame *frame, Vocabulary vocabulary, JsonObject *ticket)
{
  const char *name = documented_status (vocabulary, shape_text (ticket, "status"));

  for (guint i = 0; i < G_N_ELEMENTS (statuses); i++)
    {
      if (strcmp (statuses[i].name, name) == 0)
        html_add (frame->html, "<span class=\"status %s\">%s</span>", name,
                  frame_say (frame, statuses[i].word));
    }
}

void
frame_add_priority (Frame *frame, JsonObject *ticket)
{
  const char *name = shape_text (ticket, "priority");
  const char *glyph = "·";
  const char *word = name;

  for (guint i = 0; i < G_N_ELEMENTS (priorities); i++)
    {
      if (strcmp (priorities[i].name, name) == 0)
        {
          glyph = priorities[i].glyph;
          word = frame_say (frame, priorities[i].word);
        }
    }
  html_add (frame->html, "<span class=\"priority %s\"><b aria-hidden=\"true\">%s</b> %s</span>",
            name, glyph, word);
}

static char *
say_ago (const Frame *frame, gint64 seconds)
{
  const Words *words = frame->words;
  gint64 unit = seconds < HOUR_S ? MINUTE_S : seconds < DAY_S ? HOUR_S : DAY_S;
  guint count = (guint) (seconds / unit);
  g_autofree char *number = words_number (words, count);
  const char *text;

  if (seconds < MINUTE_S)
    return g_strdup (words_say (words, N_ ("just now")));
  if (unit == MINUTE_S)
    text = words_count (words, N2_ ("{n} minute ago", "{n} minutes ago"), count);
  else if (unit == HOUR_S)
    text = words_count (words, N2_ ("{n} hour ago", "{n} hours ago"), count);
  else
    text = words_count (words, N2_ ("{n} day ago", "{n} days ago"), count);
  return words_fill (text, "n", number, NULL);
}

void
frame_add_time (Frame *frame, const char *moment)
{
  g_autoptr (GDateTime) at = g_date_time_new_from_iso8601 (moment, NULL);
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *ago = NULL;

  g_return_if_fail (at != NULL);
  ago = say_ago (frame, MAX (g_date_time_difference (now, at), 0) / G_USEC_PER_SEC);
  html_add (frame->html, "<time datetime=\"%s\" title=\"%.10s %.5s UTC\">%s</time>", moment, moment,
            moment + strlen ("2025-11-09T"), ago);
}

void
frame_add_subject (Frame *frame, JsonObject *ticket)
{
  const char *subject = shape_text (ticket, "subject");

  html_add (frame->html, "<span dir=\"auto\">%s</span>",
            *subject != '\0' ? subject : frame_say (frame, N_ ("No subject yet")));
}

static void
add_message (Frame *frame, JsonObject *message)
{
  gboolean note = shape_is_note (message);
  JsonObject *author = shape_object (message, "author");

  html_add (frame->html, "<li class=\"%s\"><p class=\"by\"><b dir=\"auto\">%s</b> ",
            note                            ? "note"
            : shape_is_from_staff (message) ? "staff"
                                            : "customer",
            shape_text (author, "name"));
  if (note)
    html_add (frame->html, "<span class=\"lock\">%s</span> ",
              frame_say (frame, N_ ("Internal note")));
  frame_add_time (frame, shape_text (message, "created_at"));
  g_string_append (frame->html, "</p><div class=\"words\" dir=\"auto\">");
  if (shape_text (message, "taken_back_at") != NULL)
    {
      g_autofree char *text = shape_message_text (message, frame->words);

      html_add (frame->html, "<p><em>%s</em></p>", text);
    }
  else
    html_add_spans (frame->html, json_object_get_array_member (message, "spans"));
  file_add_all (frame->html, frame->request, message);
  g_string_append (frame->html, "</div></li>");
}

void
frame_add_thread (Frame *frame, JsonObject *page, gboolean with_notes)
{
  JsonArray *messages = json_object_get_array_member (page, "messages");

  g_string_append (frame->html, "<ol class=\"thread\">");
  for (guint i = 0; i < json_array_get_length (messages); i++)
    {
      JsonObject *message = json_array_get_object_element (messages, i);

      if (shape_is_note (message) && !with_notes)
        continue;
      if (shape_is_system (message))
        {
          g_autofree char *text = shape_message_text (message, frame->words);

          html_add (frame->html, "<li class=\"line\">%s · ", text);
          frame_add_time (frame, shape_text (message, "created_at"));
          g_string_append (frame->html, "</li>");
        }
      else
        add_message (frame, message);
    }
  g_string_append (frame->html, "</ol>");
}

void
frame_add_next (Frame *frame, JsonObject *list, const char *address, const char *query)
{
  const char *next = shape_text (list, "next");

  if (next != NULL)
    html_add (frame->html,
              "<p class=\"more\"><a class=\"button\" href=\"%s?%safter=%s\">%s</a></p>", address,
              query, next, frame_say (frame, N_ ("Older Ones")));
}
