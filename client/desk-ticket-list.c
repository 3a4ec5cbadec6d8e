/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * A live, sorted, filtered view of a store. Each entry remembers the time it was sorted by, so that
 * a held list keeps its order although its tickets go on changing.
 */

#include "desk-ticket-list.h"

typedef struct
{
  DeskTicket *ticket;
  gint64 sorted_at;
  gboolean urgent; /* as it was counted */
} Entry;

struct _DeskTicketList
{
  GObject parent_instance;

  DeskStore *store;
  DeskQueue queue;
  GSequence *entries; /* Entry, newest first */
  GHashTable *places; /* DeskTicket → GSequenceIter */
  GHashTable *postponed; /* DeskTicket whose row would come, move or go */
  GPtrArray *below; /* DeskTicket that come after the last row */
  guint below_source;
  gboolean held;
  guint n_urgent;
};

enum
{
  PROP_0,
  PROP_N_HELD,
  PROP_HAS_URGENT,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void list_model_init (GListModelInterface *iface);
static void settle_ticket (DeskTicketList *self, DeskTicket *ticket);

G_DEFINE_FINAL_TYPE_WITH_CODE (DeskTicketList, desk_ticket_list, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static Entry *
entry_new (DeskTicket *ticket)
{
  Entry *entry = g_new0 (Entry, 1);

  entry->ticket = g_object_ref (ticket);
  entry->sorted_at = desk_ticket_get_sorted_at (ticket);

  return entry;
}

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_object_unref (entry->ticket);
  g_free (entry);
}

static int
compare_entries (gconstpointer a, gconstpointer b, gpointer user_data)
{
  const Entry *first = a;
  const Entry *second = b;
  gint64 first_id = desk_ticket_get_id (first->ticket);
  gint64 second_id = desk_ticket_get_id (second->ticket);

  (void) user_data;
  if (first->sorted_at != second->sorted_at)
    return first->sorted_at > second->sorted_at ? -1 : 1;

  return (first_id < second_id) - (first_id > second_id);
}

static gboolean
belongs (DeskTicketList *self, DeskTicket *ticket)
{
  gboolean active = desk_status_is_active (desk_ticket_get_status (ticket));

  if (self->queue == DESK_QUEUE_OUTBOX)
    return desk_ticket_get_n_unsent (ticket) > 0;
  /* What sleeps is out of the way. */
  if (desk_ticket_is_snoozed (ticket))
    return FALSE;

  switch (self->queue)
    {
    case DESK_QUEUE_MINE:
      return active && desk_ticket_get_assignee_id (ticket) == desk_store_get_me (self->store);
    case DESK_QUEUE_UNASSIGNED:
      return active && desk_ticket_get_assignee_id (ticket) == 0;
    case DESK_QUEUE_WAITING:
      return active && desk_ticket_is_waiting (ticket);
    case DESK_QUEUE_ALL:
    default:
      return TRUE;
    }
}

static void
set_n_urgent (DeskTicketList *self, guint n)
{
  gboolean changed = (n > 0) != (self->n_urgent > 0);

  self->n_urgent = n;
  if (changed)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_HAS_URGENT]);
}

/* A held ticket counts as what it is now, wherever its row still stands. */
static void
count_ticket (DeskTicketList *self, DeskTicket *ticket)
{
  GSequenceIter *place = g_hash_table_lookup (self->places, ticket);
  Entry *entry = place != NULL ? g_sequence_get (place) : NULL;
  gboolean urgent = desk_ticket_get_priority (ticket) == DESK_PRIORITY_URGENT
                    && desk_status_is_active (desk_ticket_get_status (ticket));

  if (entry == NULL || entry->urgent == urgent)
    return;

  entry->urgent = urgent;
  set_n_urgent (self, urgent ? self->n_urgent + 1 : self->n_urgent - 1);
}

static void
insert_ticket (DeskTicketList *self, DeskTicket *ticket)
{
  GSequenceIter *place
      = g_sequence_insert_sorted (self->entries, entry_new (ticket), compare_entries, NULL);

  g_hash_table_insert (self->places, ticket, place);
  g_list_model_items_changed (G_LIST_MODEL (self), (guint) g_sequence_iter_get_position (place), 0,
                              1);
}

static void
remove_ticket (DeskTicketList *self, DeskTicket *ticket, GSequenceIter *place)
{
  guint position = (guint) g_sequence_iter_get_position (place);
  gboolean urgent = ((Entry *) g_sequence_get (place))->urgent;

  g_hash_table_remove (self->places, ticket);
  g_sequence_remove (place);
  g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 0);
  if (urgent)
    set_n_urgent (self, self->n_urgent - 1);
}

/* One change over the rows between the old place and the new one: a selection that watches the
 * model finds its ticket again among them. */
static void
move_ticket (DeskTicketList *self, GSequenceIter *place)
{
  Entry *entry = g_sequence_get (place);
  guint before = (guint) g_sequence_iter_get_position (place);
  guint after;
  guint n;

  entry->sorted_at = desk_ticket_get_sorted_at (entry->ticket);
  g_sequence_sort_changed (place, compare_entries, NULL);
  after = (guint) g_sequence_iter_get_position (place);
  if (after == before)
    return;

  n = MAX (before, after) - MIN (before, after) + 1;
  g_list_model_items_changed (G_LIST_MODEL (self), MIN (before, after), n, n);
}

static gboolean
is_wanted (DeskTicketList *self, DeskTicket *ticket)
{
  return belongs (self, ticket)
         && desk_store_find_ticket (self->store, desk_ticket_get_id (ticket)) == ticket;
}

static gboolean
comes_last (DeskTicketList *self, DeskTicket *ticket)
{
  GSequenceIter *end = g_sequence_get_end_iter (self->entries);
  Entry entry = { ticket, desk_ticket_get_sorted_at (ticket), FALSE };

  return g_sequence_iter_is_begin (end)
         || compare_entries (g_sequence_get (g_sequence_iter_prev (end)), &entry, NULL) < 0;
}

static int
compare_tickets (gconstpointer a, gconstpointer b)
{
  Entry first = { *(DeskTicket *const *) a, 0, FALSE };
  Entry second = { *(DeskTicket *const *) b, 0, FALSE };

  first.sorted_at = desk_ticket_get_sorted_at (first.ticket);
  second.sorted_at = desk_ticket_get_sorted_at (second.ticket);

  return compare_entries (&first, &second, NULL);
}

static void
add_below_now (DeskTicketList *self)
{
  g_autoptr (GPtrArray) below = g_steal_pointer (&self->below);
  guint before = (guint) g_sequence_get_length (self->entries);
  guint after;

  g_clear_handle_id (&self->below_source, g_source_remove);
  self->below = g_ptr_array_new_with_free_func (g_object_unref);
  g_ptr_array_sort (below, compare_tickets);
  for (guint i = 0; i < below->len; i++)
    {
      DeskTicket *ticket = g_ptr_array_index (below, i);

      if (is_wanted (self, ticket) && !g_hash_table_contains (self->places, ticket)
          && comes_last (self, ticket))
        g_hash_table_insert (self->places, ticket,
                             g_sequence_append (self->entries, entry_new (ticket)));
    }

  after = (guint) g_sequence_get_length (self->entries);
  if (after > before)
    g_list_model_items_changed (G_LIST_MODEL (self), before, 0, after - before);

  /* What came last when it was added here may have become newer since. */
  for (guint i = 0; i < below->len; i++)
    settle_ticket (self, g_ptr_array_index (below, i));
}

static gboolean
add_below_cb (gpointer user_data)
{
  DeskTicketList *self = user_data;

  self->below_source = 0;
  add_below_now (self);

  return G_SOURCE_REMOVE;
}

/* A page of older tickets is one change below everything that is shown: each change of its own
 * would cost a view a walk over all its rows. */
static void
add_below (DeskTicketList *self, DeskTicket *ticket)
{
  g_ptr_array_add (self->below, g_object_ref (ticket));
  if (self->below_source == 0)
    self->below_source = g_idle_add_full (G_PRIORITY_HIGH_IDLE, add_below_cb, self, NULL);
}

static void
settle_ticket (DeskTicketList *self, DeskTicket *ticket)
{
  g_autoptr (DeskTicket) kept = g_object_ref (ticket);
  GSequenceIter *place = g_hash_table_lookup (self->places, kept);
  gboolean wanted = is_wanted (self, kept);

  if (place != NULL && wanted)
    move_ticket (self, place);
  else if (place != NULL)
    remove_ticket (self, kept, place);
  else if (wanted && g_hash_table_size (self->places) > 0 && comes_last (self, kept))
    add_below (self, kept);
  else if (wanted)
    insert_ticket (self, kept);

  count_ticket (self, kept);
}

static gboolean
would_move (DeskTicketList *self, DeskTicket *ticket)
{
  GSequenceIter *place = g_hash_table_lookup (self->places, ticket);
  gboolean wanted = is_wanted (self, ticket);

  if (place == NULL)
    return wanted && !comes_last (self, ticket);
  if (!wanted)
    return TRUE;

  /* The first row stays the first row when it becomes newer still. */
  return ((Entry *) g_sequence_get (place))->sorted_at != desk_ticket_get_sorted_at (ticket)
         && !g_sequence_iter_is_begin (place);
}

static void
ticket_changed_cb (DeskStore *store, DeskTicket *ticket, gpointer user_data)
{
  DeskTicketList *self = user_data;

  (void) store;
  if (!self->held || g_hash_table_size (self->places) == 0 || !would_move (self, ticket))
    settle_ticket (self, ticket);
  else if (g_hash_table_add (self->postponed, g_object_ref (ticket)))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_HELD]);

  count_ticket (self, ticket);
}

void
desk_ticket_list_release (DeskTicketList *self)
{
  g_autoptr (GHashTable) postponed = g_steal_pointer (&self->postponed);
  GHashTableIter iter;
  gpointer ticket;

  self->postponed = g_hash_table_new_full (NULL, NULL, g_object_unref, NULL);
  g_hash_table_iter_init (&iter, postponed);
  while (g_hash_table_iter_next (&iter, &ticket, NULL))
    settle_ticket (self, ticket);

  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_HELD]);
}

void
desk_ticket_list_set_held (DeskTicketList *self, gboolean held)
{
  if (self->held == held)
    return;

  self->held = held;
  if (!held && g_hash_table_size (self->postponed) > 0)
    desk_ticket_list_release (self);
}

guint
desk_ticket_list_get_n_held (DeskTicketList *self)
{
  return g_hash_table_size (self->postponed);
}

guint
desk_ticket_list_find (DeskTicketList *self, DeskTicket *ticket)
{
  GSequenceIter *place = g_hash_table_lookup (self->places, ticket);

  return place != NULL ? (guint) g_sequence_iter_get_position (place) : G_MAXUINT;
}

gboolean
desk_ticket_list_has_urgent (DeskTicketList *self)
{
  return self->n_urgent > 0;
}

DeskQueue
desk_ticket_list_get_queue (DeskTicketList *self)
{
  return self->queue;
}

static GType
get_item_type (GListModel *model)
{
  (void) model;

  return DESK_TYPE_TICKET;
}

static guint
get_n_items (GListModel *model)
{
  return (guint) g_sequence_get_length (DESK_TICKET_LIST (model)->entries);
}

static gpointer
get_item (GListModel *model, guint position)
{
  DeskTicketList *self = DESK_TICKET_LIST (model);
  GSequenceIter *place = g_sequence_get_iter_at_pos (self->entries, (int) position);

  if (g_sequence_iter_is_end (place))
    return NULL;

  return g_object_ref (((Entry *) g_sequence_get (place))->ticket);
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static void
desk_ticket_list_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  DeskTicketList *self = DESK_TICKET_LIST (object);

  if (id == PROP_N_HELD)
    g_value_set_uint (value, desk_ticket_list_get_n_held (self));
  else if (id == PROP_HAS_URGENT)
    g_value_set_boolean (value, desk_ticket_list_has_urgent (self));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
desk_ticket_list_finalize (GObject *object)
{
  DeskTicketList *self = DESK_TICKET_LIST (object);

  g_clear_handle_id (&self->below_source, g_source_remove);
  g_ptr_array_unref (self->below);
  g_hash_table_unref (self->places);
  g_hash_table_unref (self->postponed);
  g_sequence_free (self->entries);
  g_object_unref (self->store);

  G_OBJECT_CLASS (desk_ticket_list_parent_class)->finalize (object);
}

static void
desk_ticket_list_class_init (DeskTicketListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = desk_ticket_list_get_property;
  object_class->finalize = desk_ticket_list_finalize;

  properties[PROP_N_HELD] = g_param_spec_uint ("n-held", NULL, NULL, 0, G_MAXUINT, 0,
                                               G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_HAS_URGENT] = g_param_spec_boolean ("has-urgent", NULL, NULL, FALSE,
                                                      G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
desk_ticket_list_init (DeskTicketList *self)
{
  self->entries = g_sequence_new (entry_free);
  self->places = g_hash_table_new (NULL, NULL);
  self->postponed = g_hash_table_new_full (NULL, NULL, g_object_unref, NULL);
  self->below = g_ptr_array_new_with_free_func (g_object_unref);
}

DeskTicketList *
desk_ticket_list_new (DeskStore *store, DeskQueue queue)
{
  DeskTicketList *self = g_object_new (DESK_TYPE_TICKET_LIST, NULL);
  g_autoptr (GPtrArray) all = desk_store_list_tickets (store);

  self->store = g_object_ref (store);
  self->queue = queue;
  for (guint i = 0; i < all->len; i++)
    settle_ticket (self, g_ptr_array_index (all, i));
  add_below_now (self);

  g_signal_connect_object (store, "ticket-added", G_CALLBACK (ticket_changed_cb), self, 0);
  g_signal_connect_object (store, "ticket-changed", G_CALLBACK (ticket_changed_cb), self, 0);
  g_signal_connect_object (store, "ticket-removed", G_CALLBACK (ticket_changed_cb), self, 0);

  return self;
}
