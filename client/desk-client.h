/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * One account's desk as an app uses it: session, live socket, store and outbox, put together by the
 * rules of the protocol (welcome, snapshot, events).
 */

#pragma once

#include "desk-offer.h"
#include "desk-outbox.h"
#include "desk-sync.h"
#include "desk-ticket-list.h"

G_BEGIN_DECLS

#define DESK_TYPE_CLIENT (desk_client_get_type ())

G_DECLARE_FINAL_TYPE (DeskClient, desk_client, DESK, CLIENT, GObject)

/**
 * desk_client_new:
 * @session: an account, signed in or about to be
 * @cache: the cache of that account
 *
 * Signals: `changed`, the line, the offline time, the presence or the load is another;
 * `thread-loaded (gint64 ticket_id)`; `failed (char *sentence)`, a command of a person was refused;
 * `taken-back (DeskMessage, char *body)`, a message of ours has no words any more, and had these;
 * `assigned (DeskTicket)`, a ticket became ours that nobody at this desk had asked for; `opening
 * (gint64 ticket_id)`, some view is about to show it; `offered (DeskOffer)`, the person is asked to
 * take a chat; `offer-gone (gint64 ticket_id, char *reason, char *by, gboolean away)`, it is over:
 * `by` (nullable) took it, `away` says that the person is Away now.
 *
 * Returns: (transfer full): a desk that shows the last state and is not connected yet.
 */
DeskClient *desk_client_new (DeskSession *session, DeskCache *cache);

/** desk_client_connect: opens the line and keeps it open. */
void desk_client_connect (DeskClient *self);

/** desk_client_disconnect: closes the line; everything is written to the cache. */
void desk_client_disconnect (DeskClient *self);

DeskSession *desk_client_get_session (DeskClient *self);
DeskLive *desk_client_get_live (DeskClient *self);
DeskStore *desk_client_get_store (DeskClient *self);
DeskOutbox *desk_client_get_outbox (DeskClient *self);

/** desk_client_is_online: Returns: whether the line is up. */
gboolean desk_client_is_online (DeskClient *self);

/** desk_client_is_loading: Returns: whether a snapshot, or the first connection, is under way. */
gboolean desk_client_is_loading (DeskClient *self);

/** desk_client_is_known: Returns: whether an empty list means that there is nothing. */
gboolean desk_client_is_known (DeskClient *self);

/** desk_client_get_offline_since: Returns: microseconds since 1970; 0 while the line is up. */
gint64 desk_client_get_offline_since (DeskClient *self);

DeskPresence desk_client_get_presence (DeskClient *self);

/** desk_client_get_my_name: Returns: (nullable): the name of the account. */
const char *desk_client_get_my_name (DeskClient *self);

/** desk_client_may: Returns: whether the account has the permission, by its protocol name. */
gboolean desk_client_may (DeskClient *self, const char *permission);

/** desk_client_may_move: Returns: whether the account may move a ticket there from there. */
gboolean desk_client_may_move (DeskClient *self, DeskStatus from, DeskStatus to);

/**
 * desk_client_get_load:
 * @limit: (out): how many chats the agent takes at once, 0 when that is not known
 *
 * Returns: how many of them are taken.
 */
guint desk_client_get_load (DeskClient *self, guint *limit);

/** desk_client_load_more: fetches the next page of @queue. */
void desk_client_load_more (DeskClient *self, DeskQueue queue);

/** desk_client_is_complete: Returns: whether every ticket of @queue is here. */
gboolean desk_client_is_complete (DeskClient *self, DeskQueue queue);

/** desk_client_get_queue_problem: Returns: (nullable): why @queue may lack tickets. */
const GError *desk_client_get_queue_problem (DeskClient *self, DeskQueue queue);

/** desk_client_retry_queue: fetches again what desk_client_get_queue_problem() is about. */
void desk_client_retry_queue (DeskClient *self, DeskQueue queue);

/** desk_client_open: Returns: (transfer none): the ticket's thread, which is brought up to date. */
DeskThread *desk_client_open (DeskClient *self, gint64 ticket_id);

/** desk_client_is_opening: Returns: whether the answer to desk_client_open() is still to come. */
gboolean desk_client_is_opening (DeskClient *self, gint64 ticket_id);

/** desk_client_get_thread_problem: Returns: (nullable): why messages may lack at @end. */
const GError *desk_client_get_thread_problem (DeskClient *self, gint64 ticket_id, DeskEnd end);

/** desk_client_load_older: fetches messages from before the first one of the thread. */
void desk_client_load_older (DeskClient *self, gint64 ticket_id);

/** desk_client_mark_read: everything up to @seq was on the screen. */
void desk_client_mark_read (DeskClient *self, gint64 ticket_id, gint64 seq);

/** desk_client_set_typing: the person at this desk writes a reply in the ticket, or stopped. */
void desk_client_set_typing (DeskClient *self, gint64 ticket_id, gboolean on);

/** desk_client_is_typing: Returns: whether a reply is being written at this desk just now. */
gboolean desk_client_is_typing (DeskClient *self);

/** desk_client_set_viewing: what is open at this desk and looked at, 0 for nothing. */
void desk_client_set_viewing (DeskClient *self, gint64 ticket_id);

G_END_DECLS
