/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Whoever is more urgent, then whoever came first: near to the queue's own order, which the server
 * alone knows.
 */

#include "desk-next.h"

static gboolean
goes_before (DeskTicket *a, DeskTicket *b)
{
  DeskPriority first = desk_ticket_get_priority (a);
  DeskPriority second = desk_ticket_get_priority (b);

  return first != second ? first > second
                         : desk_ticket_get_created_at (a) < desk_ticket_get_created_at (b);
}

DeskTicket *
desk_next_find (DeskStore *store)
{
  g_autoptr (GPtrArray) all = desk_store_list_tickets (store);
  DeskTicket *next = NULL;

  for (guint i = 0; i < all->len; i++)
    {
      DeskTicket *ticket = g_ptr_array_index (all, i);

      if (desk_ticket_is_waiting (ticket) && (next == NULL || goes_before (ticket, next)))
        next = ticket;
    }

  return next;
}

guint
desk_next_count (DeskStore *store)
{
  g_autoptr (GPtrArray) all = desk_store_list_tickets (store);
  guint n = 0;

  for (guint i = 0; i < all->len; i++)
    n += desk_ticket_is_waiting (g_ptr_array_index (all, i));

  return n;
}
