/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * /customerservices/tickets as pages: figures, filters and cards, and one ticket with its
 * thread. */
#include "documented/frame.h"
#include "documented/desk-parts.h"
#include "documented/pages.h"
#include "queue/handlers.h"
#include "ticket/handlers.h"
#include "ticket/ticket.h"

#include <glib/gi18n.h>
#include <string.h>

static void
add_figure (Frame *frame, JsonObject *stats, const char *name, const char *word)
{
  g_autofree char *number = words_number (frame->words, json_object_get_int_member (stats, name));

  html_add (frame->html, "<li class=\"%s\"><b>%s</b> %s</li>", name, number,
            frame_say (frame, word));
}

void
desk_add_figures (Frame *frame, JsonObject *stats)
{
  g_string_append (frame->html, "<ul class=\"figures\">");
  add_figure (frame, stats, "total", N_ ("Total"));
  add_figure (frame, stats, "open", N_ ("Open"));
  add_figure (frame, stats, "in_progress", N_ ("In Progress"));
  add_figure (frame, stats, "resolved", N_ ("Resolved"));
  add_figure (frame, stats, "urgent", N_ ("Urgent"));
  g_string_append (frame->html, "</ul>");
}

/* One entry of a menu; the one that holds is chosen. */
static void
add_option (Frame *frame, const char *value, const char *text, const char *chosen)
{
  html_add (frame->html, "<option value=\"%s\"", value);
  g_string_append (frame->html, g_strcmp0 (value, chosen) == 0 ? " selected>" : ">");
  html_add (frame->html, "%s</option>", text);
}

static void
open_menu (Frame *frame, const char *name, const char *label, const char *all)
{
  html_add (frame->html, "<label>%s<select name=\"%s\">", frame_say (frame, label), name);
  if (all != NULL)
    add_option (frame, "", frame_say (frame, all), NULL);
}

static void
close_menu (Frame *frame)
{
  g_string_append (frame->html, "</select></label>");
}

typedef gboolean (*IsOffered) (const char *status, gconstpointer data);

/* The statuses for which @is_offered (NULL: all). */
static void
add_status_options (Frame *frame, const char *chosen, IsOffered is_offered, gconstpointer data)
{
  static const struct
  {
    const char *name, *title;
  } statuses[] = { { "open", N_ ("Open") },
                   { "in_progress", N_ ("In Progress") },
                   { "resolved", N_ ("Resolved") },
                   { "closed", N_ ("Closed") } };

  for (guint i = 0; i < G_N_ELEMENTS (statuses); i++)
    if (is_offered == NULL || is_offered (statuses[i].name, data))
      add_option (frame, statuses[i].name, frame_say (frame, statuses[i].title), chosen);
}

/* What an entry of a list of words is called in the reader's language. */
static const char *
title_of (const Frame *frame, JsonObject *entry)
{
  JsonObject *titles = shape_object (entry, "titles");
  const char *title = shape_text (titles, words_language (frame->words));

  return title != NULL ? title : shape_text (titles, "en");
}

/* A menu of the list of words that @list (`{categories}` or `{priorities}`) holds. */
static void
add_words_menu (Frame *frame, JsonObject *list, const char *member, const char *name,
                const char *label)
{
  JsonArray *entries = json_object_get_array_member (list, member);

  open_menu (frame, name, label, N_ ("All"));
  for (guint i = 0; i < json_array_get_length (entries); i++)
    {
      JsonObject *entry = json_array_get_object_element (entries, i);

      add_option (frame, shape_text (entry, "name"), title_of (frame, entry),
                  request_query (frame->request, name));
    }
  close_menu (frame);
}

/* Entries for those who answer customers. */
static void
add_agent_options (Frame *frame, JsonObject *list, const char *chosen)
{
  JsonArray *agents = json_object_get_array_member (list, "agents");

  add_option (frame, "unassigned", frame_say (frame, N_ ("Nobody")), chosen);
  for (guint i = 0; i < json_array_get_length (agents); i++)
    {
      JsonObject *agent = json_array_get_object_element (agents, i);
      g_autofree char *id
          = g_strdup_printf ("%" G_GINT64_FORMAT, json_object_get_int_member (agent, "id"));

      add_option (frame, id, shape_text (agent, "name"), chosen);
    }
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
  open_menu (frame, "status", N_ ("Status"), N_ ("All"));
  add_status_options (frame, request_query (frame->request, "status"), NULL, NULL);
  close_menu (frame);
  add_words_menu (frame, desk->categories, "categories", "category", N_ ("Category"));
  add_words_menu (frame, desk->priorities, "priorities", "priority", N_ ("Priority"));
  if (desk->agents != NULL)
    {
      open_menu (frame, "assigned_to", N_ ("Assigned to"), N_ ("All"));
      add_agent_options (frame, desk->agents, request_query (frame->request, "assigned_to"));
      close_menu (frame);
    }
  html_add (frame->html,
            "<label>%s<input name=\"date\" type=\"date\" value=\"%s\"></label>"
            "<button class=\"primary\">%s</button></form>",
            frame_say (frame, N_ ("Date")), asked_for (frame, "date"),
            frame_say (frame, N_ ("Filter")));
}

/* The title of the ticket's category. */
static const char *
category_of (const Frame *frame, JsonObject *list, const char *name)
{
  JsonArray *entries = json_object_get_array_member (list, "categories");

  for (guint i = 0; i < json_array_get_length (entries); i++)
    {
      JsonObject *entry = json_array_get_object_element (entries, i);

      if (strcmp (shape_text (entry, "name"), name) == 0)
        return title_of (frame, entry);
    }
  return name;
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
            category_of (frame, desk->categories, shape_text (ticket, "category")));
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

void
desk_add_reply (Frame *frame, const char *address)
{
  html_add (frame->html,
            "<form class=\"reply card\" method=\"post\" action=\"%s\">"
            "<input type=\"hidden\" name=\"action\" value=\"message\">"
            "<label>%s<textarea name=\"message\" rows=\"4\" maxlength=\"16000\" required "
            "dir=\"auto\"></textarea></label><p>",
            address, frame_say (frame, N_ ("Reply")));
  if (actor_is_staff (request_actor (frame->request)))
    html_add (frame->html,
              "<label class=\"tick\"><input type=\"checkbox\" name=\"is_internal\" value=\"true\">"
              "%s</label>",
              frame_say (frame, N_ ("Internal note: only your team sees it")));
  html_add (frame->html, "<button class=\"primary\">%s</button></p></form>",
            frame_say (frame, N_ ("Send")));
}

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
  open_menu (frame, "status", N_ ("Status"), NULL);
  add_status_options (frame, moves->now, is_now_or_can_move, moves);
  close_menu (frame);
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
  open_menu (frame, "assigned_to", N_ ("Assigned to"), NULL);
  add_agent_options (frame, agents, id != NULL ? id : "unassigned");
  close_menu (frame);
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
            category_of (frame, categories, shape_text (ticket, "category")),
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
