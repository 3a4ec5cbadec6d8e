/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Steps that all documented shapes share. */
#include "documented/shape.h"

#include "documented/file.h"
#include "ticket/ticket.h"

#include <glib/gi18n.h>
#include <string.h>

#define TIME_LENGTH 19 /* of `2025-11-09T17:00:00` */
#define TIME_LETTER 10

static JsonObject *
read_bytes (const char *json, gssize length)
{
  g_autoptr (JsonParser) parser = json_parser_new ();

  if (!json_parser_load_from_data (parser, json, length, NULL))
    g_return_val_if_reached (json_object_new ());
  return json_object_ref (json_node_get_object (json_parser_get_root (parser)));
}

JsonObject *
shape_read (const char *json)
{
  return read_bytes (json, -1);
}

JsonObject *
shape_read_reply (Reply *reply)
{
  JsonObject *object;
  gsize length;
  const char *json;

  if (reply == NULL)
    return NULL;
  json = g_bytes_get_data (reply_body (reply), &length);
  object = read_bytes (json, (gssize) length);
  reply_free (reply);
  return object;
}

static Reply *
reply_node (guint status, JsonNode *node)
{
  g_autoptr (JsonNode) owned = node;

  return reply_take_json (status, json_to_string (owned, FALSE));
}

Reply *
shape_reply (guint status, JsonObject *object)
{
  return reply_node (status, json_node_init_object (json_node_alloc (), object));
}

Reply *
shape_reply_array (JsonArray *array)
{
  return reply_node (200, json_node_init_array (json_node_alloc (), array));
}

Reply *
shape_success (guint status, const char *sentence)
{
  JsonObject *object = json_object_new ();

  json_object_set_boolean_member (object, "success", TRUE);
  json_object_set_string_member (object, "message", sentence);
  return shape_reply (status, object);
}

void
shape_copy (JsonObject *to, const char *called, JsonObject *from, const char *name)
{
  if (json_object_has_member (from, name))
    json_object_set_member (to, called, json_object_dup_member (from, name));
  else
    json_object_set_null_member (to, called);
}

void
shape_copy_time (JsonObject *to, const char *called, JsonObject *from, const char *name)
{
  const char *moment = shape_text (from, name);
  g_autofree char *written = g_strndup (moment != NULL ? moment : "", TIME_LENGTH);

  if (strlen (written) == TIME_LENGTH)
    {
      written[TIME_LETTER] = ' ';
      json_object_set_string_member (to, called, written);
    }
  else
    json_object_set_null_member (to, called);
}

const char *
shape_text (JsonObject *from, const char *name)
{
  return json_object_get_string_member_with_default (from, name, NULL);
}

JsonObject *
shape_object (JsonObject *from, const char *name)
{
  JsonNode *node = json_object_get_member (from, name);

  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

gboolean
shape_is_note (JsonObject *message)
{
  return json_object_get_boolean_member (message, "is_internal");
}

gboolean
shape_is_system (JsonObject *message)
{
  return strcmp (shape_text (message, "type"), "system") == 0;
}

gboolean
shape_is_from_staff (JsonObject *message)
{
  JsonObject *author = shape_object (message, "author");

  return author != NULL && strcmp (shape_text (author, "role"), "customer") != 0;
}

/* What the server says in a thread. */
static const struct
{
  const char *code;
  const char *sentence;
} lines[] = {
  { "assigned", N_ ("{name} is here and can help you now.") },
  { "returned", N_ ("Back in the queue") },
  { "open", N_ ("{name} set it to Open") },
  { "in_progress", N_ ("{name} set it to In Progress") },
  { "waiting_on_customer", N_ ("{name} set it to Waiting on Customer") },
  { "reminded", N_ ("Are you still there? Write here if you need more help.") },
  { "warned", N_ ("Still there? This chat closes in {minutes} min.") },
  { "kept_open", N_ ("Still here") },
  { "resolved", N_ ("Resolved") },
  { "closed", N_ ("Closed") },
  { "reopened", N_ ("Reopened") },
  { "merged", N_ ("{number} goes on here.") },
};

static char *
say_line (JsonObject *message, const Words *words)
{
  JsonObject *data = shape_object (message, "data");
  const char *code = shape_text (message, "body");
  g_autofree char *minutes
      = data != NULL && json_object_has_member (data, "minutes")
            ? words_number (words, json_object_get_int_member (data, "minutes"))
            : NULL;

  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      if (strcmp (lines[i].code, code) == 0)
        return words_fill (words_say (words, lines[i].sentence), "name",
                           data != NULL ? shape_text (data, "name") : NULL, "number",
                           data != NULL ? shape_text (data, "ticket_number") : NULL, "minutes",
                           minutes, NULL);
    }
  return g_strdup (code);
}

char *
shape_message_text (JsonObject *message, const Words *words)
{
  if (shape_is_system (message))
    return say_line (message, words);
  if (shape_text (message, "taken_back_at") != NULL)
    return g_strdup (words_say (words, N_ ("This message was taken back.")));
  return g_strdup (shape_text (message, "body"));
}

gboolean
shape_is_read (JsonObject *message, JsonObject *page)
{
  const char *mark = shape_is_from_staff (message) ? "user_read_seq" : "agent_read_seq";

  if (page == NULL)
    return FALSE;
  return shape_is_system (message)
         || json_object_get_int_member (message, "seq") <= json_object_get_int_member (page, mark);
}

JsonObject *
shape_thread (Db *db, const Actor *actor, gint64 ticket_id, gint64 after, GError **error)
{
  g_autofree char *page = message_page (db, actor, ticket_id, after, -1, SHAPE_THREAD_MAX, error);

  return page != NULL ? shape_read (page) : NULL;
}

/* The files of @message: what they are called, and where they may be opened. */
static JsonArray *
shape_files (JsonObject *message, const Request *request)
{
  JsonArray *files = json_object_get_array_member (message, "attachments");
  JsonArray *shapes = json_array_new ();

  for (guint i = 0; i < json_array_get_length (files); i++)
    {
      JsonObject *file = json_array_get_object_element (files, i);
      JsonObject *shape = json_object_new ();
      g_autofree char *link = file_link (request, file, FALSE);

      shape_copy (shape, "name", file, "name");
      shape_copy (shape, "type", file, "type");
      shape_copy (shape, "size", file, "size");
      if (link != NULL)
        json_object_set_string_member (shape, "url", link);
      else
        json_object_set_null_member (shape, "url");
      json_array_add_object_element (shapes, shape);
    }
  return shapes;
}

static JsonObject *
shape_message (JsonObject *message, JsonObject *page, const Request *request)
{
  JsonObject *shape = json_object_new ();
  JsonObject *author = shape_object (message, "author");
  g_autofree char *text = shape_message_text (message, words_for (request));

  shape_copy (shape, "id", message, "id");
  if (author != NULL)
    {
      shape_copy (shape, "sender_id", author, "id");
      shape_copy (shape, "sender_name", author, "name");
    }
  else
    {
      json_object_set_null_member (shape, "sender_id");
      json_object_set_null_member (shape, "sender_name");
    }
  json_object_set_string_member (shape, "message", text);
  json_object_set_array_member (shape, "attachments", shape_files (message, request));
  shape_copy (shape, "is_internal", message, "is_internal");
  json_object_set_boolean_member (shape, "is_read", shape_is_read (message, page));
  shape_copy_time (shape, "created_at", message, "created_at");
  return shape;
}

JsonArray *
shape_messages (JsonObject *page, const Request *request)
{
  JsonArray *messages = json_object_get_array_member (page, "messages");
  JsonArray *shapes = json_array_new ();

  for (guint i = 0; i < json_array_get_length (messages); i++)
    json_array_add_object_element (shapes,
                                   shape_message (json_array_get_object_element (messages, i), page,
                                                  request));
  return shapes;
}

Reply *
shape_conversations (JsonObject *page, ShapeConversation shape)
{
  JsonObject *answer = json_object_new ();
  JsonArray *conversations = json_array_new ();
  JsonArray *found = json_object_get_array_member (page, "tickets");

  for (guint i = 0; i < json_array_get_length (found); i++)
    json_array_add_object_element (conversations, shape (json_array_get_object_element (found, i)));
  json_object_set_array_member (answer, "conversations", conversations);
  shape_copy (answer, "next", page, "next");
  return shape_reply (200, answer);
}
