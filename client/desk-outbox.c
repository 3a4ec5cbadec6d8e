/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The outbox. Messages go out in the order they were written, all of them after each welcome: the
 * server answers a repeated one with the acknowledgement it gave before. One that can still be
 * taken back is in the database already; only its frame waits.
 */

#include "desk-outbox.h"

#include "desk-json.h"

/* After a refusal that passes by itself, such as a rate limit. */
#define PAUSE_S 2

typedef struct
{
  DeskMessage *message;
  gint64 seen_seq;
  int then; /* DeskStatus, or -1 */
} Item;

struct _DeskOutbox
{
  GObject parent_instance;

  DeskStore *store;
  DeskLive *live;
  GPtrArray *items;
  guint pause_source;
  guint hold_source; /* until the next held one goes out */
};

enum
{
  CHANGED,
  REFUSED,
  DELIVERED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (DeskOutbox, desk_outbox, G_TYPE_OBJECT)

static Item *
item_new (DeskMessage *message, gint64 seen_seq)
{
  Item *item = g_new (Item, 1);

  item->message = g_object_ref (message);
  item->seen_seq = seen_seq;
  item->then = -1;

  return item;
}

static void
item_free (gpointer data)
{
  Item *item = data;

  g_object_unref (item->message);
  g_free (item);
}

static Item *
find_item (DeskOutbox *self, const char *client_id)
{
  for (guint i = 0; client_id != NULL && i < self->items->len; i++)
    {
      Item *item = g_ptr_array_index (self->items, i);

      if (g_strcmp0 (desk_message_get_client_id (item->message), client_id) == 0)
        return item;
    }

  return NULL;
}

/* What is on its way, or can still be taken back, needs nobody's care. */
static gboolean
is_stuck (DeskOutbox *self, Item *item)
{
  DeskDelivery delivery = desk_message_get_delivery (item->message);

  return delivery == DESK_DELIVERY_FAILED
         || (delivery == DESK_DELIVERY_QUEUED
             && desk_live_get_state (self->live) != DESK_LIVE_WELCOME);
}

static void
count_unsent (DeskOutbox *self, gint64 ticket_id)
{
  DeskTicket *ticket = desk_store_find_ticket (self->store, ticket_id);
  guint n = 0;

  for (guint i = 0; i < self->items->len; i++)
    {
      Item *item = g_ptr_array_index (self->items, i);

      n += desk_message_get_ticket_id (item->message) == ticket_id && is_stuck (self, item);
    }

  if (ticket != NULL)
    desk_ticket_set_n_unsent (ticket, n);
}

static void
send_item (DeskOutbox *self, Item *item)
{
  g_autoptr (JsonObject) frame = json_object_new ();

  if (desk_message_get_delivery (item->message) != DESK_DELIVERY_QUEUED
      || desk_live_get_state (self->live) != DESK_LIVE_WELCOME)
    return;

  json_object_set_string_member (frame, "type", "message");
  json_object_set_string_member (frame, "client_id", desk_message_get_client_id (item->message));
  json_object_set_int_member (frame, "ticket", desk_message_get_ticket_id (item->message));
  json_object_set_string_member (frame, "body", desk_message_get_body (item->message));
  json_object_set_boolean_member (frame, "is_internal", desk_message_is_internal (item->message));
  json_object_set_int_member (frame, "seen_seq", item->seen_seq);
  desk_live_send (self->live, frame);
}

static void
send_all (DeskOutbox *self)
{
  for (guint i = 0; i < self->items->len; i++)
    send_item (self, g_ptr_array_index (self->items, i));
}

static void
forget_item (DeskOutbox *self, Item *item)
{
  gint64 ticket_id = desk_message_get_ticket_id (item->message);

  desk_cache_run (desk_store_get_cache (self->store), "drop_outbox", "s",
                  desk_message_get_client_id (item->message));
  g_ptr_array_remove (self->items, item);
  count_unsent (self, ticket_id);
  g_signal_emit (self, signals[CHANGED], 0);
}

/* The server has it. */
static void
finish_item (DeskOutbox *self, Item *item)
{
  g_autoptr (DeskMessage) message = g_object_ref (item->message);
  int then = item->then;

  forget_item (self, item);
  g_signal_emit (self, signals[DELIVERED], 0, message, then);
}

static void
take_ack (DeskOutbox *self, JsonObject *frame)
{
  const char *client_id = desk_json_get_string (frame, "client_id");
  Item *item = find_item (self, client_id);
  DeskThread *thread;

  if (item == NULL)
    return;

  thread = desk_store_find_thread (self->store, desk_message_get_ticket_id (item->message));
  if (thread != NULL)
    desk_thread_acknowledge (thread, client_id, desk_json_get_int (frame, "message_id", 0),
                             desk_json_get_int (frame, "seq", 0),
                             desk_json_get_time (frame, "created_at"));
  finish_item (self, item);
}

static gboolean
pause_over_cb (gpointer user_data)
{
  DeskOutbox *self = user_data;

  self->pause_source = 0;
  send_all (self);

  return G_SOURCE_REMOVE;
}

static gboolean
passes_by_itself (DeskError code)
{
  return code == DESK_ERROR_RATE_LIMITED || code == DESK_ERROR_UNAVAILABLE
         || code == DESK_ERROR_INTERNAL || code == DESK_ERROR_TOKEN_EXPIRED;
}

static void
take_refusal (DeskOutbox *self, JsonObject *frame)
{
  Item *item = find_item (self, desk_json_get_string (frame, "client_id"));
  const char *code = desk_json_get_string (frame, "code");
  const char *detail = desk_json_get_string (frame, "detail");
  JsonObject *by = desk_json_get_object (frame, "by");

  if (by != NULL)
    detail = desk_json_get_string (by, "name");
  if (item == NULL)
    return;

  if (passes_by_itself (desk_error_parse_code (code)))
    {
      if (self->pause_source == 0)
        self->pause_source = g_timeout_add_seconds (PAUSE_S, pause_over_cb, self);
      return;
    }

  desk_cache_run (desk_store_get_cache (self->store), "fail_outbox", "sss",
                  desk_message_get_client_id (item->message), code, detail);
  desk_message_fail (item->message, desk_error_parse_code (code), detail);
  count_unsent (self, desk_message_get_ticket_id (item->message));
  g_signal_emit (self, signals[REFUSED], 0, item->message);
}

static void
frame_cb (DeskLive *live, JsonObject *frame, gpointer user_data)
{
  DeskOutbox *self = user_data;
  const char *type = desk_json_get_string (frame, "type");

  (void) live;
  if (g_strcmp0 (type, "ack") == 0)
    take_ack (self, frame);
  else if (g_strcmp0 (type, "refused") == 0)
    take_refusal (self, frame);
}

static void
state_changed_cb (DeskLive *live, gpointer user_data)
{
  DeskOutbox *self = user_data;

  (void) live;
  for (guint i = 0; i < self->items->len; i++)
    {
      Item *item = g_ptr_array_index (self->items, i);

      count_unsent (self, desk_message_get_ticket_id (item->message));
    }
}

static void
welcome_cb (DeskLive *live, gboolean resumed, gpointer user_data)
{
  (void) live;
  (void) resumed;
  send_all (user_data);
}

/* The event of our own message is as good as its acknowledgement, which may have been lost. */
static void
message_arrived_cb (DeskStore *store, DeskTicket *ticket, DeskMessage *message, gpointer user_data)
{
  DeskOutbox *self = user_data;
  Item *item = find_item (self, desk_message_get_client_id (message));

  (void) store;
  (void) ticket;
  if (item != NULL && desk_message_get_author_id (message) == desk_store_get_me (self->store))
    finish_item (self, item);
}

static void
let_go (DeskOutbox *self, Item *item)
{
  desk_message_set_delivery (item->message, DESK_DELIVERY_QUEUED);
  count_unsent (self, desk_message_get_ticket_id (item->message));
  send_item (self, item);
}

static void plan_release (DeskOutbox *self);

static gboolean
release_cb (gpointer user_data)
{
  DeskOutbox *self = user_data;
  gint64 now = g_get_monotonic_time ();

  self->hold_source = 0;
  for (guint i = 0; i < self->items->len; i++)
    {
      Item *item = g_ptr_array_index (self->items, i);

      if (desk_message_get_delivery (item->message) == DESK_DELIVERY_HELD
          && desk_message_get_due (item->message) <= now)
        let_go (self, item);
    }
  plan_release (self);
  g_signal_emit (self, signals[CHANGED], 0);

  return G_SOURCE_REMOVE;
}

static void
plan_release (DeskOutbox *self)
{
  gint64 next = G_MAXINT64;

  g_clear_handle_id (&self->hold_source, g_source_remove);
  for (guint i = 0; i < self->items->len; i++)
    {
      Item *item = g_ptr_array_index (self->items, i);

      if (desk_message_get_delivery (item->message) == DESK_DELIVERY_HELD)
        next = MIN (next, desk_message_get_due (item->message));
    }

  if (next != G_MAXINT64)
    {
      gint64 wait = MAX (next - g_get_monotonic_time (), 0);

      self->hold_source = g_timeout_add ((guint) (wait / 1000) + 1, release_cb, self);
    }
}

DeskMessage *
desk_outbox_send (DeskOutbox *self, gint64 ticket_id, const char *body, gboolean is_internal,
                  gint64 seen_seq, guint hold_s)
{
  g_autofree char *client_id = g_uuid_string_random ();
  g_autoptr (DeskMessage) message
      = desk_message_new_draft (client_id, ticket_id, body, is_internal, g_get_real_time ());
  DeskThread *thread = desk_store_find_thread (self->store, ticket_id);
  Item *item = item_new (message, seen_seq);

  g_ptr_array_add (self->items, item);
  desk_cache_run (desk_store_get_cache (self->store), "put_outbox", "sisiii", client_id, ticket_id,
                  body, (gint64) is_internal, seen_seq, desk_message_get_created_at (message));
  if (hold_s > 0)
    desk_message_hold (message, g_get_monotonic_time () + hold_s * G_USEC_PER_SEC);
  if (thread != NULL)
    desk_thread_add_pending (thread, message);
  count_unsent (self, ticket_id);
  g_signal_emit (self, signals[CHANGED], 0);
  send_item (self, item);
  plan_release (self);

  return message;
}

void
desk_outbox_follow_up (DeskOutbox *self, DeskMessage *message, DeskStatus status)
{
  Item *item = find_item (self, desk_message_get_client_id (message));

  if (item != NULL)
    item->then = (int) status;
}

DeskMessage *
desk_outbox_find_held (DeskOutbox *self, gint64 ticket_id)
{
  for (guint i = self->items->len; i > 0; i--)
    {
      Item *item = g_ptr_array_index (self->items, i - 1);

      if (desk_message_get_ticket_id (item->message) == ticket_id
          && desk_message_get_delivery (item->message) == DESK_DELIVERY_HELD)
        return item->message;
    }

  return NULL;
}

void
desk_outbox_release (DeskOutbox *self)
{
  for (guint i = 0; i < self->items->len; i++)
    {
      Item *item = g_ptr_array_index (self->items, i);

      if (desk_message_get_delivery (item->message) == DESK_DELIVERY_HELD)
        let_go (self, item);
    }
  plan_release (self);
}

void
desk_outbox_retry (DeskOutbox *self, DeskMessage *message, gint64 seen_seq)
{
  const char *client_id = desk_message_get_client_id (message);
  Item *item = find_item (self, client_id);

  if (item == NULL)
    return;

  item->seen_seq = seen_seq;
  desk_cache_run (desk_store_get_cache (self->store), "fail_outbox", "sss", client_id, NULL, NULL);
  desk_message_set_delivery (message, DESK_DELIVERY_QUEUED);
  count_unsent (self, desk_message_get_ticket_id (message));
  send_item (self, item);
}

void
desk_outbox_discard (DeskOutbox *self, DeskMessage *message)
{
  Item *item = find_item (self, desk_message_get_client_id (message));
  DeskThread *thread = desk_store_find_thread (self->store, desk_message_get_ticket_id (message));

  if (thread != NULL)
    desk_thread_remove_pending (thread, message);
  if (item != NULL)
    forget_item (self, item);
  plan_release (self);
}

void
desk_outbox_show (DeskOutbox *self, gint64 ticket_id)
{
  DeskThread *thread = desk_store_find_thread (self->store, ticket_id);

  for (guint i = 0; thread != NULL && i < self->items->len; i++)
    {
      Item *item = g_ptr_array_index (self->items, i);
      const char *client_id = desk_message_get_client_id (item->message);

      if (desk_message_get_ticket_id (item->message) == ticket_id
          && desk_thread_find_pending (thread, client_id) == NULL)
        desk_thread_add_pending (thread, item->message);
    }
}

guint
desk_outbox_get_n_waiting (DeskOutbox *self)
{
  guint n = 0;

  for (guint i = 0; i < self->items->len; i++)
    {
      Item *item = g_ptr_array_index (self->items, i);

      n += desk_message_get_delivery (item->message) != DESK_DELIVERY_FAILED;
    }

  return n;
}

static void
load_item_cb (const DeskCacheRow *row, gpointer user_data)
{
  DeskOutbox *self = user_data;
  const char *code = desk_cache_row_get_text (row, 6);
  g_autoptr (DeskMessage) message
      = desk_message_new_draft (desk_cache_row_get_text (row, 0), desk_cache_row_get_int (row, 1),
                                desk_cache_row_get_text (row, 2),
                                desk_cache_row_get_int (row, 3) != 0,
                                desk_cache_row_get_int (row, 5));

  if (code != NULL)
    desk_message_fail (message, desk_error_parse_code (code), desk_cache_row_get_text (row, 7));
  g_ptr_array_add (self->items, item_new (message, desk_cache_row_get_int (row, 4)));
  count_unsent (self, desk_message_get_ticket_id (message));
}

static void
desk_outbox_dispose (GObject *object)
{
  DeskOutbox *self = DESK_OUTBOX (object);

  g_clear_handle_id (&self->pause_source, g_source_remove);
  g_clear_handle_id (&self->hold_source, g_source_remove);
  g_clear_pointer (&self->items, g_ptr_array_unref);
  g_clear_object (&self->store);
  g_clear_object (&self->live);

  G_OBJECT_CLASS (desk_outbox_parent_class)->dispose (object);
}

static void
desk_outbox_class_init (DeskOutboxClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = desk_outbox_dispose;

  signals[CHANGED] = g_signal_new ("changed", DESK_TYPE_OUTBOX, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 0);
  signals[REFUSED] = g_signal_new ("refused", DESK_TYPE_OUTBOX, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 1, DESK_TYPE_MESSAGE);
  signals[DELIVERED] = g_signal_new ("delivered", DESK_TYPE_OUTBOX, G_SIGNAL_RUN_LAST, 0, NULL,
                                     NULL, NULL, G_TYPE_NONE, 2, DESK_TYPE_MESSAGE, G_TYPE_INT);
}

static void
desk_outbox_init (DeskOutbox *self)
{
  self->items = g_ptr_array_new_with_free_func (item_free);
}

DeskOutbox *
desk_outbox_new (DeskStore *store, DeskLive *live)
{
  DeskOutbox *self = g_object_new (DESK_TYPE_OUTBOX, NULL);

  self->store = g_object_ref (store);
  self->live = g_object_ref (live);
  desk_cache_query (desk_store_get_cache (store), "list_outbox", load_item_cb, self, "");
  g_signal_connect_object (live, "frame", G_CALLBACK (frame_cb), self, 0);
  g_signal_connect_object (live, "state-changed", G_CALLBACK (state_changed_cb), self, 0);
  g_signal_connect_object (live, "welcome", G_CALLBACK (welcome_cb), self, 0);
  g_signal_connect_object (store, "message-arrived", G_CALLBACK (message_arrived_cb), self, 0);

  return self;
}
