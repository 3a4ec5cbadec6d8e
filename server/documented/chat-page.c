/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * /customerservices/chat as a page: the conversations beside the one that is open. */
#include "documented/desk-parts.h"
#include "documented/pages.h"
#include "ticket/ticket.h"

#include <glib/gi18n.h>

static void
add_row (Frame *frame, JsonObject *ticket, gint64 open)
{
  JsonObject *last = shape_object (ticket, "last_message");
  gint64 id = json_object_get_int_member (ticket, "id");
  const char *counted = json_object_has_member (ticket, "agent_unread_count") ? "agent_unread_count"
                                                                              : "user_unread_count";
  guint unread = (guint) json_object_get_int_member (ticket, counted);

  html_add (frame->html, "<li><a href=\"/customerservices/chat?conversation=%" G_GINT64_FORMAT "\"",
            id);
  g_string_append (frame->html, id == open ? " aria-current=\"true\">" : ">");
  html_add (frame->html, "<b dir=\"auto\">%s</b> ",
            shape_text (shape_object (ticket, "user"), "name"));
  if (unread > 0)
    {
      g_autofree char *number = words_number (frame->words, unread);
      g_autofree char *text
          = words_fill (words_count (frame->words,
                                     N2_ ("{n} unread message", "{n} unread messages"), unread),
                        "n", number, NULL);

      html_add (frame->html, "<span class=\"unread\" title=\"%s\">%s</span> ", text, number);
    }
  frame_add_time (frame, shape_text (ticket, "last_message_at"));
  if (last != NULL)
    html_add (frame->html, "<span class=\"preview\" dir=\"auto\">%s</span>",
              shape_text (last, "preview"));
  g_string_append (frame->html, "</a></li>");
}

static void
add_list (Frame *frame, JsonObject *list, gint64 open)
{
  JsonArray *tickets = json_object_get_array_member (list, "tickets");
  const char *search = request_query (frame->request, "search");

  html_add (frame->html,
            "<section class=\"list\"><form method=\"get\" action=\"/customerservices/chat\" "
            "role=\"search\"><label>%s<input name=\"search\" type=\"search\" maxlength=\"200\" "
            "dir=\"auto\" value=\"%s\"></label></form><ul class=\"rows\">",
            frame_say (frame, N_ ("Search conversations")), search != NULL ? search : "");
  for (guint i = 0; i < json_array_get_length (tickets); i++)
    add_row (frame, json_array_get_object_element (tickets, i), open);
  g_string_append (frame->html, "</ul>");
  if (json_array_get_length (tickets) == 0)
    html_add (frame->html, "<p class=\"empty\">%s</p>",
              frame_say (frame, N_ ("No conversations here.")));
  frame_add_next (frame, list, "/customerservices/chat", "");
  g_string_append (frame->html, "</section>");
}

/* Adds the conversation that is open. */
static gboolean
add_conversation (Frame *frame, Db *db, gint64 id, GError **error)
{
  const Actor *actor = request_actor (frame->request);
  g_autofree char *address
      = g_strdup_printf ("/customerservices/chat/%" G_GINT64_FORMAT "/form", id);
  g_autofree char *json = ticket_json (db, actor, id, error);
  g_autoptr (JsonObject) ticket = json != NULL ? shape_read (json) : NULL;
  g_autoptr (JsonObject) page = ticket != NULL ? shape_thread (db, actor, id, -1, error) : NULL;

  if (page == NULL)
    return FALSE;
  html_add (frame->html,
            "<section class=\"open\"><a class=\"back\" href=\"/customerservices/chat\">%s</a>"
            "<header class=\"card head\"><h2 dir=\"auto\">%s</h2>",
            frame_say (frame, N_ ("All Conversations")),
            shape_text (shape_object (ticket, "user"), "name"));
  g_string_append (frame->html, "<p class=\"facts\">");
  frame_add_status (frame, VOCABULARY_TICKETS, ticket);
  frame_add_subject (frame, ticket);
  html_add (frame->html,
            "<a href=\"/customerservices/tickets/%" G_GINT64_FORMAT "\">#%s</a></p>"
            "<form method=\"post\" action=\"%s\"><input type=\"hidden\" name=\"action\" "
            "value=\"read\"><button>%s</button></form></header>",
            id, shape_text (ticket, "ticket_number"), address,
            frame_say (frame, N_ ("Mark as Read")));
  frame_add_thread (frame, page, TRUE);
  desk_add_reply (frame, address);
  g_string_append (frame->html, "</section>");
  return TRUE;
}

Reply *
page_chat (Db *db, const Request *request, GError **error)
{
  g_autoptr (JsonObject) list = NULL;
  gint64 open;
  gboolean done = TRUE;
  Frame frame;

  if (!request_query_int (request, "conversation", 1, G_MAXINT64, 0, &open, error))
    return NULL;
  /* As for the messages of the one conversation where they are asked for as JSON. */
  if (open > 0 && !actor_may (request_actor (request), PERMISSION_VIEW_CHAT_HISTORY))
    {
      actor_refuse (request_actor (request), error);
      return NULL;
    }
  list = list_chats (db, request, error);
  if (list == NULL)
    return NULL;
  frame_begin (&frame, request, N_ ("Chat"));
  html_add (frame.html, "<h1>%s</h1>", frame_say (&frame, N_ ("Chat")));
  g_string_append (frame.html, open > 0 ? "<div class=\"panes chosen\">" : "<div class=\"panes\">");
  add_list (&frame, list, open);
  if (open > 0)
    done = add_conversation (&frame, db, open, error);
  else
    html_add (frame.html, "<p class=\"empty\">%s</p>",
              frame_say (&frame, N_ ("Choose a conversation to read it and to answer.")));
  g_string_append (frame.html, "</div>");
  if (done)
    return frame_end (&frame, 200);
  g_string_free (frame.html, TRUE);
  return NULL;
}
