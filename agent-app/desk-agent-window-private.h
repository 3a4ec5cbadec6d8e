/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * What the window's two files share: its parts, and the actions that work on them.
 */

#pragma once

#include "desk-adaptive.h"
#include "desk-agent-window.h"
#include "desk-connection-bar.h"
#include "desk-standby-bar.h"
#include "desk-customer-pane.h"
#include "desk-list-pane.h"
#include "desk-offer-card.h"
#include "desk-queue-pane.h"
#include "desk-thread-pane.h"

G_BEGIN_DECLS

struct _DeskAgentWindow
{
  AdwApplicationWindow parent_instance;

  DeskAdaptive *adaptive;
  GtkStack *stack;
  DeskSignInPage *sign_in;
  AdwToastOverlay *toasts;
  GtkLabel *announcer;
  AdwFlap *queue_flap;
  AdwLeaflet *leaflet;
  AdwFlap *customer_flap;
  DeskQueuePane *queues;
  DeskListPane *list;
  DeskThreadPane *thread;
  DeskCustomerPane *customer;
  DeskConnectionBar *connection_bar;
  DeskStandbyBar *standby_bar;

  DeskOfferCard *offer;
  DeskClient *client;
  DeskTicketList *lists[DESK_N_QUEUES];
  DeskQueue queue;
  guint close_source; /* when a window that waits for its outbox goes away */
  guint leave_source; /* when a desk that nobody looks at stops viewing its ticket */
  GSettings *settings;
};

/** desk_agent_window_install_actions: every `win.` action of the table. */
void desk_agent_window_install_actions (GtkWidgetClass *widget_class);

/** desk_agent_window_update_actions: switches on what can be done at the moment. */
void desk_agent_window_update_actions (DeskAgentWindow *self);

/** desk_agent_window_show_ticket: @ticket: (nullable): opens it and shows its page. */
void desk_agent_window_show_ticket (DeskAgentWindow *self, DeskTicket *ticket);

void desk_agent_window_show_queue (DeskAgentWindow *self, DeskQueue queue);

G_END_DECLS
