/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * GNotification does the rest: it goes through the portal in a sandbox and to the notification
 * service otherwise, and brings the app back through D-Bus when an action is pressed.
 */

#include "desk-notifier.h"

#include <glib/gi18n.h>

#define LONGEST_BODY 200

struct _DeskNotifier
{
  GObject parent_instance;

  GApplication *application; /* not owned: it owns us */
  DeskClient *client;
  DeskNotifierIsOpenFunc is_open;
  gpointer user_data;
  GHashTable *shown; /* gint64 *, tickets with a notification */
};

G_DEFINE_FINAL_TYPE (DeskNotifier, desk_notifier, G_TYPE_OBJECT)

static char *
name_notification (gint64 ticket_id)
{
  return g_strdup_printf ("ticket-%" G_GINT64_FORMAT, ticket_id);
}

static void
show (DeskNotifier *self, DeskTicket *ticket, GNotification *notification)
{
  gint64 id = desk_ticket_get_id (ticket);
  g_autofree char *name = name_notification (id);

  g_notification_set_default_action_and_target (notification, "app.open-ticket", "x", id);
  g_application_send_notification (self->application, name, notification);
  g_hash_table_add (self->shown, g_memdup2 (&id, sizeof id));
}

static void
assigned_cb (DeskClient *client, DeskTicket *ticket, DeskNotifier *self)
{
  gint64 id = desk_ticket_get_id (ticket);
  gboolean chat = desk_ticket_get_channel (ticket) == DESK_CHANNEL_CHAT;
  g_autoptr (GNotification) notification = NULL;
  g_autofree char *title = NULL;
  g_autofree char *body = NULL;

  (void) client;
  if (self->is_open (ticket, self->user_data))
    return;

  if (chat)
    {
      title = g_strdup_printf (_ ("New chat from %s"), desk_ticket_get_customer_name (ticket));
      body = g_strdup (desk_ticket_get_preview (ticket) != NULL ? desk_ticket_get_preview (ticket)
                                                                : desk_ticket_get_subject (ticket));
    }
  else
    {
      title = g_strdup (_ ("Assigned to you"));
      body = g_strdup_printf ("%s · %s", desk_ticket_get_number (ticket),
                              desk_ticket_get_subject (ticket));
    }

  notification = g_notification_new (title);
  g_notification_set_body (notification, body);
  g_notification_set_priority (notification, chat ? G_NOTIFICATION_PRIORITY_URGENT
                                                  : G_NOTIFICATION_PRIORITY_NORMAL);
  g_notification_add_button_with_target (notification, chat ? _ ("Accept") : _ ("Open"),
                                         "app.reply-ticket", "x", id);
  if (chat)
    g_notification_add_button_with_target (notification, _ ("Decline"), "app.decline-ticket", "x",
                                           id);
  show (self, ticket, notification);
}

static char *
shorten (const char *body)
{
  if (g_utf8_strlen (body, -1) <= LONGEST_BODY)
    return g_strdup (body);

  return g_utf8_substring (body, 0, LONGEST_BODY);
}

static void
message_arrived_cb (DeskStore *store, DeskTicket *ticket, DeskMessage *message, DeskNotifier *self)
{
  gint64 id = desk_ticket_get_id (ticket);
  g_autoptr (GNotification) notification = NULL;
  g_autofree char *body = NULL;

  if (desk_ticket_get_assignee_id (ticket) != desk_store_get_me (store)
      || desk_message_is_from_staff (message) || desk_message_is_system (message)
      || self->is_open (ticket, self->user_data))
    return;

  body = shorten (desk_message_get_body (message));
  notification = g_notification_new (desk_ticket_get_customer_name (ticket));
  g_notification_set_body (notification, body);
  g_notification_add_button_with_target (notification, _ ("Reply"), "app.reply-ticket", "x", id);
  g_notification_add_button_with_target (notification, _ ("Open"), "app.open-ticket", "x", id);
  show (self, ticket, notification);
}

static void
ticket_changed_cb (DeskStore *store, DeskTicket *ticket, DeskNotifier *self)
{
  gint64 id = desk_ticket_get_id (ticket);
  gboolean mine = desk_ticket_get_assignee_id (ticket) == desk_store_get_me (store);

  if (g_hash_table_contains (self->shown, &id) && (!mine || desk_ticket_get_unread (ticket) == 0))
    {
      g_autofree char *name = name_notification (id);

      g_application_withdraw_notification (self->application, name);
      g_hash_table_remove (self->shown, &id);
    }
}

static void
desk_notifier_finalize (GObject *object)
{
  DeskNotifier *self = DESK_NOTIFIER (object);

  g_hash_table_unref (self->shown);
  g_object_unref (self->client);

  G_OBJECT_CLASS (desk_notifier_parent_class)->finalize (object);
}

static void
desk_notifier_class_init (DeskNotifierClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = desk_notifier_finalize;
}

static void
desk_notifier_init (DeskNotifier *self)
{
  self->shown = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
}

DeskNotifier *
desk_notifier_new (GApplication *application, DeskClient *client, DeskNotifierIsOpenFunc is_open,
                   gpointer user_data)
{
  DeskNotifier *self = g_object_new (DESK_TYPE_NOTIFIER, NULL);
  DeskStore *store = desk_client_get_store (client);

  self->application = application;
  self->client = g_object_ref (client);
  self->is_open = is_open;
  self->user_data = user_data;
  g_signal_connect_object (client, "assigned", G_CALLBACK (assigned_cb), self, 0);
  g_signal_connect_object (store, "message-arrived", G_CALLBACK (message_arrived_cb), self, 0);
  g_signal_connect_object (store, "ticket-changed", G_CALLBACK (ticket_changed_cb), self, 0);

  return self;
}
