/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The set of tickets that take a place. A chat that sleeps, or waits for its customer, takes none.
 */

#include "desk-load.h"

struct _DeskLoad
{
  DeskStore *store;
  gint64 me; /* whose chats were counted */
  GHashTable *tickets; /* DeskTicket */
};

static gboolean
takes_place (DeskLoad *self, DeskTicket *ticket)
{
  DeskStatus status = desk_ticket_get_status (ticket);

  return desk_ticket_get_assignee_id (ticket) == self->me
         && desk_ticket_get_channel (ticket) == DESK_CHANNEL_CHAT
         && (status == DESK_STATUS_OPEN || status == DESK_STATUS_ASSIGNED
             || status == DESK_STATUS_IN_PROGRESS)
         && !desk_ticket_is_snoozed (ticket)
         && desk_store_find_ticket (self->store, desk_ticket_get_id (ticket)) == ticket;
}

static void
ticket_changed_cb (DeskStore *store, DeskTicket *ticket, gpointer user_data)
{
  DeskLoad *self = user_data;

  (void) store;
  if (!takes_place (self, ticket))
    g_hash_table_remove (self->tickets, ticket);
  else if (!g_hash_table_contains (self->tickets, ticket))
    g_hash_table_add (self->tickets, g_object_ref (ticket));
}

static void
recount (DeskLoad *self)
{
  g_autoptr (GPtrArray) all = desk_store_list_tickets (self->store);

  self->me = desk_store_get_me (self->store);
  g_hash_table_remove_all (self->tickets);
  for (guint i = 0; i < all->len; i++)
    ticket_changed_cb (self->store, g_ptr_array_index (all, i), self);
}

guint
desk_load_get (DeskLoad *self)
{
  if (self->me != desk_store_get_me (self->store))
    recount (self);

  return g_hash_table_size (self->tickets);
}

DeskLoad *
desk_load_new (DeskStore *store)
{
  DeskLoad *self = g_new0 (DeskLoad, 1);

  self->store = g_object_ref (store);
  self->tickets = g_hash_table_new_full (NULL, NULL, g_object_unref, NULL);
  g_signal_connect (store, "ticket-added", G_CALLBACK (ticket_changed_cb), self);
  g_signal_connect (store, "ticket-changed", G_CALLBACK (ticket_changed_cb), self);
  g_signal_connect (store, "ticket-removed", G_CALLBACK (ticket_changed_cb), self);
  recount (self);

  return self;
}

void
desk_load_free (DeskLoad *self)
{
  g_signal_handlers_disconnect_by_data (self->store, self);
  g_object_unref (self->store);
  g_hash_table_unref (self->tickets);
  g_free (self);
}
