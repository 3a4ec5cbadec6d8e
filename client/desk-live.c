/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The live socket. A frame's cursor covers all batches before its own, so the ids of the events
 * that came under the kept cursor are remembered and dropped when a resume repeats them.
 */

#include "desk-live.h"

#include "desk-backoff.h"
#include "desk-error.h"
#include "desk-json.h"

#define CLOSE_TOKEN_ENDED 4401
#define LARGEST_FRAME (1024 * 1024)
#define DEFAULT_PING_S 20

struct _DeskLive
{
  GObject parent_instance;

  DeskSession *session;
  SoupWebsocketConnection *socket;
  GCancellable *cancellable;
  DeskLiveState state;
  char *cursor;
  GHashTable *ids;
  guint attempt;
  guint retry_source;
  guint ping_source;
  guint ping_s;
  gint64 heard_at; /* monotonic */
};

enum
{
  STATE_CHANGED,
  WELCOME,
  EVENT,
  FRAME,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (DeskLive, desk_live, G_TYPE_OBJECT)

static void connect_socket (DeskLive *self);

static void
set_state (DeskLive *self, DeskLiveState state)
{
  if (self->state == state)
    return;

  self->state = state;
  g_signal_emit (self, signals[STATE_CHANGED], 0);
}

static void
drop_socket (DeskLive *self)
{
  g_autoptr (SoupWebsocketConnection) socket = g_steal_pointer (&self->socket);

  g_clear_handle_id (&self->ping_source, g_source_remove);
  if (socket == NULL)
    return;

  g_signal_handlers_disconnect_by_data (socket, self);
  if (soup_websocket_connection_get_state (socket) == SOUP_WEBSOCKET_STATE_OPEN)
    soup_websocket_connection_close (socket, SOUP_WEBSOCKET_CLOSE_NORMAL, NULL);
}

static gboolean
retry_cb (gpointer user_data)
{
  DeskLive *self = user_data;

  self->retry_source = 0;
  connect_socket (self);

  return G_SOURCE_REMOVE;
}

static void
plan_retry (DeskLive *self)
{
  guint delay = desk_backoff_delay (self->attempt++, g_random_double ());

  drop_socket (self);
  g_clear_handle_id (&self->retry_source, g_source_remove);
  self->retry_source = g_timeout_add (delay, retry_cb, self);
  set_state (self, DESK_LIVE_BROKEN);
}

static gboolean
ping_cb (gpointer user_data)
{
  DeskLive *self = user_data;
  g_autoptr (JsonObject) frame = json_object_new ();

  if (g_get_monotonic_time () - self->heard_at > 3 * (gint64) self->ping_s * G_USEC_PER_SEC)
    {
      self->ping_source = 0;
      plan_retry (self);
      return G_SOURCE_REMOVE;
    }

  json_object_set_string_member (frame, "type", "ping");
  desk_live_send (self, frame);

  return G_SOURCE_CONTINUE;
}

static void
take_welcome (DeskLive *self, JsonObject *frame)
{
  gboolean resumed = desk_json_get_bool (frame, "resumed");

  self->attempt = 0;
  self->ping_s = (guint) CLAMP (desk_json_get_int (frame, "ping_s", DEFAULT_PING_S), 1, 300);
  g_clear_handle_id (&self->ping_source, g_source_remove);
  self->ping_source = g_timeout_add_seconds (self->ping_s, ping_cb, self);
  if (!resumed)
    desk_live_set_position (self, desk_json_get_string (frame, "cursor"), NULL);

  set_state (self, DESK_LIVE_WELCOME);
  g_signal_emit (self, signals[WELCOME], 0, resumed);
}

static void
take_event (DeskLive *self, JsonObject *frame)
{
  gint64 id = desk_json_get_int (frame, "id", 0);
  const char *cursor = desk_json_get_string (frame, "cursor");

  if (g_hash_table_contains (self->ids, &id))
    return;

  if (g_strcmp0 (cursor, self->cursor) != 0)
    desk_live_set_position (self, cursor, NULL);
  g_hash_table_add (self->ids, g_memdup2 (&id, sizeof id));
  g_signal_emit (self, signals[EVENT], 0, frame);
}

static void
message_cb (SoupWebsocketConnection *socket, int type, GBytes *bytes, gpointer user_data)
{
  g_autoptr (DeskLive) self = g_object_ref (user_data);
  g_autoptr (JsonObject) frame = NULL;
  const char *kind;

  (void) socket;
  self->heard_at = g_get_monotonic_time ();
  if (type == SOUP_WEBSOCKET_DATA_TEXT)
    frame
        = desk_json_parse (g_bytes_get_data (bytes, NULL), (gssize) g_bytes_get_size (bytes), NULL);
  if (frame == NULL)
    return;

  kind = desk_json_get_string (frame, "type");
  if (g_strcmp0 (kind, "event") == 0)
    take_event (self, frame);
  else if (g_strcmp0 (kind, "welcome") == 0)
    take_welcome (self, frame);
  else if (g_strcmp0 (kind, "resync") == 0)
    {
      desk_live_set_position (self, desk_json_get_string (frame, "cursor"), NULL);
      g_signal_emit (self, signals[WELCOME], 0, FALSE);
    }
  else if (g_strcmp0 (kind, "pong") != 0)
    g_signal_emit (self, signals[FRAME], 0, frame);
}

static void
renewed_for_socket_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (DeskLive) self = user_data;
  g_autoptr (GError) error = NULL;

  if (self->state == DESK_LIVE_STOPPED)
    {
      desk_session_renew_finish (DESK_SESSION (source), result, NULL);
      return;
    }

  if (desk_session_renew_finish (DESK_SESSION (source), result, &error))
    connect_socket (self);
  else if (desk_error_is_passing (error))
    plan_retry (self);
  else
    desk_live_stop (self);
}

static void
closed_cb (SoupWebsocketConnection *socket, gpointer user_data)
{
  DeskLive *self = user_data;

  if (soup_websocket_connection_get_close_code (socket) == CLOSE_TOKEN_ENDED)
    {
      drop_socket (self);
      set_state (self, DESK_LIVE_BROKEN);
      desk_session_renew_async (self->session, renewed_for_socket_cb, g_object_ref (self));
      return;
    }

  plan_retry (self);
}

static void
say_hello (DeskLive *self)
{
  g_autoptr (JsonObject) frame = json_object_new ();

  json_object_set_string_member (frame, "type", "hello");
  if (self->cursor != NULL)
    json_object_set_string_member (frame, "resume", self->cursor);
  desk_live_send (self, frame);
}

static void
connected_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (DeskLive) self = user_data;
  g_autoptr (GError) error = NULL;
  SoupWebsocketConnection *socket
      = soup_session_websocket_connect_finish (SOUP_SESSION (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  if (socket == NULL)
    {
      g_debug ("The live socket did not open: %s", error->message);
      plan_retry (self);
      return;
    }

  self->socket = socket;
  self->heard_at = g_get_monotonic_time ();
  soup_websocket_connection_set_max_incoming_payload_size (socket, LARGEST_FRAME);
  g_signal_connect (socket, "message", G_CALLBACK (message_cb), self);
  g_signal_connect (socket, "closed", G_CALLBACK (closed_cb), self);
  say_hello (self);
}

static void
connect_socket (DeskLive *self)
{
  const char *token = desk_session_get_token (self->session);
  g_autofree char *address = NULL;
  g_autofree char *bearer = NULL;
  g_autoptr (SoupMessage) message = NULL;

  set_state (self, DESK_LIVE_CONNECTING);
  if (token == NULL)
    {
      desk_session_renew_async (self->session, renewed_for_socket_cb, g_object_ref (self));
      return;
    }

  address = g_strconcat (desk_session_get_server (self->session), "/api/v1/live", NULL);
  message = soup_message_new (SOUP_METHOD_GET, address);
  bearer = g_strconcat ("Bearer ", token, NULL);
  soup_message_headers_replace (soup_message_get_request_headers (message), "Authorization",
                                bearer);
  soup_session_websocket_connect_async (desk_session_get_soup (self->session), message, NULL, NULL,
                                        G_PRIORITY_DEFAULT, self->cancellable, connected_cb,
                                        g_object_ref (self));
}

static void
renewed_cb (DeskSession *session, gpointer user_data)
{
  DeskLive *self = user_data;
  g_autoptr (JsonObject) frame = json_object_new ();

  json_object_set_string_member (frame, "type", "auth");
  json_object_set_string_member (frame, "token", desk_session_get_token (session));
  desk_live_send (self, frame);
}

void
desk_live_start (DeskLive *self)
{
  if (self->state != DESK_LIVE_STOPPED)
    return;

  self->cancellable = g_cancellable_new ();
  self->attempt = 0;
  connect_socket (self);
}

void
desk_live_stop (DeskLive *self)
{
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_handle_id (&self->retry_source, g_source_remove);
  drop_socket (self);
  set_state (self, DESK_LIVE_STOPPED);
}

void
desk_live_hurry (DeskLive *self)
{
  if (self->retry_source == 0)
    return;

  g_clear_handle_id (&self->retry_source, g_source_remove);
  connect_socket (self);
}

DeskLiveState
desk_live_get_state (DeskLive *self)
{
  return self->state;
}

gboolean
desk_live_send (DeskLive *self, JsonObject *frame)
{
  g_autofree char *text = NULL;

  if (self->socket == NULL
      || soup_websocket_connection_get_state (self->socket) != SOUP_WEBSOCKET_STATE_OPEN)
    return FALSE;

  text = desk_json_print (frame);
  soup_websocket_connection_send_text (self->socket, text);

  return TRUE;
}

void
desk_live_set_position (DeskLive *self, const char *cursor, const char *ids)
{
  g_auto (GStrv) parts = g_strsplit (ids != NULL ? ids : "", ",", -1);
  char *kept = g_strdup (cursor);

  g_free (self->cursor);
  self->cursor = kept;
  g_hash_table_remove_all (self->ids);
  for (guint i = 0; parts[i] != NULL; i++)
    {
      gint64 id = g_ascii_strtoll (parts[i], NULL, 10);

      if (id != 0)
        g_hash_table_add (self->ids, g_memdup2 (&id, sizeof id));
    }
}

const char *
desk_live_get_cursor (DeskLive *self)
{
  return self->cursor;
}

char *
desk_live_dup_ids (DeskLive *self)
{
  GString *ids = g_string_new (NULL);
  GHashTableIter iter;
  gpointer id;

  g_hash_table_iter_init (&iter, self->ids);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    g_string_append_printf (ids, "%s%" G_GINT64_FORMAT, ids->len > 0 ? "," : "", *(gint64 *) id);

  return g_string_free (ids, FALSE);
}

static void
desk_live_dispose (GObject *object)
{
  DeskLive *self = DESK_LIVE (object);

  desk_live_stop (self);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (desk_live_parent_class)->dispose (object);
}

static void
desk_live_finalize (GObject *object)
{
  DeskLive *self = DESK_LIVE (object);

  g_hash_table_unref (self->ids);
  g_free (self->cursor);

  G_OBJECT_CLASS (desk_live_parent_class)->finalize (object);
}

static void
desk_live_class_init (DeskLiveClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = desk_live_dispose;
  G_OBJECT_CLASS (klass)->finalize = desk_live_finalize;

  signals[STATE_CHANGED] = g_signal_new ("state-changed", DESK_TYPE_LIVE, G_SIGNAL_RUN_LAST, 0,
                                         NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[WELCOME] = g_signal_new ("welcome", DESK_TYPE_LIVE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 1, G_TYPE_BOOLEAN);
  signals[EVENT] = g_signal_new ("event", DESK_TYPE_LIVE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 1, JSON_TYPE_OBJECT);
  signals[FRAME] = g_signal_new ("frame", DESK_TYPE_LIVE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 1, JSON_TYPE_OBJECT);
}

static void
desk_live_init (DeskLive *self)
{
  self->ids = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self->ping_s = DEFAULT_PING_S;
}

DeskLive *
desk_live_new (DeskSession *session)
{
  DeskLive *self = g_object_new (DESK_TYPE_LIVE, NULL);

  self->session = g_object_ref (session);
  g_signal_connect_object (session, "renewed", G_CALLBACK (renewed_cb), self, 0);

  return self;
}
