/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * /support/api: the shop's chat, for its widget. A conversation is a ticket, and its id a short
 * code for the ticket's. Notes are no part of it, whoever asks. */
#include "base/ids.h"
#include "base/problem.h"
#include "documented/file.h"
#include "documented/handlers.h"
#include "documented/pages.h"
#include "documented/send.h"
#include "documented/status.h"
#include "http/page.h"
#include "ticket/attachment-handlers.h"
#include "ticket/attachments.h"
#include "ticket/filter.h"
#include "ticket/ticket.h"

#include <glib/gi18n.h>
#include <string.h>

/* The widget's settings in @language.
 * Returns: (transfer full): NULL with a problem of the database. */
static JsonObject *
read_config (Db *db, const char *language, GError **error)
{
  g_autoptr (DbResult) rows
      = db_run (db, "widget_config", (DbParam[]){ db_text (language), DB_END }, error);

  return rows != NULL ? shape_read (db_result_text (rows, 0, "json")) : NULL;
}

Reply *
documented_config (Db *db, const Request *request, GError **error)
{
  g_autoptr (JsonObject) english = read_config (db, "en", error);
  g_autoptr (JsonObject) bengali = english != NULL ? read_config (db, "bn", error) : NULL;
  g_autoptr (JsonObject) files = NULL;
  g_autoptr (DbResult) hours = NULL;
  JsonObject *config;

  if (bengali == NULL)
    return NULL;
  hours = db_run (db, "documented_hours", (DbParam[]){ DB_END }, error);
  if (hours == NULL)
    return NULL;
  files = shape_read_reply (attachment_settings_get (db, request, error));
  if (files == NULL)
    return NULL;
  config = json_object_new ();
  shape_copy (config, "is_enabled", english, "enabled");
  shape_copy (config, "name", english, "name");
  shape_copy (config, "welcome_message", english, "welcome_message");
  shape_copy (config, "welcome_message_bn", bengali, "welcome_message");
  shape_copy (config, "offline_message", english, "offline_message");
  shape_copy (config, "offline_message_bn", bengali, "offline_message");
  shape_copy (config, "widget_position", english, "position");
  shape_copy (config, "primary_color", english, "primary_color");
  shape_copy (config, "max_file_size", files, "max_file_size_mb");
  json_object_set_string_member (config, "business_hours_start",
                                 db_result_text (hours, 0, "starts"));
  json_object_set_string_member (config, "business_hours_end", db_result_text (hours, 0, "ends"));
  shape_copy (config, "show_online_status", english, "show_online_status");
  shape_copy (config, "is_online", english, "online");
  /* Whoever waits is always given to an agent. */
  json_object_set_boolean_member (config, "auto_assign", TRUE);
  return shape_reply (200, config);
}

static void
add_code (JsonObject *shape, gint64 ticket_id)
{
  g_autofree char *code = id_to_code (ticket_id);

  json_object_set_string_member (shape, "conversation_id", code);
}

/* Who answers, or null. */
static void
add_agent (JsonObject *shape, JsonObject *agent)
{
  JsonObject *told;

  if (agent == NULL)
    {
      json_object_set_null_member (shape, "agent");
      return;
    }
  told = json_object_new ();
  shape_copy (told, "id", agent, "id");
  shape_copy (told, "display_name", agent, "name");
  json_object_set_boolean_member (told, "is_online",
                                  strcmp (shape_text (agent, "presence"), "online") == 0);
  json_object_set_object_member (shape, "agent", told);
}

static JsonObject *
shape_conversation (JsonObject *ticket)
{
  JsonObject *shape = json_object_new ();

  add_code (shape, json_object_get_int_member (ticket, "id"));
  shape_copy (shape, "subject", ticket, "subject");
  json_object_set_string_member (shape, "status",
                                 documented_status (VOCABULARY_SUPPORT,
                                                    shape_text (ticket, "status")));
  shape_copy (shape, "priority", ticket, "priority");
  shape_copy (shape, "language", ticket, "language");
  add_agent (shape, shape_object (ticket, "assigned_to"));
  shape_copy (shape, "user_unread_count", ticket, "user_unread_count");
  shape_copy_time (shape, "last_message_at", ticket, "last_message_at");
  shape_copy_time (shape, "created_at", ticket, "created_at");
  shape_copy_time (shape, "updated_at", ticket, "updated_at");
  return shape;
}

Reply *
documented_conversation_create (Db *db, const Request *request, GError **error)
{
  static const char chat[] = "{\"channel\":\"chat\"}";
  const Actor *actor = request_actor (request);
  g_autoptr (Arguments) arguments = NULL;
  g_autoptr (JsonObject) said = NULL;

  if (actor_is_staff (actor))
    {
      problem_set (error, PROBLEM_FORBIDDEN, _ ("A conversation here is a customer's."));
      return NULL;
    }
  arguments = arguments_new (chat, strlen (chat), error);
  if (arguments == NULL)
    return NULL;
  said = shape_read_reply (ticket_create_from (db, request, arguments, error));
  return said != NULL ? shape_reply (200, shape_conversation (shape_object (said, "ticket")))
                      : NULL;
}

/* Adds where the first file of @message may be opened, and what it is called. */
static void
add_file (JsonObject *shape, JsonObject *message, const Request *request)
{
  JsonObject *file = file_first (message);
  g_autofree char *link = file != NULL ? file_link (request, file, FALSE) : NULL;

  if (link != NULL)
    json_object_set_string_member (shape, "attachment", link);
  else
    json_object_set_null_member (shape, "attachment");
  if (file != NULL)
    shape_copy (shape, "attachment_name", file, "name");
  else
    json_object_set_null_member (shape, "attachment_name");
}

/* @page is where @message stands, or NULL for one that was just sent. */
static JsonObject *
shape_line (JsonObject *message, JsonObject *page, const Request *request)
{
  JsonObject *shape = json_object_new ();
  JsonObject *author = shape_object (message, "author");
  g_autoptr (JsonObject) nobody = json_object_new ();
  g_autofree char *text = shape_message_text (message, words_for (request));

  shape_copy (shape, "id", message, "id");
  add_code (shape, json_object_get_int_member (message, "ticket_id"));
  shape_copy (shape, "sender_id", author != NULL ? author : nobody, "id");
  shape_copy (shape, "sender_name", author != NULL ? author : nobody, "name");
  json_object_set_boolean_member (shape, "is_agent", shape_is_from_staff (message));
  shape_copy (shape, "message_type", message, "type");
  json_object_set_string_member (shape, "content", text);
  add_file (shape, message, request);
  json_object_set_boolean_member (shape, "is_read", shape_is_read (message, page));
  shape_copy_time (shape, "created_at", message, "created_at");
  shape_copy_time (shape, "edited_at", message, "edited_at");
  return shape;
}

/* The messages of @page, without notes. */
static JsonArray *
shape_lines (JsonObject *page, const Request *request)
{
  JsonArray *messages = json_object_get_array_member (page, "messages");
  JsonArray *shapes = json_array_new ();

  for (guint i = 0; i < json_array_get_length (messages); i++)
    {
      JsonObject *message = json_array_get_object_element (messages, i);

      if (!shape_is_note (message))
        json_array_add_object_element (shapes, shape_line (message, page, request));
    }
  return shapes;
}

/* How many messages of the ticket `{id}` the asker has who knows the one with id @known, and
 * whether these are all. FALSE with `not_found`. */
static gboolean
look_for_news (Db *db, const Request *request, gint64 known, gint64 *after, gboolean *have_all,
               GError **error)
{
  const Actor *actor = request_actor (request);
  gint64 id = request_path_id (request, "id");
  g_autoptr (DbResult) rows = NULL;

  if (actor_is_staff (actor))
    rows = db_run (db, "documented_news_staff", (DbParam[]){ db_int (id), db_int (known), DB_END },
                   error);
  else
    rows = db_run (db, "documented_news_customer",
                   (DbParam[]){ db_int (id), db_int (actor->user_id), db_int (known), DB_END },
                   error);
  if (rows == NULL)
    return FALSE;
  if (db_result_rows (rows) == 0)
    {
      problem_set (error, PROBLEM_NOT_FOUND, _ ("There is no such conversation."));
      return FALSE;
    }
  *after = db_result_int (rows, 0, "after");
  *have_all = *after >= db_result_int (rows, 0, "last_seq");
  return TRUE;
}

Reply *
documented_conversation_messages (Db *db, const Request *request, GError **error)
{
  g_autoptr (JsonObject) page = NULL;
  gint64 known, after = -1;
  gboolean have_all = FALSE;

  if (!request_query_int (request, "last_message_id", 0, G_MAXINT64, 0, &known, error)
      || (known > 0 && !look_for_news (db, request, known, &after, &have_all, error)))
    return NULL;
  if (have_all)
    return reply_json (200, "[]");
  page = shape_thread (db, request_actor (request), request_path_id (request, "id"), after, error);
  if (page == NULL)
    return NULL;
  return shape_reply_array (shape_lines (page, request));
}

/* SendAnswer. */
static Reply *
answer_sent (const WriterReceipt *receipt, const Request *request)
{
  g_autoptr (JsonObject) message = shape_read (receipt->json);

  return shape_reply (receipt->repeated ? 200 : 201, shape_line (message, NULL, request));
}

Reply *
documented_conversation_send (Db *db G_GNUC_UNUSED, const Request *request, GError **error)
{
  return send_message (request, "content", answer_sent, error);
}

gboolean
documented_upload_limit (Db *db, const Request *request, guint64 *most, GError **error)
{
  g_autofree char *ticket
      = ticket_json (db, request_actor (request), request_path_id (request, "id"), error);

  return ticket != NULL && attachment_upload_limit (db, request, most, error);
}

Reply *
documented_conversation_upload (Db *db G_GNUC_UNUSED, const Request *request, GError **error)
{
  g_autofree char *json = NULL;
  g_autoptr (Arguments) arguments = NULL;
  AttachmentKept kept;
  const char *key;

  if (!request_idempotency_key (request, &key, error)
      || !attachments_keep (request_services (request), request_actor (request),
                            request_file (request), key, &kept, error))
    return NULL;
  json = g_strdup_printf ("{\"attachments\":[%" G_GINT64_FORMAT "]}", kept.id);
  attachment_kept_clear (&kept);
  arguments = arguments_new (json, strlen (json), error);
  return arguments != NULL ? send_arguments (request, arguments, "content", answer_sent, error)
                           : NULL;
}

gboolean
step_close (Db *db, const Request *request, GError **error)
{
  return ticket_set_status (db, request_actor (request), request_path_id (request, "id"), "closed",
                            error);
}

Reply *
documented_conversation_close (Db *db, const Request *request, GError **error)
{
  JsonObject *answer;

  if (!step_close (db, request, error))
    return NULL;
  answer = json_object_new ();
  json_object_set_boolean_member (answer, "success", TRUE);
  json_object_set_string_member (answer, "status", "closed");
  return shape_reply (200, answer);
}

/* FilterSource: all of them, whatever the address says; staff see those of the channel chat. */
static const char *
get_filter (gconstpointer values G_GNUC_UNUSED, const char *name)
{
  return strcmp (name, "channel") == 0 ? "chat" : NULL;
}

JsonObject *
list_conversations (Db *db, const Request *request, GError **error)
{
  return shape_read_reply (
      ticket_list_page (db, request, &(FilterSource){ get_filter, request }, error));
}

Reply *
documented_conversations (Db *db, const Request *request, GError **error)
{
  g_autoptr (JsonObject) page = NULL;

  if (page_is_wanted (request))
    return page_conversations (db, request, error);
  page = list_conversations (db, request, error);
  return page != NULL ? shape_conversations (page, shape_conversation) : NULL;
}

Reply *
documented_conversation (Db *db, const Request *request, GError **error)
{
  gint64 id = request_path_id (request, "id");
  g_autofree char *json = NULL;
  g_autoptr (JsonObject) ticket = NULL;
  g_autoptr (JsonObject) page = NULL;
  JsonObject *answer;

  if (page_is_wanted (request))
    return page_conversation (db, request, error);
  json = ticket_json (db, request_actor (request), id, error);
  page = json != NULL ? shape_thread (db, request_actor (request), id, -1, error) : NULL;
  if (page == NULL)
    return NULL;
  ticket = shape_read (json);
  answer = json_object_new ();
  json_object_set_object_member (answer, "conversation", shape_conversation (ticket));
  json_object_set_array_member (answer, "messages", shape_lines (page, request));
  return shape_reply (200, answer);
}
