/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * A call stays until it is answered or over; that somebody is needed no more is said for a while.
 */

#include "desk-standby-bar.h"

#include <glib/gi18n.h>

#include "desk-standby.h"

#define NOTIFICATION "standby"
#define HIDE_AFTER_S 8
#define MINUTE_S 60

struct _DeskStandbyBar
{
  GtkWidget parent_instance;

  GtkWidget *revealer;
  GtkWidget *label;
  GtkWidget *buttons;

  DeskStandby *standby;
  GSimpleActionGroup *actions;
  gint64 told; /* the call of the newest notification */
  guint source;
};

G_DEFINE_FINAL_TYPE (DeskStandbyBar, desk_standby_bar, GTK_TYPE_WIDGET)

static char *
describe (const DeskCall *call)
{
  guint minutes = (call->seconds + MINUTE_S / 2) / MINUTE_S;
  const char *format;

  if (call->reason == DESK_CALL_BY_HAND)
    return g_strdup_printf (_ ("%s needs you."), call->department);
  if (call->reason == DESK_CALL_PREDICTED)
    /* TRANSLATORS: %s is a department. */
    format = ngettext ("%s needs you. New chats would wait for %u minute.",
                       "%s needs you. New chats would wait for %u minutes.", minutes);
  else
    /* TRANSLATORS: %s is a department. */
    format = ngettext ("%s needs you. A chat has waited for %u minute.",
                       "%s needs you. A chat has waited for %u minutes.", minutes);
  return g_strdup_printf (format, call->department, minutes);
}

static void
notify_of (DeskStandbyBar *self, const DeskCall *call, const char *sentence)
{
  g_autoptr (GNotification) notification = g_notification_new (_ ("You are called in"));

  if (self->told == call->id)
    return;
  self->told = call->id;
  g_notification_set_body (notification, sentence);
  g_notification_set_priority (notification, G_NOTIFICATION_PRIORITY_HIGH);
  g_notification_add_button (notification, _ ("Join"), "app.join-standby");
  g_application_send_notification (g_application_get_default (), NOTIFICATION, notification);
}

static void
update (DeskStandbyBar *self)
{
  const DeskCall *call = desk_standby_get_call (self->standby);
  GAction *ready = g_action_map_lookup_action (G_ACTION_MAP (self->actions), "ready");

  g_simple_action_set_state (G_SIMPLE_ACTION (ready),
                             g_variant_new_boolean (desk_standby_is_ready (self->standby)));
  g_clear_handle_id (&self->source, g_source_remove);
  gtk_widget_set_visible (self->buttons, call != NULL);
  if (call != NULL)
    {
      g_autofree char *sentence = describe (call);

      gtk_label_set_label (GTK_LABEL (self->label), sentence);
      notify_of (self, call, sentence);
    }
  else
    g_application_withdraw_notification (g_application_get_default (), NOTIFICATION);
  gtk_revealer_set_reveal_child (GTK_REVEALER (self->revealer), call != NULL);
}

static gboolean
hide_cb (gpointer user_data)
{
  DeskStandbyBar *self = user_data;

  self->source = 0;
  gtk_revealer_set_reveal_child (GTK_REVEALER (self->revealer), FALSE);

  return G_SOURCE_REMOVE;
}

static void
say_released (DeskStandbyBar *self)
{
  gtk_label_set_label (GTK_LABEL (self->label),
                       _ ("The wait is short again. You are Away, and your chats stay with you."));
  gtk_revealer_set_reveal_child (GTK_REVEALER (self->revealer), TRUE);
  self->source = g_timeout_add_seconds (HIDE_AFTER_S, hide_cb, self);
}

static void
set_ready_cb (GSimpleAction *action, GVariant *state, gpointer user_data)
{
  DeskStandbyBar *self = user_data;

  (void) action;
  if (self->standby != NULL)
    desk_standby_set_ready (self->standby, g_variant_get_boolean (state));
}

static void
join_cb (GSimpleAction *action, GVariant *none, gpointer user_data)
{
  DeskStandbyBar *self = user_data;

  (void) action;
  (void) none;
  if (self->standby != NULL)
    desk_standby_join (self->standby);
}

static void
dismiss_cb (GSimpleAction *action, GVariant *none, gpointer user_data)
{
  DeskStandbyBar *self = user_data;

  (void) action;
  (void) none;
  if (self->standby != NULL)
    desk_standby_dismiss (self->standby);
}

void
desk_standby_bar_set_client (DeskStandbyBar *self, DeskClient *client)
{
  if (self->standby != NULL)
    g_signal_handlers_disconnect_by_data (self->standby, self);
  g_clear_object (&self->standby);
  self->standby = desk_standby_new (client);
  g_signal_connect_object (self->standby, "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->standby, "released", G_CALLBACK (say_released), self,
                           G_CONNECT_SWAPPED);
  update (self);
}

GActionGroup *
desk_standby_bar_get_actions (DeskStandbyBar *self)
{
  return G_ACTION_GROUP (self->actions);
}

static void
desk_standby_bar_dispose (GObject *object)
{
  DeskStandbyBar *self = DESK_STANDBY_BAR (object);

  g_clear_handle_id (&self->source, g_source_remove);
  g_clear_pointer (&self->revealer, gtk_widget_unparent);
  g_clear_object (&self->standby);
  g_clear_object (&self->actions);

  G_OBJECT_CLASS (desk_standby_bar_parent_class)->dispose (object);
}

static void
desk_standby_bar_class_init (DeskStandbyBarClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = desk_standby_bar_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static GtkWidget *
make_button (const char *label, const char *action)
{
  GtkWidget *button = gtk_button_new_with_label (label);

  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  return button;
}

static void
desk_standby_bar_init (DeskStandbyBar *self)
{
  static const GActionEntry entries[] = {
    { .name = "ready", .state = "false", .change_state = set_ready_cb },
    { .name = "join", .activate = join_cb },
    { .name = "dismiss", .activate = dismiss_cb },
  };
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);

  self->actions = g_simple_action_group_new ();
  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), entries, G_N_ELEMENTS (entries),
                                   self);
  self->revealer = gtk_revealer_new ();
  self->label = g_object_new (GTK_TYPE_LABEL, "accessible-role", GTK_ACCESSIBLE_ROLE_ALERT, "wrap",
                              TRUE, "hexpand", TRUE, "xalign", 0.0f, NULL);
  self->buttons = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  gtk_widget_set_valign (self->buttons, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (self->buttons), make_button (_ ("Not Now"), "standby.dismiss"));
  gtk_box_append (GTK_BOX (self->buttons), make_button (_ ("Join"), "standby.join"));
  gtk_revealer_set_transition_type (GTK_REVEALER (self->revealer),
                                    GTK_REVEALER_TRANSITION_TYPE_SLIDE_UP);
  gtk_widget_add_css_class (box, "connection-bar");
  gtk_box_append (GTK_BOX (box), self->label);
  gtk_box_append (GTK_BOX (box), self->buttons);
  gtk_revealer_set_child (GTK_REVEALER (self->revealer), box);
  gtk_widget_set_parent (self->revealer, GTK_WIDGET (self));
}
