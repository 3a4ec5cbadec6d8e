/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * What desk-ticket.c and desk-ticket-fields.c share.
 */

#pragma once

#include "desk-ticket.h"

G_BEGIN_DECLS

struct _DeskTicket
{
  GObject parent_instance;

  gint64 id;
  gint64 revision;
  char *number;
  char *subject;
  char *category;
  char *language;
  DeskChannel channel;
  DeskStatus status;
  DeskPriority priority;
  gint64 department_id;
  char *department;
  gint64 customer_id;
  char *customer_name;
  char *customer_email;
  char *customer_tier;
  gint64 assignee_id;
  char *assignee_name;
  DeskPresence assignee_presence;
  gboolean waiting;
  gint64 last_seq;
  gint64 user_read_seq;
  gint64 agent_read_seq;
  gint64 user_delivered_seq;
  gint64 agent_delivered_seq;
  gint64 user_unread;
  gint64 agent_unread;
  gint64 preview_seq;
  char *preview;
  char *preview_role;
  gint64 last_message_at;
  gint64 snoozed_until;
  gint64 woken_at;
  gint64 created_at;
  gint64 updated_at;
  gint64 resolved_at;
  gint64 closed_at;
  char *typing;
  gboolean typing_is_staff;
  char **viewers;
  gboolean has_draft;
  guint n_unsent;
};

/** desk_ticket_say_changed: emits `changed`. */
void desk_ticket_say_changed (DeskTicket *self);

G_END_DECLS
