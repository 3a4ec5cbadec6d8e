/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * /customerservices/tickets as a page: figures, filters and cards. */
#include "documented/desk-parts.h"
#include "documented/pages.h"
#include "queue/handlers.h"
#include "ticket/handlers.h"
#include "ticket/ticket.h"

#include <glib/gi18n.h>

/* A menu of the list of words that @list (`{categories}` or `{priorities}`) holds. */
static void
add_words_menu (Frame *frame, JsonObject *list, const char *member, const char *name,
                const char *label)
{
  JsonArray *entries = json_object_get_array_member (list, member);

  desk_open_menu (frame, name, label, N_ ("All"));
  for (guint i = 0; i < json_array_get_length (entries); i++)
    {
      JsonObject *entry = json_array_get_object_element (entries, i);

      desk_add_option (frame, shape_text (entry, "name"), desk_title_of (frame, entry),
                       request_query (frame->request, name));
    }
  desk_close_menu (frame);
}

typedef struct
{
  JsonObject *tickets, *categories, *priorities, *agents;
} Desk;

static void
desk_clear (Desk *desk)
{
  g_clear_pointer (&desk->tickets, json_object_unref);
  g_clear_pointer (&desk->categories, json_object_unref);
  g_clear_pointer (&desk->priorities, json_object_unref);
  g_clear_pointer (&desk->agents, json_object_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Desk, desk_clear)

/* Everything that the list shows; agents only for staff. */
static gboolean
read_desk (Desk *desk, Db *db, const Request *request, GError **error)
{
  desk->tickets = list_tickets (db, request, error);
  if (desk->tickets == NULL)
    return FALSE;
  desk->categories = shape_read_reply (category_list (db, request, error));
  if (desk->categories == NULL)
    return FALSE;
  desk->priorities = shape_read_reply (priority_list (db, request, error));
  if (desk->priorities == NULL)
    return FALSE;
  if (actor_is_staff (request_actor (request)))
    {
      desk->agents = shape_read_reply (agents_list (db, request, error));
      if (desk->agents == NULL)
        return FALSE;
    }
  return TRUE;
}

static const char *
asked_for (const Frame *frame, const char *name)
{
  const char *value = request_query (frame->request, name);

  return value != NULL ? value : "";
}

static void
add_filters (Frame *frame, const Desk *desk)
{
  html_add (frame->html,
            "<form class=\"filters\" method=\"get\" action=\"/customerservices/tickets\" "
            "role=\"search\"><label class=\"wide\">%s<input name=\"search\" type=\"search\" "
            "maxlength=\"200\" dir=\"auto\" value=\"%s\" placeholder=\"%s\"></label>",
            frame_say (frame, N_ ("Search")), asked_for (frame, "search"),
            frame_say (frame, N_ ("Number, subject or person")));
  desk_open_menu (frame, "status", N_ ("Status"), N_ ("All"));
  desk_add_status_options (frame, request_query (frame->request, "status"), NULL, NULL);
  desk_close_menu (frame);
  add_words_menu (frame, desk->categories, "categories", "category", N_ ("Category"));
  add_words_menu (frame, desk->priorities, "priorities", "priority", N_ ("Priority"));
  if (desk->agents != NULL)
    {
      desk_open_menu (frame, "assigned_to", N_ ("Assigned to"), N_ ("All"));
      desk_add_agent_options (frame, desk->agents, request_query (frame->request, "assigned_to"));
      desk_close_menu (frame);
    }
  html_add (frame->html,
            "<label>%s<input name=\"date\" type=\"date\" value=\"%s\"></label>"
            "<button class=\"primary\">%s</button></form>",
            frame_say (frame, N_ ("Date")), asked_for (frame, "date"),
            frame_say (frame, N_ ("Filter")));
}

static void
add_card (Frame *frame, const Desk *desk, JsonObject *ticket)
{
  JsonObject *agent = shape_object (ticket, "assigned_to");

  html_add (frame->html,
            "<li class=\"ticket %s\"><a href=\"/customerservices/tickets/%" G_GINT64_FORMAT "\">"
            "<span class=\"number\">#%s</span> ",
            shape_text (ticket, "priority"), json_object_get_int_member (ticket, "id"),
            shape_text (ticket, "ticket_number"));
  frame_add_subject (frame, ticket);
  html_add (frame->html, "</a><p class=\"who\"><span dir=\"auto\">%s</span> · ",
            shape_text (shape_object (ticket, "user"), "name"));
  frame_add_time (frame, shape_text (ticket, "last_message_at"));
  g_string_append (frame->html, "</p><p class=\"facts\">");
  frame_add_status (frame, VOCABULARY_TICKETS, ticket);
  frame_add_priority (frame, ticket);
  html_add (frame->html, "<span>%s</span>",
            desk_category_of (frame, desk->categories, shape_text (ticket, "category")));
  if (agent != NULL)
    html_add (frame->html, "<span dir=\"auto\">%s</span>", shape_text (agent, "name"));
  g_string_append (frame->html, "</p></li>");
}

/* The filters again, for the address of the next page. */
static char *
repeat_filters (const Frame *frame)
{
  static const char *const names[]
      = { "search", "status", "category", "priority", "assigned_to", "date" };
  GString *query = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *value = g_uri_escape_string (asked_for (frame, names[i]), NULL, FALSE);

      if (*value != '\0')
        g_string_append_printf (query, "%s=%s&", names[i], value);
    }
  return g_string_free (query, FALSE);
}

Reply *
page_tickets (Db *db, const Request *request, GError **error)
{
  g_auto (Desk) desk = { NULL };
  g_autofree char *query = NULL;
  JsonArray *tickets;
  Frame frame;

  if (!read_desk (&desk, db, request, error))
    return NULL;
  tickets = json_object_get_array_member (desk.tickets, "tickets");
  frame_begin (&frame, request, N_ ("Tickets"));
  html_add (frame.html, "<h1>%s</h1>", frame_say (&frame, N_ ("Tickets")));
  desk_add_figures (&frame, shape_object (desk.tickets, "stats"));
  add_filters (&frame, &desk);
  g_string_append (frame.html, "<ul class=\"cards\">");
  for (guint i = 0; i < json_array_get_length (tickets); i++)
    add_card (&frame, &desk, json_array_get_object_element (tickets, i));
  g_string_append (frame.html, "</ul>");
  if (json_array_get_length (tickets) == 0)
    html_add (frame.html, "<p class=\"empty\">%s</p>",
              frame_say (&frame, N_ ("No tickets match. Change the filters to see others.")));
  query = repeat_filters (&frame);
  frame_add_next (&frame, desk.tickets, "/customerservices/tickets", query);
  return frame_end (&frame, 200);
}
