/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * One ticket, once per id in a store. It takes whole tickets from REST and changed fields from
 * events, keeps the newer revision, and says `changed` once for each change.
 */

#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

#include "desk-types.h"

G_BEGIN_DECLS

#define DESK_TYPE_TICKET (desk_ticket_get_type ())

G_DECLARE_FINAL_TYPE (DeskTicket, desk_ticket, DESK, TICKET, GObject)

/**
 * desk_ticket_new:
 * @id: the ticket's id
 *
 * Returns: (transfer full): a ticket that knows nothing but its id yet.
 */
DeskTicket *desk_ticket_new (gint64 id);

/**
 * desk_ticket_apply:
 * @fields: a whole ticket or only changed fields, as the protocol has them
 *
 * Fields without a newer revision change nothing, save sequence numbers, which only ever grow.
 * Emits `changed` when something changed.
 *
 * Returns: whether something changed.
 */
gboolean desk_ticket_apply (DeskTicket *self, JsonObject *fields);

/**
 * desk_ticket_rewind:
 * @fields: what an event says that takes messages out of the thread
 *
 * As desk_ticket_apply(), and where @fields are newer the sequence numbers are those they name: the
 * one case in which they shrink.
 */
void desk_ticket_rewind (DeskTicket *self, JsonObject *fields);

/** desk_ticket_apply_customer: takes name, address and tier from @customer, if it is theirs. */
void desk_ticket_apply_customer (DeskTicket *self, JsonObject *customer);

/** desk_ticket_apply_department: takes the name from @department, if it is the ticket's. */
void desk_ticket_apply_department (DeskTicket *self, JsonObject *department);

/**
 * desk_ticket_set_typing:
 * @name: (nullable): who types in this ticket at the moment
 * @is_staff: whether that is a colleague, not the customer
 *
 * Never written to the cache.
 */
void desk_ticket_set_typing (DeskTicket *self, const char *name, gboolean is_staff);

/** desk_ticket_set_viewers: @names: the colleagues who have it open. Never written to the cache. */
void desk_ticket_set_viewers (DeskTicket *self, const char *const *names);

/** desk_ticket_set_has_draft: whether a reply was begun here and not sent. */
void desk_ticket_set_has_draft (DeskTicket *self, gboolean has_draft);

/** desk_ticket_set_n_unsent: how many messages cannot leave this desk. Never cached. */
void desk_ticket_set_n_unsent (DeskTicket *self, guint n);

/** desk_ticket_set_assignee_presence: the assignee came or went. */
void desk_ticket_set_assignee_presence (DeskTicket *self, DeskPresence presence);

gint64 desk_ticket_get_id (DeskTicket *self);
/** desk_ticket_is_known: Returns: whether the ticket holds more than its id. */
gboolean desk_ticket_is_known (DeskTicket *self);
const char *desk_ticket_get_number (DeskTicket *self);
const char *desk_ticket_get_subject (DeskTicket *self);
DeskChannel desk_ticket_get_channel (DeskTicket *self);
DeskStatus desk_ticket_get_status (DeskTicket *self);
DeskPriority desk_ticket_get_priority (DeskTicket *self);
const char *desk_ticket_get_category (DeskTicket *self);
const char *desk_ticket_get_language (DeskTicket *self);
const char *desk_ticket_get_department (DeskTicket *self);
gint64 desk_ticket_get_customer_id (DeskTicket *self);
/** desk_ticket_get_customer_name: Returns: (transfer none): never empty. */
const char *desk_ticket_get_customer_name (DeskTicket *self);
const char *desk_ticket_get_customer_email (DeskTicket *self);
gboolean desk_ticket_is_vip (DeskTicket *self);
/** desk_ticket_get_assignee_id: Returns: 0 when nobody has the ticket. */
gint64 desk_ticket_get_assignee_id (DeskTicket *self);
const char *desk_ticket_get_assignee_name (DeskTicket *self);
DeskPresence desk_ticket_get_assignee_presence (DeskTicket *self);
gboolean desk_ticket_is_waiting (DeskTicket *self);
gint64 desk_ticket_get_last_seq (DeskTicket *self);
gint64 desk_ticket_get_user_delivered_seq (DeskTicket *self);
gint64 desk_ticket_get_user_read_seq (DeskTicket *self);
gint64 desk_ticket_get_agent_delivered_seq (DeskTicket *self);
gint64 desk_ticket_get_agent_read_seq (DeskTicket *self);
guint desk_ticket_get_unread (DeskTicket *self);
const char *desk_ticket_get_preview (DeskTicket *self);
/** desk_ticket_get_last_message_at: Returns: microseconds since 1970, UTC. */
gint64 desk_ticket_get_last_message_at (DeskTicket *self);
/** desk_ticket_get_sorted_at: Returns: the last message, or when it woke, as lists are sorted. */
gint64 desk_ticket_get_sorted_at (DeskTicket *self);
/** desk_ticket_is_snoozed: Returns: whether it sleeps, and is in no queue meanwhile. */
gboolean desk_ticket_is_snoozed (DeskTicket *self);
gint64 desk_ticket_get_created_at (DeskTicket *self);
gint64 desk_ticket_get_revision (DeskTicket *self);
/** desk_ticket_get_typing: Returns: (nullable): who types at the moment. */
const char *desk_ticket_get_typing (DeskTicket *self);
gboolean desk_ticket_is_colleague_typing (DeskTicket *self);
/** desk_ticket_get_viewers: Returns: (transfer none): names of colleagues who have it open. */
const char *const *desk_ticket_get_viewers (DeskTicket *self);
gboolean desk_ticket_has_draft (DeskTicket *self);
guint desk_ticket_get_n_unsent (DeskTicket *self);

G_END_DECLS
