/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * What a person can ask of the server. Each command ends in an event, which changes the store, or
 * in the client's signal `failed` with a sentence for that person.
 */

#pragma once

#include "desk-client.h"

G_BEGIN_DECLS

/**
 * desk_client_assign: gives the ticket to @agent_id, 0 puts it back into the queue.
 *
 * Who takes a ticket that nobody has gets it only if nobody was faster.
 */
void desk_client_assign (DeskClient *self, gint64 ticket_id, gint64 agent_id);

/**
 * desk_client_set_presence:
 * @minutes: for how long, when @presence is Away; 0 for until the person says otherwise
 * @hands_over: whether the live chats go back to the queue
 *
 * Tells the server now, and again after each reconnect.
 */
void desk_client_set_presence (DeskClient *self, DeskPresence presence, guint minutes,
                               gboolean hands_over);

/**
 * desk_client_report_idle:
 * @why: (nullable): "idle", "lock" or "suspend"; %NULL when somebody is at this computer again
 *
 * The server makes whoever is at no device Away for that time.
 */
void desk_client_report_idle (DeskClient *self, const char *why);

/** desk_client_find_offer: Returns: (transfer none) (nullable): the ticket as it is offered. */
DeskOffer *desk_client_find_offer (DeskClient *self, gint64 ticket_id);

/** desk_client_accept: takes a chat that is offered; one that was given is ours already. */
void desk_client_accept (DeskClient *self, gint64 ticket_id);

/** desk_client_decline: leaves a chat that is offered, or was given, to others. */
void desk_client_decline (DeskClient *self, gint64 ticket_id);

void desk_client_set_status (DeskClient *self, gint64 ticket_id, DeskStatus status);

/**
 * desk_client_edit_message:
 * @message: one of our own that the server has
 * @body: what it shall say
 *
 * What desk_message_keep_edit() keeps of it is forgotten when the server has taken the same words.
 */
void desk_client_edit_message (DeskClient *self, DeskMessage *message, const char *body);

/** desk_client_take_back_message: @message has no words any more, for nobody. */
void desk_client_take_back_message (DeskClient *self, DeskMessage *message);

G_END_DECLS
