/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * What the client's tests share. The stand-in server runs in the test's own main loop on a free
 * port of the loopback interface, so a test needs no other process and no fixed number.
 */

#include "support.h"

#include <glib/gstdio.h>

typedef struct
{
  gboolean over;
} Limit;

JsonObject *
parse (const char *text)
{
  g_autofree char *json = g_strdelimit (g_strdup (text), "'", '"');
  g_autoptr (GError) error = NULL;
  JsonObject *object = desk_json_parse (json, -1, &error);

  g_assert_no_error (error);

  return object;
}

JsonObject *
make_ticket (gint64 id, gint64 revision, gint64 assignee, gint64 minute)
{
  g_autofree char *has
      = assignee != 0
            ? g_strdup_printf ("{'id':%d,'name':'Rina Das','presence':'online'}", (int) assignee)
            : g_strdup ("null");
  g_autofree char *text = g_strdup_printf (
      "{'id':%d,'ticket_number':'TKT-%06d','channel':'chat','subject':'Refund','status':'%s',"
      "'priority':'normal','category':'billing','language':'en',"
      "'department':{'id':1,'name':'Support'},"
      "'user':{'id':17,'name':'Ada Roy','email':'ada@example.com','tier':'standard'},"
      "'assigned_to':%s,'waiting':%s,'last_seq':1,'user_read_seq':0,'agent_read_seq':0,"
      "'user_delivered_seq':0,'agent_delivered_seq':0,"
      "'user_unread_count':0,'agent_unread_count':1,"
      "'last_message':{'seq':1,'preview':'Hello','author_role':'customer'},"
      "'last_message_at':'2026-01-31T09:%02d:00.123456Z',"
      "'snoozed_until':null,'woken_at':null,"
      "'created_at':'2026-01-31T09:00:00.000000Z','updated_at':'2026-01-31T09:00:00.000001Z',"
      "'resolved_at':null,'closed_at':null,'revision':%d}",
      (int) id, (int) id, assignee != 0 ? "assigned" : "open", has,
      assignee != 0 ? "false" : "true", (int) minute, (int) revision);

  return parse (text);
}

JsonObject *
make_message (gint64 ticket, gint64 seq, const char *client_id)
{
  g_autofree char *text
      = g_strdup_printf ("{'id':%d,'ticket_id':%d,'seq':%d,'client_id':%s%s%s,'type':'text',"
                         "'author':{'id':%d,'name':'Somebody','role':'%s'},'body':'Number %d',"
                         "'spans':[{'t':'p','c':['Number %d']}],'is_internal':false,"
                         "'created_at':'2026-01-31T09:30:00.123456Z'}",
                         (int) (100 * ticket + seq), (int) ticket, (int) seq,
                         client_id != NULL ? "'" : "", client_id != NULL ? client_id : "null",
                         client_id != NULL ? "'" : "", client_id != NULL ? 3 : 17,
                         client_id != NULL ? "agent" : "customer", (int) seq, (int) seq);

  return parse (text);
}

JsonObject *
make_event (gint64 id, const char *kind, gint64 ticket, JsonObject *data)
{
  JsonObject *frame = json_object_new ();
  g_autofree char *cursor = g_strdup_printf ("c%d", (int) id);

  json_object_set_string_member (frame, "type", "event");
  json_object_set_int_member (frame, "id", id);
  json_object_set_string_member (frame, "cursor", cursor);
  json_object_set_string_member (frame, "kind", kind);
  json_object_set_int_member (frame, "ticket", ticket);
  json_object_set_object_member (frame, "data", data);

  return frame;
}

JsonObject *
make_message_event (gint64 id, gint64 ticket, gint64 seq, const char *client_id)
{
  JsonObject *data = json_object_new ();
  JsonObject *frame;

  json_object_set_object_member (data, "message", make_message (ticket, seq, client_id));
  json_object_remove_member (desk_json_get_object (data, "message"), "seq");
  frame = make_event (id, "message.created", ticket, data);
  json_object_set_int_member (frame, "seq", seq);

  return frame;
}

DeskStore *
make_store (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (DeskCache) cache = desk_cache_open (":memory:", &error);

  g_assert_no_error (error);

  return desk_store_new (cache);
}

Folder *
folder_new (void)
{
  g_autoptr (GError) error = NULL;
  Folder *folder = g_dir_make_tmp ("deskbell-client-XXXXXX", &error);

  g_assert_no_error (error);

  return folder;
}

void
folder_free (Folder *folder)
{
  g_autoptr (GDir) files = g_dir_open (folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (files)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      g_assert_no_errno (g_remove (path));
    }
  g_assert_no_errno (g_rmdir (folder));
  g_free (folder);
}

static gboolean
limit_cb (gpointer user_data)
{
  Limit *limit = user_data;

  limit->over = TRUE;

  return G_SOURCE_REMOVE;
}

void
wait_for (const char *what, Condition condition, gpointer user_data)
{
  Limit limit = { FALSE };
  guint source = g_timeout_add_seconds (10, limit_cb, &limit);

  while (!condition (user_data) && !limit.over)
    g_main_context_iteration (NULL, TRUE);

  if (limit.over)
    g_error ("waited in vain: %s", what);
  g_source_remove (source);
}

static void
answer (SoupServerMessage *message, guint status, const char *text)
{
  g_autofree char *json = g_strdelimit (g_strdup (text), "'", '"');

  soup_server_message_set_status (message, status, NULL);
  soup_server_message_set_response (message, "application/json", SOUP_MEMORY_COPY, json,
                                    strlen (json));
}

static void
answer_tokens (Stand *stand, SoupServerMessage *message)
{
  g_autofree char *text = g_strdup_printf (
      "{'access_token':'a%u','refresh_token':'r%u','expires_in':900,"
      "'user':{'id':3,'name':'Rina Das','role':'agent','email':'rina@example.com'}}",
      stand->n_refreshes, stand->n_refreshes);

  answer (message, 200, text);
}

static void
answer_challenge (Stand *stand, SoupServerMessage *message)
{
  SoupMessageBody *body = soup_server_message_get_request_body (message);
  g_autoptr (JsonObject) said = desk_json_parse (body->data, (gssize) body->length, NULL);

  if (g_strcmp0 (desk_json_get_string (said, "challenge"), "c0") == 0
      && g_strcmp0 (desk_json_get_string (said, "code"), "123456") == 0)
    answer_tokens (stand, message);
  else
    answer (message, 401, "{'code':'wrong_credentials','detail':'another code'}");
}

static void
request_cb (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query,
            gpointer user_data)
{
  Stand *stand = user_data;
  const char *bearer
      = soup_message_headers_get_one (soup_server_message_get_request_headers (message),
                                      "Authorization");

  (void) server;
  (void) query;
  g_ptr_array_add (stand->bearers, g_strdup (bearer != NULL ? bearer : ""));
  if (!g_str_equal (soup_server_message_get_method (message), "GET"))
    g_ptr_array_add (stand->commands,
                     g_strjoin (" ", soup_server_message_get_method (message), path, NULL));

  if (stand->n_unavailable > 0)
    {
      stand->n_unavailable--;
      answer (message, 503, "{'code':'unavailable','detail':'away'}");
    }
  else if (stand->refused != NULL && strstr (path, stand->refused) != NULL)
    answer (message, 403, "{'code':'forbidden','detail':'not yours'}");
  else if (stand->refuse_sign_in && strstr (path, "/auth/") != NULL)
    {
      soup_message_headers_replace (soup_server_message_get_response_headers (message),
                                    "Retry-After", "30");
      answer (message, 429, "{'code':'rate_limited','detail':'too many'}");
    }
  else if (g_str_has_suffix (path, "/auth/login") && stand->two_steps)
    answer (message, 200, "{'challenge':'c0','expires_in':300}");
  else if (g_str_has_suffix (path, "/auth/challenge"))
    answer_challenge (stand, message);
  else if (g_str_has_suffix (path, "/auth/login"))
    answer_tokens (stand, message);
  else if (g_str_has_suffix (path, "/auth/refresh") && stand->refuse_refresh)
    answer (message, 401, "{'code':'refresh_reused','detail':'used before'}");
  else if (g_str_has_suffix (path, "/auth/refresh"))
    {
      stand->n_refreshes++;
      answer_tokens (stand, message);
    }
  else if (stand->token_expired && g_strcmp0 (bearer, "Bearer a0") == 0)
    answer (message, 401, "{'code':'token_expired','detail':'ended'}");
  else if (g_str_has_suffix (path, "/widget/config"))
    answer (message, 200, "{'enabled':true,'name':'Corner Shop'}");
  else if (g_str_has_suffix (path, "/statuses"))
    answer (message, 200,
            "{'statuses':[{'name':'open','moves':['in_progress','closed','parked']},"
            "{'name':'parked','moves':['open']},{'name':'closed','moves':['open']}]}");
  else if (g_str_has_suffix (path, "/me"))
    answer (message, 200,
            "{'user':{'id':3,'name':'Rina Das'},'permissions':['close_tickets'],"
            "'capacity':{'chat':{'limit':5,'load':1}}}");
  else
    answer (message, 200, "{'tickets':[],'next':null}");
}

static void
frame_cb (SoupWebsocketConnection *socket, int type, GBytes *bytes, gpointer user_data)
{
  Stand *stand = user_data;
  JsonObject *frame
      = desk_json_parse (g_bytes_get_data (bytes, NULL), (gssize) g_bytes_get_size (bytes), NULL);
  const char *kind = desk_json_get_string (frame, "type");

  (void) socket;
  (void) type;
  g_ptr_array_add (stand->heard, frame);
  if (g_strcmp0 (kind, "hello") == 0)
    stand_say (stand, stand->resumed
                          ? "{'type':'welcome','cursor':'c9','ping_s':20,'resumed':true}"
                          : "{'type':'welcome','cursor':'c0','ping_s':20,'resumed':false}");
  else if (g_strcmp0 (kind, "message") == 0 && !stand->mute)
    {
      g_autofree char *ack = g_strdup_printf (
          "{'type':'ack','client_id':'%s','ticket':%d,'seq':2,'message_id':9,'repeated':false,"
          "'created_at':'2026-01-31T09:30:00.000000Z'}",
          desk_json_get_string (frame, "client_id"), (int) desk_json_get_int (frame, "ticket", 0));

      stand_say (stand, ack);
    }
}

static void
socket_cb (SoupServer *server, SoupServerMessage *message, const char *path,
           SoupWebsocketConnection *socket, gpointer user_data)
{
  Stand *stand = user_data;

  (void) server;
  (void) message;
  (void) path;
  g_set_object (&stand->socket, socket);
  stand->n_connections++;
  g_signal_connect (socket, "message", G_CALLBACK (frame_cb), stand);
}

Stand *
stand_new (void)
{
  Stand *stand = g_new0 (Stand, 1);
  g_autoptr (GError) error = NULL;
  g_autoslist (GUri) uris = NULL;

  stand->server = soup_server_new (NULL, NULL);
  stand->heard = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  stand->bearers = g_ptr_array_new_with_free_func (g_free);
  stand->commands = g_ptr_array_new_with_free_func (g_free);
  soup_server_add_handler (stand->server, NULL, request_cb, stand, NULL);
  soup_server_add_websocket_handler (stand->server, "/api/v1/live", NULL, NULL, socket_cb, stand,
                                     NULL);
  soup_server_listen_local (stand->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &error);
  g_assert_no_error (error);
  uris = soup_server_get_uris (stand->server);
  stand->address = g_strdup_printf ("http://127.0.0.1:%d", g_uri_get_port (uris->data));

  return stand;
}

void
stand_free (Stand *stand)
{
  if (stand->socket != NULL)
    g_signal_handlers_disconnect_by_data (stand->socket, stand);
  g_clear_object (&stand->socket);
  soup_server_disconnect (stand->server);
  g_object_unref (stand->server);
  g_ptr_array_unref (stand->heard);
  g_ptr_array_unref (stand->bearers);
  g_ptr_array_unref (stand->commands);
  g_free (stand->address);
  g_free (stand);
}

void
stand_say (Stand *stand, const char *frame)
{
  g_autofree char *json = g_strdelimit (g_strdup (frame), "'", '"');

  soup_websocket_connection_send_text (stand->socket, json);
}

void
stand_hang_up (Stand *stand)
{
  soup_websocket_connection_close (stand->socket, 1001, NULL);
}

guint
stand_count (Stand *stand, const char *type)
{
  guint n = 0;

  for (guint i = 0; i < stand->heard->len; i++)
    n += g_strcmp0 (desk_json_get_string (g_ptr_array_index (stand->heard, i), "type"), type) == 0;

  return n;
}

static void
signed_in_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  gboolean *done = user_data;

  desk_session_sign_in_finish (DESK_SESSION (source), result, &error);
  g_assert_no_error (error);
  *done = TRUE;
}

static gboolean
is_true (gpointer user_data)
{
  return *(gboolean *) user_data;
}

DeskSession *
sign_in (Stand *stand)
{
  DeskSession *session = desk_session_new ();
  gboolean done = FALSE;

  desk_session_sign_in_async (session, stand->address, "rina@example.com", "secret", signed_in_cb,
                              &done);
  wait_for ("signed in", is_true, &done);

  return session;
}
