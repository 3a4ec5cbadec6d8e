/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * A ticket as the staff side sees it: what the server says of it, which desk-ticket-fields.c reads,
 * and what only this desk knows of it.
 */

#include "desk-ticket-private.h"

#include <glib/gi18n-lib.h>

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (DeskTicket, desk_ticket, G_TYPE_OBJECT)

void
desk_ticket_say_changed (DeskTicket *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

void
desk_ticket_set_typing (DeskTicket *self, const char *name, gboolean is_staff)
{
  if (g_strcmp0 (self->typing, name) == 0 && self->typing_is_staff == is_staff)
    return;

  self->typing_is_staff = is_staff;
  g_free (self->typing);
  self->typing = g_strdup (name);
  g_signal_emit (self, signals[CHANGED], 0);
}

void
desk_ticket_set_viewers (DeskTicket *self, const char *const *names)
{
  if (g_strv_equal (names, (const char *const *) self->viewers))
    return;

  g_strfreev (self->viewers);
  self->viewers = g_strdupv ((char **) names);
  g_signal_emit (self, signals[CHANGED], 0);
}

void
desk_ticket_set_has_draft (DeskTicket *self, gboolean has_draft)
{
  if (self->has_draft == has_draft)
    return;

  self->has_draft = has_draft;
  g_signal_emit (self, signals[CHANGED], 0);
}

void
desk_ticket_set_n_unsent (DeskTicket *self, guint n)
{
  if (self->n_unsent == n)
    return;

  self->n_unsent = n;
  g_signal_emit (self, signals[CHANGED], 0);
}

void
desk_ticket_set_assignee_presence (DeskTicket *self, DeskPresence presence)
{
  if (self->assignee_presence == presence)
    return;

  self->assignee_presence = presence;
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
desk_ticket_finalize (GObject *object)
{
  DeskTicket *self = DESK_TICKET (object);

  g_free (self->number);
  g_free (self->subject);
  g_free (self->category);
  g_free (self->language);
  g_free (self->department);
  g_free (self->customer_name);
  g_free (self->customer_email);
  g_free (self->customer_tier);
  g_free (self->assignee_name);
  g_free (self->preview);
  g_free (self->preview_role);
  g_free (self->typing);
  g_strfreev (self->viewers);

  G_OBJECT_CLASS (desk_ticket_parent_class)->finalize (object);
}

static void
desk_ticket_class_init (DeskTicketClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = desk_ticket_finalize;

  signals[CHANGED] = g_signal_new ("changed", DESK_TYPE_TICKET, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 0);
}

static void
desk_ticket_init (DeskTicket *self)
{
  self->priority = DESK_PRIORITY_NORMAL;
  self->viewers = g_new0 (char *, 1);
}

DeskTicket *
desk_ticket_new (gint64 id)
{
  DeskTicket *self = g_object_new (DESK_TYPE_TICKET, NULL);

  self->id = id;

  return self;
}

gint64
desk_ticket_get_id (DeskTicket *self)
{
  return self->id;
}

gboolean
desk_ticket_is_known (DeskTicket *self)
{
  return self->number != NULL;
}

const char *
desk_ticket_get_number (DeskTicket *self)
{
  return self->number != NULL ? self->number : "";
}

const char *
desk_ticket_get_subject (DeskTicket *self)
{
  return self->subject != NULL && *self->subject != '\0' ? self->subject : _ ("No subject");
}

DeskChannel
desk_ticket_get_channel (DeskTicket *self)
{
  return self->channel;
}

DeskStatus
desk_ticket_get_status (DeskTicket *self)
{
  return self->status;
}

DeskPriority
desk_ticket_get_priority (DeskTicket *self)
{
  return self->priority;
}

const char *
desk_ticket_get_category (DeskTicket *self)
{
  return self->category;
}

const char *
desk_ticket_get_language (DeskTicket *self)
{
  return self->language;
}

const char *
desk_ticket_get_department (DeskTicket *self)
{
  return self->department;
}

gint64
desk_ticket_get_customer_id (DeskTicket *self)
{
  return self->customer_id;
}

const char *
desk_ticket_get_customer_name (DeskTicket *self)
{
  if (self->customer_name != NULL && *self->customer_name != '\0')
    return self->customer_name;

  return self->customer_email != NULL ? self->customer_email : _ ("Visitor");
}

const char *
desk_ticket_get_customer_email (DeskTicket *self)
{
  return self->customer_email;
}

gboolean
desk_ticket_is_vip (DeskTicket *self)
{
  return g_strcmp0 (self->customer_tier, "vip") == 0;
}

gint64
desk_ticket_get_assignee_id (DeskTicket *self)
{
  return self->assignee_id;
}

const char *
desk_ticket_get_assignee_name (DeskTicket *self)
{
  return self->assignee_name;
}

DeskPresence
desk_ticket_get_assignee_presence (DeskTicket *self)
{
  return self->assignee_presence;
}

gboolean
desk_ticket_is_waiting (DeskTicket *self)
{
  return self->waiting;
}

gint64
desk_ticket_get_last_seq (DeskTicket *self)
{
  return self->last_seq;
}

gint64
desk_ticket_get_user_delivered_seq (DeskTicket *self)
{
  return self->user_delivered_seq;
}

gint64
desk_ticket_get_agent_delivered_seq (DeskTicket *self)
{
  return self->agent_delivered_seq;
}

gint64
desk_ticket_get_user_read_seq (DeskTicket *self)
{
  return self->user_read_seq;
}

gint64
desk_ticket_get_agent_read_seq (DeskTicket *self)
{
  return self->agent_read_seq;
}

guint
desk_ticket_get_unread (DeskTicket *self)
{
  return (guint) self->agent_unread;
}

const char *
desk_ticket_get_preview (DeskTicket *self)
{
  return self->preview;
}

gint64
desk_ticket_get_last_message_at (DeskTicket *self)
{
  return self->last_message_at != 0 ? self->last_message_at : self->created_at;
}

gint64
desk_ticket_get_sorted_at (DeskTicket *self)
{
  return MAX (desk_ticket_get_last_message_at (self), self->woken_at);
}

gboolean
desk_ticket_is_snoozed (DeskTicket *self)
{
  return self->snoozed_until != 0;
}

gint64
desk_ticket_get_created_at (DeskTicket *self)
{
  return self->created_at;
}

gint64
desk_ticket_get_revision (DeskTicket *self)
{
  return self->revision;
}

const char *
desk_ticket_get_typing (DeskTicket *self)
{
  return self->typing;
}

gboolean
desk_ticket_is_colleague_typing (DeskTicket *self)
{
  return self->typing != NULL && self->typing_is_staff;
}

const char *const *
desk_ticket_get_viewers (DeskTicket *self)
{
  return (const char *const *) self->viewers;
}

guint
desk_ticket_get_n_unsent (DeskTicket *self)
{
  return self->n_unsent;
}

gboolean
desk_ticket_has_draft (DeskTicket *self)
{
  return self->has_draft;
}
