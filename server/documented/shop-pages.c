/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * /support/conversations/ and /support/conversation/{id}/: what a customer of the shop wrote and
 * was answered. Notes are no part of it. */
#include "base/ids.h"
#include "documented/frame.h"
#include "documented/pages.h"
#include "ticket/ticket.h"

#include <glib/gi18n.h>
#include <string.h>

static void
add_card (Frame *frame, JsonObject *ticket)
{
  g_autofree char *code = id_to_code (json_object_get_int_member (ticket, "id"));
  JsonObject *last = shape_object (ticket, "last_message");
  guint unread = (guint) json_object_get_int_member (ticket, "user_unread_count");

  html_add (frame->html,
            "<li class=\"ticket\"><a href=\"/support/conversation/%s/\"><span class=\"number\">%s"
            "</span> ",
            code, code);
  frame_add_subject (frame, ticket);
  g_string_append (frame->html, "</a>");
  if (last != NULL)
    html_add (frame->html, "<p class=\"who\" dir=\"auto\">%s</p>", shape_text (last, "preview"));
  g_string_append (frame->html, "<p class=\"facts\">");
  frame_add_status (frame, VOCABULARY_SUPPORT, ticket);
  frame_add_time (frame, shape_text (ticket, "last_message_at"));
  if (unread > 0)
    {
      g_autofree char *number = words_number (frame->words, unread);
      g_autofree char *text
          = words_fill (words_count (frame->words,
                                     N2_ ("{n} unread message", "{n} unread messages"), unread),
                        "n", number, NULL);

      html_add (frame->html, "<span class=\"unread\">%s</span>", text);
    }
  g_string_append (frame->html, "</p></li>");
}

Reply *
page_conversations (Db *db, const Request *request, GError **error)
{
  g_autoptr (JsonObject) list = list_conversations (db, request, error);
  JsonArray *tickets;
  Frame frame;

  if (list == NULL)
    return NULL;
  tickets = json_object_get_array_member (list, "tickets");
  frame_begin (&frame, request, N_ ("Conversations"));
  html_add (frame.html, "<h1>%s</h1><ul class=\"cards\">",
            frame_say (&frame, N_ ("Conversations")));
  for (guint i = 0; i < json_array_get_length (tickets); i++)
    add_card (&frame, json_array_get_object_element (tickets, i));
  g_string_append (frame.html, "</ul>");
  if (json_array_get_length (tickets) == 0)
    html_add (frame.html, "<p class=\"empty\">%s</p>",
              frame_say (&frame, N_ ("You have not written to us yet.")));
  frame_add_next (&frame, list, "/support/conversations/", "");
  return frame_end (&frame, 200);
}

/* The form that writes, and the one that closes. */
static void
add_forms (Frame *frame, const char *code)
{
  html_add (frame->html,
            "<form class=\"reply card\" method=\"post\" action=\"/support/conversation/%s/form\">"
            "<input type=\"hidden\" name=\"action\" value=\"message\"><label>%s<textarea "
            "name=\"message\" rows=\"4\" maxlength=\"16000\" required dir=\"auto\"></textarea>"
            "</label><p><button class=\"primary\">%s</button></p></form>",
            code, frame_say (frame, N_ ("Your message")), frame_say (frame, N_ ("Send")));
  html_add (frame->html,
            "<form class=\"end\" method=\"post\" action=\"/support/conversation/%s/form\">"
            "<input type=\"hidden\" name=\"action\" value=\"close\"><button>%s</button></form>",
            code, frame_say (frame, N_ ("Close Conversation")));
}

Reply *
page_conversation (Db *db, const Request *request, GError **error)
{
  gint64 id = request_path_id (request, "id");
  const Actor *actor = request_actor (request);
  g_autofree char *code = id_to_code (id);
  g_autofree char *json = ticket_json (db, actor, id, error);
  g_autoptr (JsonObject) ticket = json != NULL ? shape_read (json) : NULL;
  g_autoptr (JsonObject) page = ticket != NULL ? shape_thread (db, actor, id, -1, error) : NULL;
  JsonObject *agent;
  Frame frame;

  if (page == NULL)
    return NULL;
  agent = shape_object (ticket, "assigned_to");
  frame_begin (&frame, request, code);
  html_add (frame.html, "<article><header class=\"card head\"><p class=\"number\">%s</p><h1>",
            code);
  frame_add_subject (&frame, ticket);
  g_string_append (frame.html, "</h1><p class=\"facts\">");
  frame_add_status (&frame, VOCABULARY_SUPPORT, ticket);
  if (agent != NULL)
    html_add (frame.html, "<span>%s <b dir=\"auto\">%s</b></span>",
              frame_say (&frame, N_ ("Assigned to")), shape_text (agent, "name"));
  frame_add_time (&frame, shape_text (ticket, "created_at"));
  g_string_append (frame.html, "</p></header>");
  frame_add_thread (&frame, page, FALSE);
  if (strcmp (shape_text (ticket, "status"), "closed") != 0)
    add_forms (&frame, code);
  else
    html_add (frame.html, "<p class=\"empty\">%s</p>",
              frame_say (&frame, N_ ("This conversation is closed.")));
  g_string_append (frame.html, "</article>");
  return frame_end (&frame, 200);
}
