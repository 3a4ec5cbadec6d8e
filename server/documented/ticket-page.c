/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * /customerservices/tickets/{id} as a page: one ticket with its thread, and what its
 * reader can do. */
#include "documented/desk-parts.h"
#include "documented/pages.h"
#include "queue/handlers.h"
#include "ticket/handlers.h"
#include "ticket/ticket.h"

#include <glib/gi18n.h>
#include <string.h>

/* Where a ticket may be moved by whoever reads the page. */
typedef struct
{
  const Actor *actor;
  const char *now; /* as the page calls it */
  JsonArray *moves; /* of the ticket's status */
} Moves;

static JsonArray *
moves_from (JsonObject *list, const char *status)
{
  JsonArray *statuses = json_object_get_array_member (list, "statuses");

  for (guint i = 0; i < json_array_get_length (statuses); i++)
    {
      JsonObject *entry = json_array_get_object_element (statuses, i);

      if (strcmp (shape_text (entry, "name"), status) == 0)
        return json_object_get_array_member (entry, "moves");
    }
  g_return_val_if_reached (NULL);
}

static gboolean
can_move (const char *status, gconstpointer data)
{
  const Moves *moves = data;

  if (!ticket_may_set_status (moves->actor, status))
    return FALSE;
  for (guint i = 0; i < json_array_get_length (moves->moves); i++)
    if (strcmp (json_array_get_string_element (moves->moves, i), status) == 0)
      return TRUE;
  return FALSE;
}

/* The status as it is stands among those it can become. */
static gboolean
is_now_or_can_move (const char *status, gconstpointer data)
{
  const Moves *moves = data;

  return strcmp (status, moves->now) == 0 || can_move (status, data);
}

static void
add_status_form (Frame *frame, const Moves *moves, const char *address)
{
  gboolean any = FALSE;

  for (const char *const *status = documented_ticket_statuses; *status != NULL; status++)
    any |= strcmp (*status, moves->now) != 0 && can_move (*status, moves);
  if (!any)
    return;
  html_add (frame->html,
            "<form method=\"post\" action=\"%s\"><input type=\"hidden\" name=\"action\" "
            "value=\"status\">",
            address);
  desk_open_menu (frame, "status", N_ ("Status"), NULL);
  desk_add_status_options (frame, moves->now, is_now_or_can_move, moves);
  desk_close_menu (frame);
  html_add (frame->html, "<button>%s</button></form>", frame_say (frame, N_ ("Set Status")));
}

/* For staff who may: who has the ticket. */
static void
add_assign_form (Frame *frame, JsonObject *ticket, JsonObject *agents, const char *address)
{
  JsonObject *agent = shape_object (ticket, "assigned_to");
  g_autofree char *id = NULL;

  if (agents == NULL || !actor_may (request_actor (frame->request), PERMISSION_ASSIGN_TICKETS))
    return;
  if (agent != NULL)
    id = g_strdup_printf ("%" G_GINT64_FORMAT, json_object_get_int_member (agent, "id"));
  html_add (frame->html,
            "<form method=\"post\" action=\"%s\"><input type=\"hidden\" name=\"action\" "
            "value=\"assign\">",
            address);
  desk_open_menu (frame, "assigned_to", N_ ("Assigned to"), NULL);
  desk_add_agent_options (frame, agents, id != NULL ? id : "unassigned");
  desk_close_menu (frame);
  html_add (frame->html, "<button>%s</button></form>", frame_say (frame, N_ ("Assign")));
}

static void
add_facts (Frame *frame, JsonObject *ticket, JsonObject *categories)
{
  JsonObject *user = shape_object (ticket, "user");
  const char *email = shape_text (user, "email");

  g_string_append (frame->html, "<p class=\"facts\">");
  frame_add_status (frame, VOCABULARY_TICKETS, ticket);
  frame_add_priority (frame, ticket);
  html_add (frame->html, "<span>%s</span><span dir=\"auto\">%s</span>",
            desk_category_of (frame, categories, shape_text (ticket, "category")),
            shape_text (user, "name"));
  if (email != NULL)
    html_add (frame->html, "<span>%s</span>", email);
  frame_add_time (frame, shape_text (ticket, "created_at"));
  g_string_append (frame->html, "</p>");
}

Reply *
page_ticket (Db *db, const Request *request, GError **error)
{
  gint64 id = request_path_id (request, "id");
  const Actor *actor = request_actor (request);
  g_autofree char *json = ticket_json (db, actor, id, error);
  g_autofree char *address
      = g_strdup_printf ("/customerservices/tickets/%" G_GINT64_FORMAT "/form", id);
  g_autoptr (JsonObject) ticket = json != NULL ? shape_read (json) : NULL;
  g_autoptr (JsonObject) page = ticket != NULL ? shape_thread (db, actor, id, -1, error) : NULL;
  g_autoptr (JsonObject) categories = NULL;
  g_autoptr (JsonObject) statuses = NULL;
  g_autoptr (JsonObject) agents = NULL;
  Frame frame;

  if (page == NULL)
    return NULL;
  categories = shape_read_reply (category_list (db, request, error));
  if (categories == NULL)
    return NULL;
  statuses = shape_read_reply (status_list (db, request, error));
  if (statuses == NULL)
    return NULL;
  if (actor_is_staff (actor))
    {
      agents = shape_read_reply (agents_list (db, request, error));
      if (agents == NULL)
        return NULL;
    }
  frame_begin (&frame, request, shape_text (ticket, "ticket_number"));
  html_add (frame.html, "<article><header class=\"card head\"><p class=\"number\">#%s</p><h1>",
            shape_text (ticket, "ticket_number"));
  frame_add_subject (&frame, ticket);
  g_string_append (frame.html, "</h1>");
  add_facts (&frame, ticket, categories);
  g_string_append (frame.html, "<div class=\"moves\">");
  add_status_form (&frame,
                   &(Moves){ actor,
                             documented_status (VOCABULARY_TICKETS, shape_text (ticket, "status")),
                             moves_from (statuses, shape_text (ticket, "status")) },
                   address);
  add_assign_form (&frame, ticket, agents, address);
  g_string_append (frame.html, "</div></header>");
  frame_add_thread (&frame, page, TRUE);
  if (strcmp (shape_text (ticket, "status"), "closed") != 0)
    desk_add_reply (&frame, address);
  else
    html_add (frame.html, "<p class=\"empty\">%s</p>",
              frame_say (&frame, N_ ("This ticket is closed. Reopen it to change it.")));
  g_string_append (frame.html, "</article>");
  return frame_end (&frame, 200);
}
