/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * /customerservices/tickets: the tickets of the API under the names of the customer service's
 * document. */
#include "documented/handlers.h"
#include "documented/pages.h"
#include "documented/send.h"
#include "documented/status.h"
#include "http/page.h"
#include "ticket/filter.h"
#include "ticket/handlers.h"
#include "ticket/ticket.h"

#include <string.h>

/* What a list may be narrowed by. */
static const char *const parameters[]
    = { "search", "status", "category", "priority", "assigned_to", "date", NULL };

typedef struct
{
  const Request *request;
  char *status; /* in our own words, or NULL */
} Filters;

/* FilterSource. A form sends fields that nobody filled too. */
static const char *
get_filter (gconstpointer values, const char *name)
{
  const Filters *filters = values;
  const char *value
      = g_strv_contains (parameters, name) ? request_query (filters->request, name) : NULL;

  if (value == NULL || *value == '\0')
    return NULL;
  return strcmp (name, "status") == 0 ? filters->status : value;
}

/* `open,resolved` in our own words. */
static char *
read_statuses (const char *value)
{
  g_auto (GStrv) words = g_strsplit (value, ",", -1);

  for (guint i = 0; words[i] != NULL; i++)
    {
      char *ours = documented_status_filter (VOCABULARY_TICKETS, words[i]);

      g_free (words[i]);
      words[i] = ours;
    }
  return g_strjoinv (",", words);
}

static JsonObject *
shape_ticket (JsonObject *ticket)
{
  JsonObject *shape = json_object_new ();
  const char *unread = json_object_has_member (ticket, "agent_unread_count") ? "agent_unread_count"
                                                                             : "user_unread_count";

  shape_copy (shape, "id", ticket, "id");
  shape_copy (shape, "ticket_number", ticket, "ticket_number");
  shape_copy (shape, "subject", ticket, "subject");
  json_object_set_string_member (shape, "status",
                                 documented_status (VOCABULARY_TICKETS,
                                                    shape_text (ticket, "status")));
  shape_copy (shape, "priority", ticket, "priority");
  shape_copy (shape, "category", ticket, "category");
  shape_copy (shape, "user", ticket, "user");
  shape_copy (shape, "assigned_to", ticket, "assigned_to");
  shape_copy (shape, "unread_count", ticket, unread);
  shape_copy_time (shape, "created_at", ticket, "created_at");
  shape_copy_time (shape, "updated_at", ticket, "updated_at");
  shape_copy_time (shape, "resolved_at", ticket, "resolved_at");
  shape_copy_time (shape, "closed_at", ticket, "closed_at");
  return shape;
}

JsonObject *
list_tickets (Db *db, const Request *request, GError **error)
{
  const char *status = request_query (request, "status");
  g_autofree char *ours = status != NULL ? read_statuses (status) : NULL;
  Filters filters = { request, ours };

  return shape_read_reply (
      ticket_list_page (db, request, &(FilterSource){ get_filter, &filters }, error));
}

Reply *
documented_tickets (Db *db, const Request *request, GError **error)
{
  g_autoptr (JsonObject) page = NULL;
  JsonObject *answer;
  JsonArray *tickets, *found;

  if (page_is_wanted (request))
    return page_tickets (db, request, error);
  page = list_tickets (db, request, error);
  if (page == NULL)
    return NULL;
  answer = json_object_new ();
  tickets = json_array_new ();
  found = json_object_get_array_member (page, "tickets");
  for (guint i = 0; i < json_array_get_length (found); i++)
    json_array_add_object_element (tickets,
                                   shape_ticket (json_array_get_object_element (found, i)));
  json_object_set_array_member (answer, "tickets", tickets);
  shape_copy (answer, "stats", page, "stats");
  shape_copy (answer, "next", page, "next");
  return shape_reply (200, answer);
}

/* Looks for what the ticket began with among the messages of @page, oldest first. */
static gboolean
find_description (JsonObject *page, const Words *words, char **description)
{
  JsonArray *messages = json_object_get_array_member (page, "messages");

  for (guint i = 0; i < json_array_get_length (messages); i++)
    {
      JsonObject *message = json_array_get_object_element (messages, i);

      if (!shape_is_note (message) && !shape_is_system (message))
        {
          *description = shape_message_text (message, words);
          return TRUE;
        }
    }
  return FALSE;
}

/* Adds the thread as `messages`, and as `description` what the ticket began with. */
static gboolean
add_thread (JsonObject *shape, Db *db, const Request *request, gint64 id, GError **error)
{
  const Words *words = words_for (request);
  g_autoptr (JsonObject) page = shape_thread (db, request_actor (request), id, -1, error);
  g_autoptr (JsonObject) beginning = NULL;
  g_autofree char *description = NULL;

  if (page == NULL)
    return FALSE;
  if (json_object_get_int_member (page, "last_seq") > SHAPE_THREAD_MAX)
    {
      beginning = shape_thread (db, request_actor (request), id, 0, error);
      if (beginning == NULL)
        return FALSE;
    }
  find_description (beginning != NULL ? beginning : page, words, &description);
  json_object_set_string_member (shape, "description", description != NULL ? description : "");
  json_object_set_array_member (shape, "messages", shape_messages (page, request));
  return TRUE;
}

/* `{id}` as the document shows it, thread and all.
 * Returns: (transfer full): NULL with a problem. */
static JsonObject *
read_ticket (Db *db, const Request *request, gint64 id, GError **error)
{
  g_autofree char *json = ticket_json (db, request_actor (request), id, error);
  g_autoptr (JsonObject) ticket = json != NULL ? shape_read (json) : NULL;
  g_autoptr (JsonObject) shape = ticket != NULL ? shape_ticket (ticket) : NULL;

  if (shape == NULL || !add_thread (shape, db, request, id, error))
    return NULL;
  return g_steal_pointer (&shape);
}

Reply *
documented_ticket (Db *db, const Request *request, GError **error)
{
  JsonObject *ticket, *answer;

  if (page_is_wanted (request))
    return page_ticket (db, request, error);
  ticket = read_ticket (db, request, request_path_id (request, "id"), error);
  if (ticket == NULL)
    return NULL;
  answer = json_object_new ();
  json_object_set_object_member (answer, "ticket", ticket);
  return shape_reply (200, answer);
}

Reply *
documented_ticket_create (Db *db, const Request *request, GError **error)
{
  Reply *made = ticket_create (db, request, error);
  guint status = made != NULL ? reply_status (made) : 0;
  g_autoptr (JsonObject) said = shape_read_reply (made);
  JsonObject *ticket = NULL;
  JsonObject *answer;

  if (said != NULL)
    ticket = read_ticket (db, request,
                          json_object_get_int_member (shape_object (said, "ticket"), "id"), error);
  if (ticket == NULL)
    return NULL;
  answer = json_object_new ();
  json_object_set_boolean_member (answer, "success", TRUE);
  json_object_set_string_member (answer, "message", "Ticket created successfully");
  json_object_set_object_member (answer, "ticket", ticket);
  return shape_reply (status, answer);
}

/* Whether the ticket is, in the document's words, where @word says already. */
static gboolean
find_out (Db *db, const Request *request, const char *word, gboolean *there, GError **error)
{
  g_autofree char *json
      = ticket_json (db, request_actor (request), request_path_id (request, "id"), error);
  g_autoptr (JsonObject) ticket = json != NULL ? shape_read (json) : NULL;

  if (ticket == NULL)
    return FALSE;
  *there
      = strcmp (documented_status (VOCABULARY_TICKETS, shape_text (ticket, "status")), word) == 0;
  return TRUE;
}

gboolean
step_status (Db *db, const Request *request, Arguments *arguments, GError **error)
{
  const char *word
      = arguments_choice (arguments, "status", documented_ticket_statuses, ARGUMENT_REQUIRED);
  gboolean there;

  if (!arguments_check (arguments, error) || !find_out (db, request, word, &there, error))
    return FALSE;
  return there
         || ticket_set_status (db, request_actor (request), request_path_id (request, "id"), word,
                               error);
}

Reply *
documented_ticket_status (Db *db, const Request *request, GError **error)
{
  g_autoptr (Arguments) arguments = request_arguments (request, error);

  if (arguments == NULL || !step_status (db, request, arguments, error))
    return NULL;
  return shape_success (200, "Ticket status updated");
}

Reply *
documented_ticket_assign (Db *db, const Request *request, GError **error)
{
  Reply *done = ticket_put_assign (db, request, error);

  if (done == NULL)
    return NULL;
  reply_free (done);
  return shape_success (200, "Ticket assigned successfully");
}

/* SendAnswer. */
static Reply *
answer_message (const WriterReceipt *receipt, const Request *request G_GNUC_UNUSED)
{
  return shape_success (receipt->repeated ? 200 : 201, "Message added successfully");
}

Reply *
documented_ticket_message (Db *db G_GNUC_UNUSED, const Request *request, GError **error)
{
  return send_message (request, "message", answer_message, error);
}
