/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * A ticket's fields, from the protocol's JSON. Snapshots and events come through
 * desk_ticket_apply(), whose revision check makes their order harmless.
 */

#include "desk-json.h"
#include "desk-ticket-private.h"

static void
take_text (JsonObject *fields, const char *name, char **text)
{
  if (json_object_has_member (fields, name))
    {
      g_free (*text);
      *text = g_strdup (desk_json_get_string (fields, name));
    }
}

static void
take_number (JsonObject *fields, const char *name, gint64 *number)
{
  *number = desk_json_get_int (fields, name, *number);
}

static gboolean
take_seq (JsonObject *fields, const char *name, gint64 *seq)
{
  gint64 newer = desk_json_get_int (fields, name, 0);

  if (newer <= *seq)
    return FALSE;

  *seq = newer;

  return TRUE;
}

static void
take_time (JsonObject *fields, const char *name, gint64 *time)
{
  if (json_object_has_member (fields, name))
    *time = desk_json_get_time (fields, name);
}

static void
take_words (DeskTicket *self, JsonObject *fields)
{
  if (json_object_has_member (fields, "channel"))
    self->channel = desk_channel_parse (desk_json_get_string (fields, "channel"));
  if (json_object_has_member (fields, "status"))
    self->status = desk_status_parse (desk_json_get_string (fields, "status"));
  if (json_object_has_member (fields, "priority"))
    self->priority = desk_priority_parse (desk_json_get_string (fields, "priority"));
  if (json_object_has_member (fields, "waiting"))
    self->waiting = desk_json_get_bool (fields, "waiting");
}

static void
take_customer (DeskTicket *self, JsonObject *customer)
{
  take_text (customer, "name", &self->customer_name);
  take_text (customer, "email", &self->customer_email);
  take_text (customer, "tier", &self->customer_tier);
}

static void
take_people (DeskTicket *self, JsonObject *fields)
{
  JsonObject *department = desk_json_get_object (fields, "department");
  JsonObject *customer = desk_json_get_object (fields, "user");

  if (department != NULL)
    {
      take_number (department, "id", &self->department_id);
      take_text (department, "name", &self->department);
    }

  if (customer != NULL)
    {
      take_number (customer, "id", &self->customer_id);
      take_customer (self, customer);
    }

  if (json_object_has_member (fields, "assigned_to"))
    {
      JsonObject *assignee = desk_json_get_object (fields, "assigned_to");

      self->assignee_id = assignee != NULL ? desk_json_get_int (assignee, "id", 0) : 0;
      g_free (self->assignee_name);
      self->assignee_name
          = assignee != NULL ? g_strdup (desk_json_get_string (assignee, "name")) : NULL;
      if (assignee != NULL && json_object_has_member (assignee, "presence"))
        self->assignee_presence = desk_presence_parse (desk_json_get_string (assignee, "presence"));
    }
}

static void
take_last_message (DeskTicket *self, JsonObject *fields)
{
  JsonObject *last = desk_json_get_object (fields, "last_message");

  if (last == NULL)
    {
      /* Every message was taken back. */
      if (json_object_has_member (fields, "last_message"))
        g_clear_pointer (&self->preview, g_free);
      return;
    }

  take_number (last, "seq", &self->preview_seq);
  take_text (last, "preview", &self->preview);
  take_text (last, "author_role", &self->preview_role);
}

/* Numbers only grow, so the larger one is the newer one whatever the revision: notes and system
 * lines lengthen a thread without touching the ticket's own fields. */
static gboolean
take_progress (DeskTicket *self, JsonObject *fields)
{
  gboolean longer = take_seq (fields, "last_seq", &self->last_seq);
  gboolean user_read = take_seq (fields, "user_read_seq", &self->user_read_seq);
  gboolean agent_read = take_seq (fields, "agent_read_seq", &self->agent_read_seq);
  gboolean user_got = take_seq (fields, "user_delivered_seq", &self->user_delivered_seq);
  gboolean agent_got = take_seq (fields, "agent_delivered_seq", &self->agent_delivered_seq);

  return longer || user_read || agent_read || user_got || agent_got;
}

gboolean
desk_ticket_apply (DeskTicket *self, JsonObject *fields)
{
  gint64 revision;
  gboolean progress;

  g_return_val_if_fail (DESK_IS_TICKET (self), FALSE);
  g_return_val_if_fail (fields != NULL, FALSE);

  progress = take_progress (self, fields);
  revision = desk_json_get_int (fields, "revision", 0);
  if (revision <= self->revision)
    {
      if (progress)
        desk_ticket_say_changed (self);
      return progress;
    }

  take_number (fields, "revision", &self->revision);
  take_text (fields, "ticket_number", &self->number);
  take_text (fields, "subject", &self->subject);
  take_text (fields, "category", &self->category);
  take_text (fields, "language", &self->language);
  take_words (self, fields);
  take_people (self, fields);
  take_number (fields, "user_unread_count", &self->user_unread);
  take_number (fields, "agent_unread_count", &self->agent_unread);
  take_last_message (self, fields);
  take_time (fields, "last_message_at", &self->last_message_at);
  take_time (fields, "snoozed_until", &self->snoozed_until);
  take_time (fields, "woken_at", &self->woken_at);
  take_time (fields, "created_at", &self->created_at);
  take_time (fields, "updated_at", &self->updated_at);
  take_time (fields, "resolved_at", &self->resolved_at);
  take_time (fields, "closed_at", &self->closed_at);

  desk_ticket_say_changed (self);

  return TRUE;
}

void
desk_ticket_apply_customer (DeskTicket *self, JsonObject *customer)
{
  g_return_if_fail (DESK_IS_TICKET (self));

  if (desk_json_get_int (customer, "id", 0) != self->customer_id)
    return;

  take_customer (self, customer);
  desk_ticket_say_changed (self);
}

void
desk_ticket_apply_department (DeskTicket *self, JsonObject *department)
{
  g_return_if_fail (DESK_IS_TICKET (self));

  if (desk_json_get_int (department, "id", 0) != self->department_id
      || g_strcmp0 (desk_json_get_string (department, "name"), self->department) == 0)
    return;

  take_text (department, "name", &self->department);
  desk_ticket_say_changed (self);
}

void
desk_ticket_rewind (DeskTicket *self, JsonObject *fields)
{
  g_return_if_fail (DESK_IS_TICKET (self));

  if (desk_json_get_int (fields, "revision", 0) > self->revision)
    {
      self->last_seq = self->user_read_seq = self->agent_read_seq = 0;
      self->user_delivered_seq = self->agent_delivered_seq = 0;
    }
  desk_ticket_apply (self, fields);
}
