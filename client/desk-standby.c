/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Who goes online answers every call; a call that was answered is not shown, and neither is one
 * that somebody did not want to answer.
 */

#include "desk-standby.h"

#include "desk-client-commands.h"
#include "desk-json.h"

struct _DeskStandby
{
  GObject parent_instance;

  DeskClient *client;
  GCancellable *cancellable;
  DeskCall *call; /* NULL for none */
  gint64 dismissed; /* the call that is not shown */
  gboolean has_joined;
  gboolean is_ready;
};

G_DEFINE_FINAL_TYPE (DeskStandby, desk_standby, G_TYPE_OBJECT)

enum
{
  CHANGED,
  RELEASED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
desk_call_free (DeskCall *call)
{
  g_free (call->department);
  g_free (call);
}

static DeskCallReason
parse_reason (const char *word)
{
  if (g_strcmp0 (word, "by_hand") == 0)
    return DESK_CALL_BY_HAND;
  return g_strcmp0 (word, "predicted") == 0 ? DESK_CALL_PREDICTED : DESK_CALL_WAITED;
}

/* Takes @json for the call of @department, or with %NULL that there is none. */
static void
take_call (DeskStandby *self, JsonObject *json, JsonObject *department)
{
  g_clear_pointer (&self->call, desk_call_free);
  if (json != NULL && department != NULL && desk_json_get_int (json, "id", 0) != self->dismissed)
    {
      self->call = g_new0 (DeskCall, 1);
      self->call->id = desk_json_get_int (json, "id", 0);
      self->call->department = g_strdup (desk_json_get_string (department, "name"));
      self->call->reason = parse_reason (desk_json_get_string (json, "reason"));
      self->call->seconds = (guint) MAX (desk_json_get_int (json, "seconds", 0), 0);
    }
  g_signal_emit (self, signals[CHANGED], 0);
}

/* Whether @call waits for the answer of this account. */
static gboolean
is_for_us (DeskStandby *self, JsonObject *call)
{
  JsonArray *agents = call != NULL ? desk_json_get_array (call, "agents") : NULL;
  gint64 me = desk_store_get_me (desk_client_get_store (self->client));

  for (guint i = 0; agents != NULL && i < json_array_get_length (agents); i++)
    {
      JsonObject *agent = json_array_get_object_element (agents, i);

      if (desk_json_get_int (agent, "id", 0) == me && desk_json_get_time (agent, "joined_at") == 0
          && desk_json_get_time (agent, "released_at") == 0)
        return TRUE;
    }
  return FALSE;
}

static void
fetched_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) answer = desk_session_call_finish (DESK_SESSION (source), result, &error);
  DeskStandby *self = user_data;
  JsonObject *found = NULL;
  JsonArray *departments;

  if (answer == NULL)
    return;
  self->is_ready = desk_json_get_bool (answer, "on_standby");
  departments = desk_json_get_array (answer, "departments");
  for (guint i = 0; departments != NULL && i < json_array_get_length (departments); i++)
    {
      JsonObject *entry = json_array_get_object_element (departments, i);

      if (is_for_us (self, desk_json_get_object (entry, "call")))
        found = entry;
    }
  take_call (self, found != NULL ? desk_json_get_object (found, "call") : NULL,
             found != NULL ? desk_json_get_object (found, "department") : NULL);
}

static void
welcome_cb (DeskStandby *self)
{
  desk_session_call_async (desk_client_get_session (self->client), "GET", "/standby", NULL,
                           self->cancellable, fetched_cb, self);
}

/* Needed no more: who did not join only hears that the call is over. */
static void
be_released (DeskStandby *self)
{
  gboolean had_joined = self->has_joined;

  self->has_joined = FALSE;
  take_call (self, NULL, NULL);
  if (!had_joined)
    return;
  /* The server has said so already; this desk says it too after the next reconnect. */
  desk_client_set_presence (self->client, DESK_PRESENCE_AWAY, 0, FALSE);
  g_signal_emit (self, signals[RELEASED], 0);
}

static void
event_cb (DeskStandby *self, JsonObject *frame)
{
  const char *kind = desk_json_get_string (frame, "kind");
  JsonObject *data = desk_json_get_object (frame, "data");
  JsonObject *call = data != NULL ? desk_json_get_object (data, "call") : NULL;

  if (g_strcmp0 (kind, "standby.called") == 0 && call != NULL)
    take_call (self, call, desk_json_get_object (call, "department"));
  else if (g_strcmp0 (kind, "standby.released") == 0)
    be_released (self);
}

static void
presence_changed_cb (DeskStandby *self)
{
  if (self->call != NULL && desk_client_get_presence (self->client) == DESK_PRESENCE_ONLINE)
    {
      self->has_joined = TRUE;
      take_call (self, NULL, NULL);
    }
}

DeskStandby *
desk_standby_new (DeskClient *client)
{
  DeskStandby *self = g_object_new (DESK_TYPE_STANDBY, NULL);
  DeskLive *live = desk_client_get_live (client);

  self->client = g_object_ref (client);
  g_signal_connect_object (live, "welcome", G_CALLBACK (welcome_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (live, "event", G_CALLBACK (event_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (client, "changed", G_CALLBACK (presence_changed_cb), self,
                           G_CONNECT_SWAPPED);
  return self;
}

const DeskCall *
desk_standby_get_call (DeskStandby *self)
{
  return self->call;
}

void
desk_standby_join (DeskStandby *self)
{
  desk_client_set_presence (self->client, DESK_PRESENCE_ONLINE, 0, FALSE);
  presence_changed_cb (self);
}

void
desk_standby_dismiss (DeskStandby *self)
{
  if (self->call == NULL)
    return;
  self->dismissed = self->call->id;
  take_call (self, NULL, NULL);
}

gboolean
desk_standby_is_ready (DeskStandby *self)
{
  return self->is_ready;
}

static void
set_ready_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) answer = desk_session_call_finish (DESK_SESSION (source), result, &error);

  if (answer == NULL)
    return;
  DESK_STANDBY (user_data)->is_ready = desk_json_get_bool (answer, "on_standby");
  g_signal_emit (user_data, signals[CHANGED], 0);
}

void
desk_standby_set_ready (DeskStandby *self, gboolean ready)
{
  g_autoptr (JsonObject) body = json_object_new ();

  json_object_set_boolean_member (body, "on_standby", ready);
  desk_session_call_async (desk_client_get_session (self->client), "PUT", "/me/standby", body,
                           self->cancellable, set_ready_cb, self);
}

static void
desk_standby_dispose (GObject *object)
{
  DeskStandby *self = DESK_STANDBY (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->client);

  G_OBJECT_CLASS (desk_standby_parent_class)->dispose (object);
}

static void
desk_standby_finalize (GObject *object)
{
  DeskStandby *self = DESK_STANDBY (object);

  g_object_unref (self->cancellable);
  g_clear_pointer (&self->call, desk_call_free);

  G_OBJECT_CLASS (desk_standby_parent_class)->finalize (object);
}

static void
desk_standby_class_init (DeskStandbyClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = desk_standby_dispose;
  G_OBJECT_CLASS (klass)->finalize = desk_standby_finalize;

  signals[CHANGED] = g_signal_new ("changed", DESK_TYPE_STANDBY, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 0);
  signals[RELEASED] = g_signal_new ("released", DESK_TYPE_STANDBY, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                    NULL, G_TYPE_NONE, 0);
}

static void
desk_standby_init (DeskStandby *self)
{
  self->cancellable = g_cancellable_new ();
}
