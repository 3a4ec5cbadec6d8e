/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * /customerservices/chat: the tickets of the channel chat as the conversations of the customer
 * service's document. */
#include "documented/handlers.h"
#include "documented/pages.h"
#include "documented/send.h"
#include "documented/status.h"
#include "http/page.h"
#include "ticket/filter.h"
#include "ticket/ticket.h"

#include <string.h>

/* A conversation is active until it has ended. */
#define ACTIVE "open,assigned,in_progress,waiting_on_customer"

/* FilterSource; @values is the request. */
static const char *
get_filter (gconstpointer values, const char *name)
{
  if (strcmp (name, "channel") == 0)
    return "chat";
  if (strcmp (name, "status") == 0)
    return ACTIVE;
  return strcmp (name, "search") == 0 ? request_query (values, name) : NULL;
}

static JsonObject *
shape_conversation (JsonObject *ticket)
{
  JsonObject *shape = json_object_new ();
  JsonObject *last = shape_object (ticket, "last_message");
  const char *unread = json_object_has_member (ticket, "agent_unread_count") ? "agent_unread_count"
                                                                             : "user_unread_count";

  shape_copy (shape, "id", ticket, "id");
  shape_copy (shape, "ticket_number", ticket, "ticket_number");
  shape_copy (shape, "subject", ticket, "subject");
  shape_copy (shape, "user", ticket, "user");
  shape_copy (shape, "assigned_to", ticket, "assigned_to");
  json_object_set_string_member (shape, "status",
                                 documented_status (VOCABULARY_TICKETS,
                                                    shape_text (ticket, "status")));
  json_object_set_string_member (shape, "last_message",
                                 last != NULL ? shape_text (last, "preview") : "");
  shape_copy (shape, "unread_count", ticket, unread);
  shape_copy_time (shape, "updated_at", ticket, "updated_at");
  return shape;
}

JsonObject *
list_chats (Db *db, const Request *request, GError **error)
{
  return shape_read_reply (
      ticket_list_page (db, request, &(FilterSource){ get_filter, request }, error));
}

Reply *
documented_chats (Db *db, const Request *request, GError **error)
{
  g_autoptr (JsonObject) page = NULL;

  if (page_is_wanted (request))
    return page_chat (db, request, error);
  page = list_chats (db, request, error);
  return page != NULL ? shape_conversations (page, shape_conversation) : NULL;
}

Reply *
documented_chat_messages (Db *db, const Request *request, GError **error)
{
  g_autoptr (JsonObject) page
      = shape_thread (db, request_actor (request), request_path_id (request, "id"), -1, error);
  JsonObject *answer;

  if (page == NULL)
    return NULL;
  answer = json_object_new ();
  json_object_set_array_member (answer, "messages", shape_messages (page, request));
  return shape_reply (200, answer);
}

/* SendAnswer. */
static Reply *
answer_sent (const WriterReceipt *receipt, const Request *request G_GNUC_UNUSED)
{
  return shape_success (receipt->repeated ? 200 : 201, "Message sent successfully");
}

Reply *
documented_chat_send (Db *db G_GNUC_UNUSED, const Request *request, GError **error)
{
  return send_message (request, "message", answer_sent, error);
}

gboolean
step_read (Db *db, const Request *request, GError **error)
{
  const Actor *actor = request_actor (request);
  g_autoptr (DbResult) rows
      = db_run (db, "ticket_mark_read",
                (DbParam[]){ db_int (request_path_id (request, "id")), db_int (actor->user_id),
                             db_bool (actor_is_staff (actor)), db_int (G_MAXINT32), DB_END },
                error);
  Reply *marked = rows != NULL ? reply_outcome (g_steal_pointer (&rows), 204, error) : NULL;

  if (marked == NULL)
    return FALSE;
  reply_free (marked);
  return TRUE;
}

Reply *
documented_chat_read (Db *db, const Request *request, GError **error)
{
  return step_read (db, request, error) ? shape_success (200, "Conversation marked as read") : NULL;
}

Reply *
documented_chat_create (Db *db, const Request *request, GError **error)
{
  g_autoptr (Arguments) arguments = request_arguments (request, error);
  g_autoptr (JsonObject) said = NULL;
  JsonObject *answer;
  Reply *made;
  guint status;

  if (arguments == NULL)
    return NULL;
  arguments_int (arguments, "user_id", 1, G_MAXINT64, 0, ARGUMENT_REQUIRED);
  arguments_text (arguments, "message", WRITER_BODY_MAX, ARGUMENT_REQUIRED | ARGUMENT_MULTILINE);
  if (!arguments_check (arguments, error))
    return NULL;
  made = ticket_create_from (db, request, arguments, error);
  if (made == NULL)
    return NULL;
  status = reply_status (made);
  said = shape_read_reply (made);
  answer = json_object_new ();
  json_object_set_boolean_member (answer, "success", TRUE);
  shape_copy (answer, "conversation_id", shape_object (said, "ticket"), "id");
  return shape_reply (status, answer);
}
