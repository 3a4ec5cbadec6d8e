/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * GNotification does the rest: it goes through the portal in a sandbox and to the notification
 * service otherwise, and brings the app back through D-Bus when an action is pressed.
 */

#include "desk-notifier.h"

#include <glib/gi18n.h>

#include "desk-client-commands.h"
#include "desk-sound.h"
#include "desk-time-label.h"

#define LONGEST_BODY 200
#define RING_EVERY_S 4
#define MOST_RINGS 5 /* for a chat that nobody has to answer */

typedef enum
{
  FOR_US,
  FOR_ANYBODY, /* about a ticket that nobody has */
  AS_OFFER, /* until the offer is over */
} Audience;

struct _DeskNotifier
{
  GObject parent_instance;

  GApplication *application; /* not owned: it owns us */
  DeskClient *client;
  DeskNotifierIsOpenFunc is_open;
  gpointer user_data;
  GSettings *settings;
  DeskSound *sound;
  GHashTable *shown; /* gint64 * → Audience, tickets with a notification */
  gint64 ringing; /* the ticket of the newest offer */
  guint rings;
  guint ring_source;
};

G_DEFINE_FINAL_TYPE (DeskNotifier, desk_notifier, G_TYPE_OBJECT)

static char *
name_notification (gint64 ticket_id)
{
  return g_strdup_printf ("ticket-%" G_GINT64_FORMAT, ticket_id);
}

static gboolean
is_quiet (DeskNotifier *self)
{
  return g_settings_get_boolean (self->settings, "do-not-disturb");
}

static void
show (DeskNotifier *self, DeskTicket *ticket, GNotification *notification, Audience audience)
{
  gint64 id = desk_ticket_get_id (ticket);
  g_autofree char *name = name_notification (id);

  g_notification_set_default_action_and_target (notification, "app.open-ticket", "x", id);
  g_application_send_notification (self->application, name, notification);
  g_hash_table_insert (self->shown, g_memdup2 (&id, sizeof id), GINT_TO_POINTER (audience));
}

static void
withdraw (DeskNotifier *self, gint64 id)
{
  g_autofree char *name = name_notification (id);

  g_application_withdraw_notification (self->application, name);
  g_hash_table_remove (self->shown, &id);
}

/* Nobody who writes is startled. */
static void
play (DeskNotifier *self, DeskSoundKind kind)
{
  if (!desk_client_is_typing (self->client))
    desk_sound_play (self->sound, kind);
}

static gboolean
ring_cb (gpointer user_data)
{
  DeskNotifier *self = user_data;

  if (!g_hash_table_contains (self->shown, &self->ringing)
      || (self->rings == MOST_RINGS
          && desk_client_find_offer (self->client, self->ringing) == NULL))
    {
      self->ring_source = 0;
      return G_SOURCE_REMOVE;
    }

  self->rings++;
  play (self, DESK_SOUND_OFFER);

  return G_SOURCE_CONTINUE;
}

static void
ring (DeskNotifier *self, gint64 id)
{
  g_clear_handle_id (&self->ring_source, g_source_remove);
  self->ringing = id;
  self->rings = 1;
  play (self, DESK_SOUND_OFFER);
  self->ring_source = g_timeout_add_seconds (RING_EVERY_S, ring_cb, self);
}

static void
show_offer (DeskNotifier *self, const DeskOffer *offer)
{
  gint64 now = g_get_real_time ();
  g_autofree char *name = name_notification (offer->ticket_id);
  g_autofree char *age = desk_time_describe_age (offer->waiting_since, now);
  g_autofree char *title = g_strdup_printf (_ ("New chat from %s"), offer->customer);
  g_autofree char *body = NULL;
  g_autoptr (GNotification) notification = g_notification_new (title);

  if (now - offer->waiting_since > G_TIME_SPAN_MINUTE)
    /* TRANSLATORS: what a chat is about, and a length of time such as “3 min” */
    body = g_strdup_printf (_ ("%s, waiting %s"), offer->subject, age);
  g_notification_set_body (notification, body != NULL ? body : offer->subject);
  g_notification_set_priority (notification, G_NOTIFICATION_PRIORITY_URGENT);
  g_notification_add_button_with_target (notification, _ ("Accept"), "app.accept-ticket", "x",
                                         offer->ticket_id);
  g_notification_add_button_with_target (notification, _ ("Decline"), "app.decline-ticket", "x",
                                         offer->ticket_id);
  g_notification_set_default_action_and_target (notification, "app.open-ticket", "x",
                                                offer->ticket_id);
  g_application_send_notification (self->application, name, notification);
  g_hash_table_insert (self->shown, g_memdup2 (&offer->ticket_id, sizeof offer->ticket_id),
                       GINT_TO_POINTER (desk_offer_is_given (offer) ? FOR_US : AS_OFFER));
  ring (self, offer->ticket_id);
}

static void
offered_cb (DeskClient *client, DeskOffer *offer, DeskNotifier *self)
{
  (void) client;
  show_offer (self, offer);
}

static void
offer_gone_cb (DeskClient *client, gint64 ticket_id, const char *reason, const char *by,
               gboolean away, DeskNotifier *self)
{
  (void) client;
  (void) reason;
  (void) by;
  (void) away;
  if (g_hash_table_contains (self->shown, &ticket_id))
    withdraw (self, ticket_id);
}

static void
tell_of_ticket (DeskNotifier *self, DeskTicket *ticket, const char *title, Audience audience)
{
  g_autoptr (GNotification) notification = g_notification_new (title);
  g_autofree char *body = g_strdup_printf ("%s · %s", desk_ticket_get_number (ticket),
                                           desk_ticket_get_subject (ticket));

  g_notification_set_body (notification, body);
  if (audience == FOR_ANYBODY)
    g_notification_add_button_with_target (notification, _ ("Claim"), "app.claim-ticket", "x",
                                           desk_ticket_get_id (ticket));
  else
    g_notification_add_button_with_target (notification, _ ("Open"), "app.open-ticket", "x",
                                           desk_ticket_get_id (ticket));
  show (self, ticket, notification, audience);
  play (self, DESK_SOUND_MESSAGE);
}

static void
assigned_cb (DeskClient *client, DeskTicket *ticket, DeskNotifier *self)
{
  (void) client;
  if (self->is_open (ticket, self->user_data))
    return;

  if (desk_ticket_get_channel (ticket) == DESK_CHANNEL_CHAT)
    {
      g_autoptr (DeskOffer) given = desk_offer_new_given (ticket);

      show_offer (self, given);
    }
  else if (!is_quiet (self))
    tell_of_ticket (self, ticket, _ ("Assigned to you"), FOR_US);
}

static void
ticket_added_cb (DeskStore *store, DeskTicket *ticket, DeskNotifier *self)
{
  g_autofree char *title = NULL;

  (void) store;
  if (is_quiet (self) || !g_settings_get_boolean (self->settings, "notify-unassigned")
      || desk_client_is_loading (self->client) || !desk_ticket_is_waiting (ticket))
    return;

  /* TRANSLATORS: %s is a department */
  title = g_strdup_printf (_ ("New in %s"), desk_ticket_get_department (ticket));
  tell_of_ticket (self, ticket, title, FOR_ANYBODY);
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
      || desk_message_is_from_staff (message) || desk_message_is_system (message) || is_quiet (self)
      || self->is_open (ticket, self->user_data))
    return;

  body = shorten (g_settings_get_boolean (self->settings, "notify-text")
                      ? desk_message_get_summary (message)
                      : _ ("New message"));
  notification = g_notification_new (desk_ticket_get_customer_name (ticket));
  g_notification_set_body (notification, body);
  g_notification_add_button_with_target (notification, _ ("Reply"), "app.reply-ticket", "x", id);
  g_notification_add_button_with_target (notification, _ ("Open"), "app.open-ticket", "x", id);
  show (self, ticket, notification, FOR_US);
  play (self, DESK_SOUND_MESSAGE);
}

/* Read anywhere, or no longer anything to do with us. */
static void
ticket_changed_cb (DeskStore *store, DeskTicket *ticket, DeskNotifier *self)
{
  gint64 id = desk_ticket_get_id (ticket);
  gboolean mine = desk_ticket_get_assignee_id (ticket) == desk_store_get_me (store);
  gpointer audience;

  if (!g_hash_table_lookup_extended (self->shown, &id, NULL, &audience)
      || GPOINTER_TO_INT (audience) == AS_OFFER)
    return;

  if (GPOINTER_TO_INT (audience) == FOR_ANYBODY ? !desk_ticket_is_waiting (ticket)
                                                : !mine || desk_ticket_get_unread (ticket) == 0)
    withdraw (self, id);
}

static void
ticket_removed_cb (DeskStore *store, DeskTicket *ticket, DeskNotifier *self)
{
  gint64 id = desk_ticket_get_id (ticket);

  (void) store;
  if (g_hash_table_contains (self->shown, &id))
    withdraw (self, id);
}

static void
desk_notifier_finalize (GObject *object)
{
  DeskNotifier *self = DESK_NOTIFIER (object);

  g_clear_handle_id (&self->ring_source, g_source_remove);
  g_hash_table_unref (self->shown);
  desk_sound_free (self->sound);
  g_object_unref (self->settings);
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
  self->settings = g_settings_new ("io.github.deskbell.Agent");
  self->sound = desk_sound_new ();
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
  g_signal_connect_object (client, "offered", G_CALLBACK (offered_cb), self, 0);
  g_signal_connect_object (client, "offer-gone", G_CALLBACK (offer_gone_cb), self, 0);
  g_signal_connect_object (store, "ticket-added", G_CALLBACK (ticket_added_cb), self, 0);
  g_signal_connect_object (store, "message-arrived", G_CALLBACK (message_arrived_cb), self, 0);
  g_signal_connect_object (store, "ticket-changed", G_CALLBACK (ticket_changed_cb), self, 0);
  g_signal_connect_object (store, "ticket-removed", G_CALLBACK (ticket_removed_cb), self, 0);

  return self;
}
