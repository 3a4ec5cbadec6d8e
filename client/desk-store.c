/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * One object for each id. Applying the same event twice, or one that a snapshot already holds,
 * changes nothing: tickets check their revision, threads their numbers. What changed is collected
 * and written in one transaction together with the cursor, so that cache and cursor never disagree.
 */

#include "desk-store-private.h"

#include "desk-json.h"
#include "desk-ticket-record.h"

/* How many of a ticket's newest messages come back from the cache when it is opened. */
#define CACHED_MESSAGES 100

enum
{
  TICKET_ADDED,
  TICKET_CHANGED,
  TICKET_REMOVED,
  TICKET_ASSIGNED,
  TICKET_MISSING,
  MESSAGE_ARRIVED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (DeskStore, desk_store, G_TYPE_OBJECT)

static gint64 *
copy_id (gint64 id)
{
  gint64 *copy = g_new (gint64, 1);

  *copy = id;

  return copy;
}

static void
write_ticket (DeskStore *self, DeskTicket *ticket)
{
  g_autoptr (GBytes) record = desk_ticket_write_record (ticket);

  desk_cache_run (self->cache, "put_ticket", "iib", desk_ticket_get_id (ticket),
                  desk_ticket_get_sorted_at (ticket), record);
}

static void
write_message (DeskStore *self, JsonObject *json)
{
  g_autofree char *text = desk_json_print (json);

  desk_cache_run (self->cache, "put_message", "iis", desk_json_get_int (json, "ticket_id", 0),
                  desk_json_get_int (json, "seq", 0), text);
}

void
desk_store_flush (DeskStore *self)
{
  GHashTableIter iter;
  gpointer ticket;

  g_clear_handle_id (&self->flush_source, g_source_remove);

  desk_cache_run (self->cache, "begin", "");
  g_hash_table_iter_init (&iter, self->dirty);
  while (g_hash_table_iter_next (&iter, &ticket, NULL))
    write_ticket (self, ticket);
  for (guint i = 0; i < self->arrived->len; i++)
    write_message (self, g_ptr_array_index (self->arrived, i));
  if (self->cursor != NULL)
    {
      desk_cache_keep (self->cache, "cursor", self->cursor);
      desk_cache_keep (self->cache, "event_ids", self->event_ids);
    }
  desk_cache_run (self->cache, "commit", "");

  g_hash_table_remove_all (self->dirty);
  g_ptr_array_set_size (self->arrived, 0);
}

static gboolean
flush_cb (gpointer user_data)
{
  DeskStore *self = user_data;

  self->flush_source = 0;
  desk_store_flush (self);

  return G_SOURCE_REMOVE;
}

static void
plan_flush (DeskStore *self)
{
  if (self->flush_source == 0)
    self->flush_source = g_timeout_add_full (G_PRIORITY_LOW, 100, flush_cb, self, NULL);
}

static void
ticket_changed_cb (DeskTicket *ticket, gpointer user_data)
{
  DeskStore *self = user_data;
  DeskThread *thread = desk_store_find_thread (self, desk_ticket_get_id (ticket));

  if (thread != NULL)
    desk_thread_set_marks (thread, desk_ticket_get_user_delivered_seq (ticket),
                           desk_ticket_get_user_read_seq (ticket));

  g_hash_table_add (self->dirty, g_object_ref (ticket));
  plan_flush (self);
  g_signal_emit (self, signals[TICKET_CHANGED], 0, ticket);
}

/* @ticket: (transfer full) */
static void
add_ticket (DeskStore *self, DeskTicket *ticket)
{
  g_hash_table_insert (self->tickets, copy_id (desk_ticket_get_id (ticket)), ticket);
  g_signal_connect_object (ticket, "changed", G_CALLBACK (ticket_changed_cb), self, 0);
  g_signal_emit (self, signals[TICKET_ADDED], 0, ticket);
}

DeskTicket *
desk_store_take_ticket (DeskStore *self, JsonObject *json)
{
  gint64 id = desk_json_get_int (json, "id", 0);
  DeskTicket *ticket = desk_store_find_ticket (self, id);

  if (self->named != NULL)
    g_hash_table_add (self->named, copy_id (id));

  if (ticket != NULL)
    {
      desk_ticket_apply (ticket, json);
      return ticket;
    }

  ticket = desk_ticket_new (id);
  desk_ticket_apply (ticket, json);
  add_ticket (self, ticket);
  g_hash_table_add (self->dirty, g_object_ref (ticket));
  plan_flush (self);

  return ticket;
}

void
desk_store_keep_message (DeskStore *self, JsonObject *json)
{
  g_ptr_array_add (self->arrived, json_object_ref (json));
  plan_flush (self);
}

DeskMessage *
desk_store_take_message (DeskStore *self, JsonObject *json)
{
  DeskThread *thread = desk_store_find_thread (self, desk_json_get_int (json, "ticket_id", 0));

  desk_store_keep_message (self, json);

  return thread != NULL ? desk_thread_take (thread, json) : NULL;
}

void
desk_store_take_messages (DeskStore *self, gint64 ticket_id, JsonArray *messages)
{
  for (guint i = 0; messages != NULL && i < json_array_get_length (messages); i++)
    {
      JsonObject *json = json_array_get_object_element (messages, i);

      json_object_set_int_member (json, "ticket_id", ticket_id);
      desk_store_take_message (self, json);
    }
}

void
desk_store_forget_ticket (DeskStore *self, gint64 id)
{
  g_autoptr (DeskTicket) ticket = NULL;

  if (desk_store_find_ticket (self, id) == NULL)
    return;

  ticket = g_object_ref (desk_store_find_ticket (self, id));
  g_signal_handlers_disconnect_by_func (ticket, ticket_changed_cb, self);
  if (self->arrived->len > 0)
    desk_store_flush (self);
  g_hash_table_remove (self->dirty, ticket);
  g_hash_table_remove (self->tickets, &id);
  g_hash_table_remove (self->threads, &id);
  desk_cache_run (self->cache, "drop_ticket", "i", id);
  desk_cache_run (self->cache, "cut_messages", "ii", id, (gint64) 0);
  g_signal_emit (self, signals[TICKET_REMOVED], 0, ticket);
}

void
desk_store_begin_snapshot (DeskStore *self)
{
  /* What became of older messages meanwhile is not known: they are fetched again when wanted. */
  desk_store_flush (self);
  desk_cache_run (self->cache, "wipe_messages", "");
  g_clear_pointer (&self->named, g_hash_table_unref);
  self->named = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
}

void
desk_store_end_snapshot (DeskStore *self)
{
  g_autoptr (GPtrArray) all = desk_store_list_tickets (self);
  g_autoptr (GHashTable) named = g_steal_pointer (&self->named);

  for (guint i = 0; named != NULL && i < all->len; i++)
    {
      DeskTicket *ticket = g_ptr_array_index (all, i);
      gint64 id = desk_ticket_get_id (ticket);

      if (g_hash_table_contains (named, &id) || g_hash_table_contains (self->threads, &id))
        continue;

      desk_store_forget_ticket (self, id);
    }
}

/* Without a record that can be read the cache is not whole: everything is fetched again. */
static void
load_ticket_cb (const DeskCacheRow *row, gpointer user_data)
{
  DeskStore *self = user_data;
  g_autoptr (GBytes) record = desk_cache_row_get_bytes (row, 0);
  g_autoptr (DeskTicket) ticket = desk_ticket_new_from_record (record);

  if (ticket == NULL)
    desk_cache_keep (self->cache, "complete", "no");
  else if (desk_store_find_ticket (self, desk_ticket_get_id (ticket)) == NULL)
    add_ticket (self, g_steal_pointer (&ticket));
}

static void
load_draft_cb (const DeskCacheRow *row, gpointer user_data)
{
  DeskTicket *ticket = desk_store_find_ticket (user_data, desk_cache_row_get_int (row, 0));

  if (ticket != NULL)
    desk_ticket_set_has_draft (ticket, TRUE);
}

void
desk_store_load (DeskStore *self, guint limit)
{
  desk_cache_query (self->cache, "list_tickets", load_ticket_cb, self, "i", (gint64) limit);
  desk_cache_query (self->cache, "list_drafts", load_draft_cb, self, "");
}

typedef struct
{
  char *body;
  gboolean is_note;
} Draft;

static void
recall_draft_cb (const DeskCacheRow *row, gpointer user_data)
{
  Draft *draft = user_data;

  draft->body = g_strdup (desk_cache_row_get_text (row, 0));
  draft->is_note = desk_cache_row_get_int (row, 1) != 0;
}

char *
desk_store_recall_draft (DeskStore *self, gint64 ticket_id, gboolean *is_note)
{
  Draft draft = { NULL, FALSE };

  desk_cache_query (self->cache, "get_draft", recall_draft_cb, &draft, "i", ticket_id);
  *is_note = draft.is_note;

  return draft.body != NULL ? draft.body : g_strdup ("");
}

void
desk_store_keep_draft (DeskStore *self, gint64 ticket_id, const char *body, gboolean is_note)
{
  DeskTicket *ticket = desk_store_find_ticket (self, ticket_id);

  desk_cache_run (self->cache, "put_draft", "isi", ticket_id, body, (gint64) is_note);
  if (ticket != NULL)
    desk_ticket_set_has_draft (ticket, *body != '\0');
}

static void
load_message_cb (const DeskCacheRow *row, gpointer user_data)
{
  DeskThread *thread = user_data;
  gint64 first = desk_thread_get_first_seq (thread);
  g_autoptr (JsonObject) json = desk_json_parse (desk_cache_row_get_text (row, 1), -1, NULL);

  /* Rows come newest first; what lies before a hole is fetched again when it is wanted. */
  if (json != NULL && (first == 0 || desk_cache_row_get_int (row, 0) == first - 1))
    desk_thread_take (thread, json);
}

DeskThread *
desk_store_open_thread (DeskStore *self, gint64 ticket_id)
{
  DeskThread *thread = desk_store_find_thread (self, ticket_id);
  DeskTicket *ticket = desk_store_find_ticket (self, ticket_id);

  if (thread != NULL)
    return thread;

  desk_store_flush (self);
  thread = desk_thread_new (ticket_id);
  g_hash_table_insert (self->threads, copy_id (ticket_id), thread);
  desk_cache_query (self->cache, "list_messages", load_message_cb, thread, "ii", ticket_id,
                    (gint64) CACHED_MESSAGES);
  if (ticket != NULL)
    desk_thread_set_marks (thread, desk_ticket_get_user_delivered_seq (ticket),
                           desk_ticket_get_user_read_seq (ticket));

  return thread;
}

DeskThread *
desk_store_find_thread (DeskStore *self, gint64 ticket_id)
{
  return g_hash_table_lookup (self->threads, &ticket_id);
}

DeskTicket *
desk_store_find_ticket (DeskStore *self, gint64 id)
{
  return g_hash_table_lookup (self->tickets, &id);
}

static GPtrArray *
list_values (GHashTable *table)
{
  GPtrArray *values = g_ptr_array_new_with_free_func (g_object_unref);
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, table);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    g_ptr_array_add (values, g_object_ref (value));

  return values;
}

GPtrArray *
desk_store_list_tickets (DeskStore *self)
{
  return list_values (self->tickets);
}

GPtrArray *
desk_store_list_threads (DeskStore *self)
{
  return list_values (self->threads);
}

DeskCache *
desk_store_get_cache (DeskStore *self)
{
  return self->cache;
}

void
desk_store_set_me (DeskStore *self, gint64 user_id)
{
  self->me = user_id;
}

gint64
desk_store_get_me (DeskStore *self)
{
  return self->me;
}

void
desk_store_keep_position (DeskStore *self, const char *cursor, const char *ids)
{
  g_free (self->cursor);
  self->cursor = g_strdup (cursor);
  g_free (self->event_ids);
  self->event_ids = g_strdup (ids);
  plan_flush (self);
}

static void
desk_store_dispose (GObject *object)
{
  DeskStore *self = DESK_STORE (object);

  if (self->flush_source != 0)
    desk_store_flush (self);

  g_clear_object (&self->cache);
  g_clear_pointer (&self->tickets, g_hash_table_unref);
  g_clear_pointer (&self->threads, g_hash_table_unref);
  g_clear_pointer (&self->dirty, g_hash_table_unref);
  g_clear_pointer (&self->named, g_hash_table_unref);
  g_clear_pointer (&self->arrived, g_ptr_array_unref);
  g_clear_pointer (&self->cursor, g_free);
  g_clear_pointer (&self->event_ids, g_free);

  G_OBJECT_CLASS (desk_store_parent_class)->dispose (object);
}

static guint
add_signal (const char *name, guint n_values, GType first, GType second)
{
  return g_signal_new (name, DESK_TYPE_STORE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                       n_values, first, second);
}

static void
desk_store_class_init (DeskStoreClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = desk_store_dispose;

  signals[TICKET_ADDED] = add_signal ("ticket-added", 1, DESK_TYPE_TICKET, 0);
  signals[TICKET_CHANGED] = add_signal ("ticket-changed", 1, DESK_TYPE_TICKET, 0);
  signals[TICKET_REMOVED] = add_signal ("ticket-removed", 1, DESK_TYPE_TICKET, 0);
  signals[TICKET_ASSIGNED] = add_signal ("ticket-assigned", 1, DESK_TYPE_TICKET, 0);
  signals[TICKET_MISSING] = add_signal ("ticket-missing", 1, G_TYPE_INT64, 0);
  signals[MESSAGE_ARRIVED] = add_signal ("message-arrived", 2, DESK_TYPE_TICKET, DESK_TYPE_MESSAGE);
}

static void
desk_store_init (DeskStore *self)
{
  self->tickets = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_object_unref);
  self->threads = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_object_unref);
  self->dirty = g_hash_table_new_full (NULL, NULL, g_object_unref, NULL);
  self->arrived = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
}

DeskStore *
desk_store_new (DeskCache *cache)
{
  DeskStore *self = g_object_new (DESK_TYPE_STORE, NULL);

  self->cache = g_object_ref (cache);

  return self;
}
