/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * A thread keeps two arrays: numbered messages sorted by number, and pending ones. Their
 * concatenation is the list model. A number may enter once only, which is what makes a resumed
 * event stream, a fetched page and an acknowledgement harmless in any order.
 */

#include "desk-thread.h"

#include "desk-json.h"

struct _DeskThread
{
  GObject parent_instance;

  gint64 ticket_id;
  GPtrArray *numbered;
  GPtrArray *pending;
  gint64 delivered_seq;
  gint64 read_seq;
};

static void list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (DeskThread, desk_thread, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static gint64
seq_at (DeskThread *self, guint index)
{
  return desk_message_get_seq (g_ptr_array_index (self->numbered, index));
}

/* The index of the first message whose number is @seq or greater. */
static guint
find_place (DeskThread *self, gint64 seq)
{
  guint low = 0;
  guint high = self->numbered->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (seq_at (self, middle) < seq)
        low = middle + 1;
      else
        high = middle;
    }

  return low;
}

static DeskMessage *
find_numbered (DeskThread *self, gint64 seq)
{
  guint place = find_place (self, seq);

  if (place < self->numbered->len && seq_at (self, place) == seq)
    return g_ptr_array_index (self->numbered, place);

  return NULL;
}

/* Moves the mark of one of our messages on to how far it got. */
static void
mark (DeskThread *self, DeskMessage *message)
{
  gint64 seq = desk_message_get_seq (message);
  DeskDelivery delivery = desk_message_get_delivery (message);

  if (!desk_message_is_from_staff (message) || desk_message_is_internal (message)
      || (delivery != DESK_DELIVERY_SENT && delivery != DESK_DELIVERY_DELIVERED))
    return;
  if (seq <= self->read_seq)
    desk_message_set_delivery (message, DESK_DELIVERY_READ);
  else if (seq <= self->delivered_seq)
    desk_message_set_delivery (message, DESK_DELIVERY_DELIVERED);
}

static void
insert_numbered (DeskThread *self, DeskMessage *message)
{
  guint place = find_place (self, desk_message_get_seq (message));

  g_ptr_array_insert (self->numbered, (int) place, g_object_ref (message));
  mark (self, message);
  g_list_model_items_changed (G_LIST_MODEL (self), place, 0, 1);
}

/* A message that got its number leaves the pending end for its place. Usually that is the very
 * same row, and then nobody who watches the model sees anything move. */
static void
move_to_place (DeskThread *self, DeskMessage *message)
{
  g_autoptr (DeskMessage) kept = g_object_ref (message);
  guint index = 0;
  guint place = find_place (self, desk_message_get_seq (message));

  if (!g_ptr_array_find (self->pending, kept, &index))
    return;

  g_ptr_array_remove_index (self->pending, index);
  if (index == 0 && place == self->numbered->len)
    {
      g_ptr_array_add (self->numbered, g_object_ref (kept));
      mark (self, kept);
      return;
    }

  g_list_model_items_changed (G_LIST_MODEL (self), self->numbered->len + index, 1, 0);
  insert_numbered (self, kept);
}

DeskMessage *
desk_thread_find_pending (DeskThread *self, const char *client_id)
{
  for (guint i = 0; client_id != NULL && i < self->pending->len; i++)
    {
      DeskMessage *message = g_ptr_array_index (self->pending, i);

      if (g_strcmp0 (desk_message_get_client_id (message), client_id) == 0)
        return message;
    }

  return NULL;
}

DeskMessage *
desk_thread_take (DeskThread *self, JsonObject *json)
{
  g_autoptr (DeskMessage) arrived = NULL;
  DeskMessage *known = find_numbered (self, desk_json_get_int (json, "seq", 0));
  DeskMessage *pending;

  if (known != NULL)
    {
      desk_message_confirm (known, json);
      mark (self, known);
      return known;
    }

  pending = desk_thread_find_pending (self, desk_json_get_string (json, "client_id"));
  if (pending != NULL)
    {
      desk_message_confirm (pending, json);
      move_to_place (self, pending);
      return pending;
    }

  arrived = desk_message_new_from_json (json);
  insert_numbered (self, arrived);

  return arrived;
}

void
desk_thread_add_pending (DeskThread *self, DeskMessage *message)
{
  g_ptr_array_add (self->pending, g_object_ref (message));
  g_list_model_items_changed (G_LIST_MODEL (self), self->numbered->len + self->pending->len - 1, 0,
                              1);
}

void
desk_thread_remove_pending (DeskThread *self, DeskMessage *message)
{
  guint index = 0;

  if (!g_ptr_array_find (self->pending, message, &index))
    return;

  g_ptr_array_remove_index (self->pending, index);
  g_list_model_items_changed (G_LIST_MODEL (self), self->numbered->len + index, 1, 0);
}

void
desk_thread_acknowledge (DeskThread *self, const char *client_id, gint64 id, gint64 seq,
                         gint64 created_at)
{
  DeskMessage *message = desk_thread_find_pending (self, client_id);

  if (message == NULL)
    return;

  /* The event was faster and did not name our client id: its row stays, ours goes. */
  if (find_numbered (self, seq) != NULL)
    {
      desk_thread_remove_pending (self, message);
      return;
    }

  desk_message_acknowledge (message, id, seq, created_at);
  move_to_place (self, message);
}

void
desk_thread_amend (DeskThread *self, JsonObject *json)
{
  DeskMessage *known = find_numbered (self, desk_json_get_int (json, "seq", 0));

  if (known != NULL)
    desk_message_confirm (known, json);
}

void
desk_thread_rename (DeskThread *self, gint64 author_id, const char *name)
{
  for (guint i = 0; i < self->numbered->len; i++)
    {
      DeskMessage *message = g_ptr_array_index (self->numbered, i);

      if (author_id != 0 && desk_message_get_author_id (message) == author_id)
        desk_message_rename_author (message, name);
    }
}

void
desk_thread_cut (DeskThread *self, gint64 seq)
{
  guint place = find_place (self, seq);
  guint count = self->numbered->len - place;

  self->delivered_seq = MIN (self->delivered_seq, seq - 1);
  self->read_seq = MIN (self->read_seq, seq - 1);
  if (count == 0)
    return;

  g_ptr_array_remove_range (self->numbered, place, count);
  g_list_model_items_changed (G_LIST_MODEL (self), place, count, 0);
}

void
desk_thread_set_marks (DeskThread *self, gint64 delivered_seq, gint64 read_seq)
{
  if (delivered_seq <= self->delivered_seq && read_seq <= self->read_seq)
    return;

  self->delivered_seq = MAX (delivered_seq, self->delivered_seq);
  self->read_seq = MAX (read_seq, self->read_seq);
  for (guint i = 0; i < self->numbered->len; i++)
    mark (self, g_ptr_array_index (self->numbered, i));
}

gint64
desk_thread_find_gap (DeskThread *self, gint64 last_seq)
{
  for (guint i = 1; i < self->numbered->len; i++)
    if (seq_at (self, i) != seq_at (self, i - 1) + 1)
      return seq_at (self, i - 1);

  return desk_thread_get_last_seq (self) < last_seq ? desk_thread_get_last_seq (self) : -1;
}

gint64
desk_thread_get_first_seq (DeskThread *self)
{
  return self->numbered->len > 0 ? seq_at (self, 0) : 0;
}

gint64
desk_thread_get_last_seq (DeskThread *self)
{
  return self->numbered->len > 0 ? seq_at (self, self->numbered->len - 1) : 0;
}

gint64
desk_thread_get_ticket_id (DeskThread *self)
{
  return self->ticket_id;
}

static GType
get_item_type (GListModel *model)
{
  (void) model;

  return DESK_TYPE_MESSAGE;
}

static guint
get_n_items (GListModel *model)
{
  DeskThread *self = DESK_THREAD (model);

  return self->numbered->len + self->pending->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
  DeskThread *self = DESK_THREAD (model);

  if (position < self->numbered->len)
    return g_object_ref (g_ptr_array_index (self->numbered, position));
  if (position - self->numbered->len < self->pending->len)
    return g_object_ref (g_ptr_array_index (self->pending, position - self->numbered->len));

  return NULL;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static void
desk_thread_finalize (GObject *object)
{
  DeskThread *self = DESK_THREAD (object);

  g_ptr_array_unref (self->numbered);
  g_ptr_array_unref (self->pending);

  G_OBJECT_CLASS (desk_thread_parent_class)->finalize (object);
}

static void
desk_thread_class_init (DeskThreadClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = desk_thread_finalize;
}

static void
desk_thread_init (DeskThread *self)
{
  self->numbered = g_ptr_array_new_with_free_func (g_object_unref);
  self->pending = g_ptr_array_new_with_free_func (g_object_unref);
}

DeskThread *
desk_thread_new (gint64 ticket_id)
{
  DeskThread *self = g_object_new (DESK_TYPE_THREAD, NULL);

  self->ticket_id = ticket_id;

  return self;
}
