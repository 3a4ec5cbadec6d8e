/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * One queue (mine, unassigned, waiting, all, outbox) of a store as a GListModel of #DeskTicket; on
 * top what has the newest message or woke last. While it is held, rows stay where they are and
 * changes are only counted, because a row must never move away under a pointer or the focus.
 */

#pragma once

#include "desk-store.h"

G_BEGIN_DECLS

typedef enum
{
  DESK_QUEUE_MINE,
  DESK_QUEUE_UNASSIGNED,
  DESK_QUEUE_WAITING,
  DESK_QUEUE_ALL,
  DESK_QUEUE_OUTBOX, /* with messages that cannot leave this desk */
} DeskQueue;

#define DESK_N_QUEUES (DESK_QUEUE_OUTBOX + 1)

#define DESK_TYPE_TICKET_LIST (desk_ticket_list_get_type ())

G_DECLARE_FINAL_TYPE (DeskTicketList, desk_ticket_list, DESK, TICKET_LIST, GObject)

/**
 * desk_ticket_list_new:
 *
 * Properties to watch: `n-held`, the updates that wait; `has-urgent`. Tickets that come after the
 * last row are put there in one change, when the main loop is idle for a moment.
 *
 * Returns: (transfer full): the tickets of @queue in @store, kept up to date.
 */
DeskTicketList *desk_ticket_list_new (DeskStore *store, DeskQueue queue);

DeskQueue desk_ticket_list_get_queue (DeskTicketList *self);

/** desk_ticket_list_set_held: keeps rows still, or lets everything that waits happen. */
void desk_ticket_list_set_held (DeskTicketList *self, gboolean held);

/** desk_ticket_list_get_n_held: Returns: how many updates wait. */
guint desk_ticket_list_get_n_held (DeskTicketList *self);

/** desk_ticket_list_release: lets what waits happen once, and goes on holding. */
void desk_ticket_list_release (DeskTicketList *self);

/** desk_ticket_list_find: Returns: the position of @ticket, or G_MAXUINT. */
guint desk_ticket_list_find (DeskTicketList *self, DeskTicket *ticket);

/** desk_ticket_list_has_urgent: Returns: whether an urgent ticket is inside. */
gboolean desk_ticket_list_has_urgent (DeskTicketList *self);

G_END_DECLS
