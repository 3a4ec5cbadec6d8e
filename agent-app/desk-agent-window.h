/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The window: the sign-in page, or queues, list, thread and customer in the shape that fits.
 */

#pragma once

#include <adwaita.h>

#include "desk-client.h"
#include "desk-sign-in-page.h"

G_BEGIN_DECLS

#define DESK_TYPE_AGENT_WINDOW (desk_agent_window_get_type ())

G_DECLARE_FINAL_TYPE (DeskAgentWindow, desk_agent_window, DESK, AGENT_WINDOW, AdwApplicationWindow)

/**
 * desk_agent_window_new:
 *
 * The signal `signed-in (DeskSession)` hands over a session from the sign-in page.
 */
DeskAgentWindow *desk_agent_window_new (GtkApplication *application);

/** desk_agent_window_show_desk: shows the desk of @client. */
void desk_agent_window_show_desk (DeskAgentWindow *self, DeskClient *client);

/** desk_agent_window_show_sign_in: Returns: (transfer none): the page, shown. */
DeskSignInPage *desk_agent_window_show_sign_in (DeskAgentWindow *self);

/** desk_agent_window_open_ticket: opens a ticket, with the cursor in the composer. */
void desk_agent_window_open_ticket (DeskAgentWindow *self, gint64 ticket_id);

/** desk_agent_window_close_ticket: closes what is open; what was begun there is kept. */
void desk_agent_window_close_ticket (DeskAgentWindow *self);

/** desk_agent_window_say: shows @sentence as a toast and says it to a screen reader. */
void desk_agent_window_say (DeskAgentWindow *self, const char *sentence);

/** desk_agent_window_get_ticket: Returns: (transfer none) (nullable): what is open. */
DeskTicket *desk_agent_window_get_ticket (DeskAgentWindow *self);

/** desk_agent_window_accept: takes the chat if it is offered, and opens it. */
void desk_agent_window_accept (DeskAgentWindow *self, gint64 ticket_id);

/** desk_agent_window_decline: leaves the chat to others. */
void desk_agent_window_decline (DeskAgentWindow *self, gint64 ticket_id);

G_END_DECLS
