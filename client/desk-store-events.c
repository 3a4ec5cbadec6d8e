/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * What each kind of event means for the store. Applying the same event twice, or one that a
 * snapshot already holds, changes nothing: tickets check their revision, threads their numbers.
 */

#include "desk-json.h"
#include "desk-store-private.h"

static void
merge_member_cb (JsonObject *from, const char *name, JsonNode *value, gpointer user_data)
{
  JsonObject *into = user_data;

  (void) from;
  json_object_set_member (into, name, json_node_copy (value));
}

/* What an event is about, with what only staff may see merged in. */
static JsonObject *
merge_staff (JsonObject *frame, const char *subject)
{
  JsonObject *data = desk_json_get_object (frame, "data");
  JsonObject *fields = data != NULL ? desk_json_get_object (data, subject) : NULL;
  JsonObject *staff = desk_json_get_object (frame, "staff");
  JsonObject *merged = json_object_new ();

  if (fields != NULL)
    json_object_foreach_member (fields, merge_member_cb, merged);
  if (staff != NULL)
    json_object_foreach_member (staff, merge_member_cb, merged);

  return merged;
}

static JsonObject *
read_ticket_fields (JsonObject *frame)
{
  JsonObject *merged = merge_staff (frame, "ticket");

  json_object_set_int_member (merged, "id", desk_json_get_int (frame, "ticket", 0));
  if (g_strcmp0 (desk_json_get_string (frame, "kind"), "message.created") == 0)
    json_object_set_int_member (merged, "last_seq", desk_json_get_int (frame, "seq", 0));

  return merged;
}

static void
apply_presence (DeskStore *self, JsonObject *frame)
{
  JsonObject *data = desk_json_get_object (frame, "data");
  JsonObject *agent = data != NULL ? desk_json_get_object (data, "agent") : NULL;
  GHashTableIter iter;
  gpointer ticket;

  if (agent == NULL)
    return;

  g_hash_table_iter_init (&iter, self->tickets);
  while (g_hash_table_iter_next (&iter, NULL, &ticket))
    if (desk_ticket_get_assignee_id (ticket) == desk_json_get_int (agent, "id", 0))
      desk_ticket_set_assignee_presence (ticket, desk_presence_parse (
                                                     desk_json_get_string (agent, "state")));
}

/* The message of an event, whole: its number stands in the frame. */
static JsonObject *
read_message (JsonObject *frame)
{
  JsonObject *data = desk_json_get_object (frame, "data");
  JsonObject *json = data != NULL ? desk_json_get_object (data, "message") : NULL;
  JsonObject *own;

  if (json == NULL)
    return NULL;

  own = json_object_new ();
  json_object_foreach_member (json, merge_member_cb, own);
  json_object_set_int_member (own, "ticket_id", desk_json_get_int (frame, "ticket", 0));
  json_object_set_int_member (own, "seq", desk_json_get_int (frame, "seq", 0));

  return own;
}

static void
apply_message (DeskStore *self, DeskTicket *ticket, JsonObject *frame)
{
  g_autoptr (JsonObject) json = read_message (frame);
  g_autoptr (DeskMessage) message = NULL;
  DeskMessage *shown;

  if (json == NULL)
    return;

  desk_ticket_set_typing (ticket, NULL, FALSE);
  shown = desk_store_take_message (self, json);
  message = shown != NULL ? g_object_ref (shown) : desk_message_new_from_json (json);
  g_signal_emit_by_name (self, "message-arrived", ticket, message);
}

/* A message says something else now; where it is not shown, the cache alone has to know. */
static void
apply_change (DeskStore *self, JsonObject *frame)
{
  g_autoptr (JsonObject) json = read_message (frame);
  DeskThread *thread = desk_store_find_thread (self, desk_json_get_int (frame, "ticket", 0));

  if (json == NULL)
    return;

  desk_store_keep_message (self, json);
  if (thread != NULL)
    desk_thread_amend (thread, json);
}

/* Messages were taken out of a thread, and what follows them has other numbers: those from the
 * first one on are fetched again. */
static void
apply_removal (DeskStore *self, DeskTicket *ticket, JsonObject *frame, JsonObject *fields)
{
  gint64 id = desk_ticket_get_id (ticket);
  gint64 seq = desk_json_get_int (frame, "seq", 0);
  DeskThread *thread = desk_store_find_thread (self, id);

  desk_ticket_rewind (ticket, fields);
  desk_store_flush (self);
  desk_cache_run (self->cache, "cut_messages", "ii", id, seq);
  if (thread != NULL)
    desk_thread_cut (thread, seq);
  g_signal_emit_by_name (self, "ticket-missing", id);
}

static void
apply_customer (DeskStore *self, JsonObject *frame)
{
  g_autoptr (JsonObject) customer = merge_staff (frame, "customer");
  gint64 id = desk_json_get_int (customer, "id", 0);
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->tickets);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    desk_ticket_apply_customer (value, customer);
  g_hash_table_iter_init (&iter, self->threads);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    desk_thread_rename (value, id, desk_json_get_string (customer, "name"));
}

/* A department's new name stands wherever the old one stood. */
static void
apply_department (DeskStore *self, JsonObject *frame)
{
  JsonObject *data = desk_json_get_object (frame, "data");
  JsonObject *department = data != NULL ? desk_json_get_object (data, "department") : NULL;
  GHashTableIter iter;
  gpointer ticket;

  if (department == NULL)
    return;

  g_hash_table_iter_init (&iter, self->tickets);
  while (g_hash_table_iter_next (&iter, NULL, &ticket))
    desk_ticket_apply_department (ticket, department);
}

/* What is about no ticket in particular. Returns: whether the event was of that kind. */
static gboolean
apply_to_all (DeskStore *self, JsonObject *frame)
{
  const char *kind = desk_json_get_string (frame, "kind");

  if (g_strcmp0 (kind, "presence.changed") == 0)
    apply_presence (self, frame);
  else if (g_strcmp0 (kind, "customer.updated") == 0)
    apply_customer (self, frame);
  else if (g_strcmp0 (kind, "department.changed") == 0)
    apply_department (self, frame);
  else if (kind != NULL && g_str_has_prefix (kind, "offer."))
    return TRUE;
  else
    return desk_json_get_int (frame, "ticket", 0) == 0;

  return TRUE;
}

void
desk_store_apply_event (DeskStore *self, JsonObject *frame)
{
  const char *kind = desk_json_get_string (frame, "kind");
  gint64 id = desk_json_get_int (frame, "ticket", 0);
  g_autoptr (JsonObject) fields = NULL;
  DeskTicket *ticket;
  gint64 had;

  if (apply_to_all (self, frame))
    return;
  if (g_strcmp0 (kind, "ticket.deleted") == 0)
    {
      desk_store_forget_ticket (self, id);
      return;
    }

  fields = read_ticket_fields (frame);
  ticket = desk_store_find_ticket (self, id);
  had = ticket != NULL ? desk_ticket_get_assignee_id (ticket) : 0;
  if (ticket == NULL && json_object_has_member (fields, "ticket_number"))
    ticket = desk_store_take_ticket (self, fields);
  else if (ticket != NULL && g_strcmp0 (kind, "messages.removed") == 0)
    apply_removal (self, ticket, frame, fields);
  else if (ticket != NULL)
    desk_ticket_apply (ticket, fields);

  if (ticket == NULL)
    {
      g_signal_emit_by_name (self, "ticket-missing", id);
      return;
    }

  if (g_strcmp0 (kind, "message.created") == 0)
    apply_message (self, ticket, frame);
  else if (g_strcmp0 (kind, "message.updated") == 0)
    apply_change (self, frame);
  if (self->me != 0 && had != self->me && desk_ticket_get_assignee_id (ticket) == self->me)
    g_signal_emit_by_name (self, "ticket-assigned", ticket);
}
