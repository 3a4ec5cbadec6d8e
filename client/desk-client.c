/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The desk of one account. After a welcome that could not resume, snapshots are fetched while
 * events already flow: tickets and threads drop what is older than they are, so the order of the
 * two does not matter.
 */

#include "desk-client-commands.h"
#include "desk-client-private.h"
#include "desk-json.h"

#define CACHED_TICKETS 500

enum
{
  CHANGED,
  THREAD_LOADED,
  FAILED,
  ASSIGNED,
  TAKEN_BACK,
  OPENING,
  OFFERED,
  OFFER_GONE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (DeskClient, desk_client, G_TYPE_OBJECT)

static void
changed_cb (gpointer user_data)
{
  g_signal_emit (user_data, signals[CHANGED], 0);
}

static void
take_me (DeskClient *self, JsonObject *me)
{
  JsonObject *user = desk_json_get_object (me, "user");
  JsonObject *capacity = desk_json_get_object (me, "capacity");
  JsonObject *chat = capacity != NULL ? desk_json_get_object (capacity, "chat") : NULL;
  JsonArray *permissions = desk_json_get_array (me, "permissions");

  if (user != NULL)
    {
      desk_store_set_me (self->store, desk_json_get_int (user, "id", 0));
      g_free (self->my_name);
      self->my_name = g_strdup (desk_json_get_string (user, "name"));
    }
  if (chat != NULL)
    self->chat_limit = (guint) desk_json_get_int (chat, "limit", 0);
  if (permissions != NULL)
    {
      g_clear_pointer (&self->permissions, json_array_unref);
      self->permissions = json_array_ref (permissions);
    }
}

static void
me_read_cb (JsonObject *me, gpointer user_data)
{
  DeskClient *self = user_data;
  g_autofree char *text = desk_json_print (me);

  take_me (self, me);
  desk_cache_keep (desk_store_get_cache (self->store), "me", text);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
thread_loaded_cb (gint64 ticket_id, gpointer user_data)
{
  g_signal_emit (user_data, signals[THREAD_LOADED], 0, ticket_id);
}

static void
welcome_cb (DeskLive *live, gboolean resumed, gpointer user_data)
{
  DeskClient *self = user_data;

  (void) live;
  desk_attendance_say (self->attendance);
  desk_offers_fetch (self->offers);
  desk_sync_run (self->sync, resumed);
  desk_moves_fetch (self->moves);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
state_changed_cb (DeskLive *live, gpointer user_data)
{
  DeskClient *self = user_data;

  if (desk_live_get_state (live) == DESK_LIVE_WELCOME)
    {
      self->offline_since = 0;
      self->broke = FALSE;
    }
  else if (self->offline_since == 0)
    self->offline_since = g_get_real_time ();

  if (desk_live_get_state (live) == DESK_LIVE_BROKEN)
    self->broke = TRUE;

  g_signal_emit (self, signals[CHANGED], 0);
}

/* What others see of this account. */
static void
hear_presence (DeskClient *self, JsonObject *frame)
{
  JsonObject *data = desk_json_get_object (frame, "data");
  JsonObject *agent = data != NULL ? desk_json_get_object (data, "agent") : NULL;

  if (g_strcmp0 (desk_json_get_string (frame, "kind"), "presence.changed") != 0 || agent == NULL
      || desk_json_get_int (agent, "id", 0) != desk_store_get_me (self->store))
    return;

  desk_attendance_hear (self->attendance,
                        desk_presence_parse (desk_json_get_string (agent, "state")));
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
offered_cb (DeskOffer *offer, gpointer user_data)
{
  g_signal_emit (user_data, signals[OFFERED], 0, offer);
}

static void
offer_gone_cb (gint64 ticket_id, const char *reason, const char *by, gboolean away,
               gpointer user_data)
{
  g_signal_emit (user_data, signals[OFFER_GONE], 0, ticket_id, reason, by, away);
}

static void
event_cb (DeskLive *live, JsonObject *frame, gpointer user_data)
{
  DeskClient *self = user_data;
  g_autofree char *ids = desk_live_dup_ids (live);
  DeskThread *thread;

  desk_store_apply_event (self->store, frame);
  desk_offers_hear (self->offers, frame);
  hear_presence (self, frame);
  desk_store_keep_position (self->store, desk_live_get_cursor (live), ids);

  thread = desk_store_find_thread (self->store, desk_json_get_int (frame, "ticket", 0));
  if (thread != NULL)
    desk_sync_fill_thread (self->sync, thread);
}

/* Says that our side has got (`delivered`) or read (`read`) a ticket's messages up to @seq. */
static void
say_mark (DeskClient *self, const char *type, gint64 ticket_id, gint64 seq)
{
  g_autoptr (JsonObject) frame = json_object_new ();

  json_object_set_string_member (frame, "type", type);
  json_object_set_int_member (frame, "ticket", ticket_id);
  json_object_set_int_member (frame, "seq", seq);
  desk_live_send (self->live, frame);
}

/* A customer's message has got to the agent whom it concerns; who reads it at once has said more
 * already. */
static void
message_arrived_cb (DeskStore *store, DeskTicket *ticket, DeskMessage *message, gpointer user_data)
{
  DeskClient *self = user_data;
  gint64 id = desk_ticket_get_id (ticket);
  gint64 seq = desk_message_get_seq (message);

  if (desk_message_is_system (message) || desk_message_is_from_staff (message)
      || desk_ticket_get_assignee_id (ticket) != desk_store_get_me (store)
      || seq <= desk_ticket_get_agent_delivered_seq (ticket)
      || (id == self->read_ticket && seq <= self->read_seq))
    return;

  say_mark (self, "delivered", id, seq);
}

static void
network_changed_cb (GNetworkMonitor *monitor, gboolean available, gpointer user_data)
{
  DeskClient *self = user_data;

  (void) monitor;
  if (available)
    desk_live_hurry (self->live);
}

static void
ticket_assigned_cb (DeskStore *store, DeskTicket *ticket, gpointer user_data)
{
  DeskClient *self = user_data;
  gint64 id = desk_ticket_get_id (ticket);

  (void) store;
  if (desk_ticket_get_unread (ticket) > 0)
    say_mark (self, "delivered", id, desk_ticket_get_last_seq (ticket));
  if (!g_hash_table_remove (self->claimed, &id))
    g_signal_emit (self, signals[ASSIGNED], 0, ticket);
}

static void
delivered_cb (DeskOutbox *outbox, DeskMessage *message, int then, gpointer user_data)
{
  (void) outbox;
  if (then >= 0)
    desk_client_set_status (user_data, desk_message_get_ticket_id (message), (DeskStatus) then);
}

static void
ticket_missing_cb (DeskStore *store, gint64 id, gpointer user_data)
{
  DeskClient *self = user_data;

  (void) store;
  desk_sync_fetch_ticket (self->sync, id);
}

void
desk_client_connect (DeskClient *self)
{
  DeskCache *cache = desk_store_get_cache (self->store);
  g_autofree char *complete = desk_cache_recall (cache, "complete");
  g_autofree char *cursor = desk_cache_recall (cache, "cursor");
  g_autofree char *ids = desk_cache_recall (cache, "event_ids");

  /* A cache whose first snapshot was cut short must not be resumed: it has holes. */
  if (g_strcmp0 (complete, "yes") == 0 && cursor != NULL && *cursor != '\0')
    desk_live_set_position (self->live, cursor, ids);

  if (self->network == NULL)
    {
      self->network = g_object_ref (g_network_monitor_get_default ());
      g_signal_connect_object (self->network, "network-changed", G_CALLBACK (network_changed_cb),
                               self, 0);
    }
  desk_live_start (self->live);
}

void
desk_client_disconnect (DeskClient *self)
{
  desk_live_stop (self->live);
  desk_store_flush (self->store);
}

gboolean
desk_client_is_online (DeskClient *self)
{
  return desk_live_get_state (self->live) == DESK_LIVE_WELCOME;
}

gboolean
desk_client_is_loading (DeskClient *self)
{
  return desk_sync_is_running (self->sync)
         || (!desk_sync_is_known (self->sync) && !self->broke && !desk_client_is_online (self));
}

gboolean
desk_client_is_known (DeskClient *self)
{
  return desk_sync_is_known (self->sync);
}

gint64
desk_client_get_offline_since (DeskClient *self)
{
  return self->offline_since;
}

DeskPresence
desk_client_get_presence (DeskClient *self)
{
  return desk_attendance_get (self->attendance);
}

const char *
desk_client_get_my_name (DeskClient *self)
{
  return self->my_name;
}

gboolean
desk_client_may (DeskClient *self, const char *permission)
{
  for (guint i = 0; self->permissions != NULL && i < json_array_get_length (self->permissions); i++)
    if (g_strcmp0 (json_array_get_string_element (self->permissions, i), permission) == 0)
      return TRUE;

  return FALSE;
}

gboolean
desk_client_may_move (DeskClient *self, DeskStatus from, DeskStatus to)
{
  return desk_moves_allow (self->moves, from, to)
         && desk_client_may (self, desk_status_is_active (to) ? "edit_tickets" : "close_tickets");
}

guint
desk_client_get_load (DeskClient *self, guint *limit)
{
  *limit = self->chat_limit;

  return desk_load_get (self->load);
}

void
desk_client_load_more (DeskClient *self, DeskQueue queue)
{
  desk_sync_load_more (self->sync, queue);
}

gboolean
desk_client_is_complete (DeskClient *self, DeskQueue queue)
{
  return desk_sync_is_complete (self->sync, queue);
}

const GError *
desk_client_get_queue_problem (DeskClient *self, DeskQueue queue)
{
  return desk_sync_get_queue_problem (self->sync, queue);
}

void
desk_client_retry_queue (DeskClient *self, DeskQueue queue)
{
  desk_sync_retry_queue (self->sync, queue);
}

gboolean
desk_client_is_opening (DeskClient *self, gint64 ticket_id)
{
  return desk_sync_is_opening (self->sync, ticket_id);
}

const GError *
desk_client_get_thread_problem (DeskClient *self, gint64 ticket_id, DeskEnd end)
{
  return desk_sync_get_thread_problem (self->sync, ticket_id, end);
}

DeskThread *
desk_client_open (DeskClient *self, gint64 ticket_id)
{
  DeskThread *thread = desk_store_open_thread (self->store, ticket_id);

  g_signal_emit (self, signals[OPENING], 0, ticket_id);
  desk_outbox_show (self->outbox, ticket_id);
  desk_sync_fetch_ticket (self->sync, ticket_id);

  return thread;
}

void
desk_client_load_older (DeskClient *self, gint64 ticket_id)
{
  DeskThread *thread = desk_store_find_thread (self->store, ticket_id);

  if (thread != NULL && desk_thread_get_first_seq (thread) > 1)
    desk_sync_load_older (self->sync, thread);
}

void
desk_client_mark_read (DeskClient *self, gint64 ticket_id, gint64 seq)
{
  DeskTicket *ticket = desk_store_find_ticket (self->store, ticket_id);

  if (ticket == NULL || seq <= desk_ticket_get_agent_read_seq (ticket))
    return;

  self->read_ticket = ticket_id;
  self->read_seq = seq;
  say_mark (self, "read", ticket_id, seq);
}

void
desk_client_set_typing (DeskClient *self, gint64 ticket_id, gboolean on)
{
  desk_company_say_typing (self->company, ticket_id, on);
}

gboolean
desk_client_is_typing (DeskClient *self)
{
  return desk_company_is_typing (self->company);
}

void
desk_client_set_viewing (DeskClient *self, gint64 ticket_id)
{
  desk_company_say_viewing (self->company, ticket_id);
}

DeskSession *
desk_client_get_session (DeskClient *self)
{
  return self->session;
}

DeskLive *
desk_client_get_live (DeskClient *self)
{
  return self->live;
}

DeskStore *
desk_client_get_store (DeskClient *self)
{
  return self->store;
}

DeskOutbox *
desk_client_get_outbox (DeskClient *self)
{
  return self->outbox;
}

static void
recall_last_state (DeskClient *self)
{
  DeskCache *cache = desk_store_get_cache (self->store);
  g_autofree char *me = desk_cache_recall (cache, "me");
  g_autoptr (JsonObject) json = me != NULL ? desk_json_parse (me, -1, NULL) : NULL;

  if (json != NULL)
    take_me (self, json);
  desk_store_load (self->store, CACHED_TICKETS);
}

static void
desk_client_dispose (GObject *object)
{
  DeskClient *self = DESK_CLIENT (object);
  if (self->live != NULL)
    desk_client_disconnect (self);
  g_clear_pointer (&self->offers, desk_offers_free);
  g_clear_pointer (&self->attendance, desk_attendance_free);
  g_clear_pointer (&self->company, desk_company_free);
  g_clear_pointer (&self->moves, desk_moves_free);
  g_clear_pointer (&self->sync, desk_sync_free);
  g_clear_pointer (&self->load, desk_load_free);
  g_clear_object (&self->outbox);
  g_clear_object (&self->live);
  g_clear_object (&self->store);
  g_clear_object (&self->session);
  g_clear_object (&self->network);
  g_clear_pointer (&self->permissions, json_array_unref);
  g_clear_pointer (&self->my_name, g_free);

  G_OBJECT_CLASS (desk_client_parent_class)->dispose (object);
}

static void
desk_client_finalize (GObject *object)
{
  g_hash_table_unref (DESK_CLIENT (object)->claimed);

  G_OBJECT_CLASS (desk_client_parent_class)->finalize (object);
}

static void
desk_client_class_init (DeskClientClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = desk_client_dispose;
  G_OBJECT_CLASS (klass)->finalize = desk_client_finalize;

  signals[CHANGED] = g_signal_new ("changed", DESK_TYPE_CLIENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 0);
  signals[THREAD_LOADED] = g_signal_new ("thread-loaded", DESK_TYPE_CLIENT, G_SIGNAL_RUN_LAST, 0,
                                         NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT64);
  signals[FAILED] = g_signal_new ("failed", DESK_TYPE_CLIENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[ASSIGNED] = g_signal_new ("assigned", DESK_TYPE_CLIENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                    NULL, G_TYPE_NONE, 1, DESK_TYPE_TICKET);
  signals[TAKEN_BACK] = g_signal_new ("taken-back", DESK_TYPE_CLIENT, G_SIGNAL_RUN_LAST, 0, NULL,
                                      NULL, NULL, G_TYPE_NONE, 2, DESK_TYPE_MESSAGE, G_TYPE_STRING);
  signals[OPENING] = g_signal_new ("opening", DESK_TYPE_CLIENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 1, G_TYPE_INT64);
  signals[OFFERED] = g_signal_new ("offered", DESK_TYPE_CLIENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 1, DESK_TYPE_OFFER);
  signals[OFFER_GONE]
      = g_signal_new ("offer-gone", DESK_TYPE_CLIENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                      G_TYPE_NONE, 4, G_TYPE_INT64, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_BOOLEAN);
}

static void
desk_client_init (DeskClient *self)
{
  self->claimed = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self->offline_since = g_get_real_time ();
}

DeskClient *
desk_client_new (DeskSession *session, DeskCache *cache)
{
  static const DeskSyncHooks hooks = { me_read_cb, thread_loaded_cb, changed_cb };
  static const DeskOffersHooks offer_hooks = { offered_cb, offer_gone_cb };
  DeskClient *self = g_object_new (DESK_TYPE_CLIENT, NULL);

  self->session = g_object_ref (session);
  self->store = desk_store_new (cache);
  self->live = desk_live_new (session);
  recall_last_state (self);
  self->load = desk_load_new (self->store);
  self->outbox = desk_outbox_new (self->store, self->live);
  self->company = desk_company_new (self->store, self->live);
  self->attendance = desk_attendance_new (self->live, cache);
  self->offers = desk_offers_new (session, &offer_hooks, self);
  self->moves = desk_moves_new (session, cache, changed_cb, self);
  self->sync = desk_sync_new (session, self->store, self->live, &hooks, self);

  g_signal_connect_object (self->live, "welcome", G_CALLBACK (welcome_cb), self, 0);
  g_signal_connect_object (self->live, "state-changed", G_CALLBACK (state_changed_cb), self, 0);
  g_signal_connect_object (self->live, "event", G_CALLBACK (event_cb), self, 0);
  g_signal_connect_object (self->outbox, "delivered", G_CALLBACK (delivered_cb), self, 0);
  g_signal_connect_object (self->store, "ticket-missing", G_CALLBACK (ticket_missing_cb), self, 0);
  g_signal_connect_object (self->store, "message-arrived", G_CALLBACK (message_arrived_cb), self,
                           0);
  g_signal_connect_object (self->store, "ticket-assigned", G_CALLBACK (ticket_assigned_cb), self,
                           0);

  return self;
}
