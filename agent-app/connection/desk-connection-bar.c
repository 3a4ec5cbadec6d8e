/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The reconnect bar. A line that is back within two seconds never shows it; when it was shown, the
 * return is said as well, for three seconds.
 */

#include "desk-connection-bar.h"

#include <glib/gi18n.h>

#include "desk-time-label.h"

#define SHOW_AFTER_S 2
#define HIDE_AFTER_S 3

struct _DeskConnectionBar
{
  GtkWidget parent_instance;

  GtkWidget *revealer;
  GtkWidget *box;
  GtkWidget *label;

  DeskClient *client;
  guint source;
};

G_DEFINE_FINAL_TYPE (DeskConnectionBar, desk_connection_bar, GTK_TYPE_WIDGET)

static gboolean
is_shown (DeskConnectionBar *self)
{
  return gtk_revealer_get_reveal_child (GTK_REVEALER (self->revealer));
}

static void
say_offline (DeskConnectionBar *self)
{
  guint n = desk_outbox_get_n_waiting (desk_client_get_outbox (self->client));
  g_autofree char *clock = desk_time_describe_clock (desk_client_get_offline_since (self->client));
  g_autofree char *since = g_strdup_printf (_ ("Offline since %s."), clock);
  g_autofree char *waiting = g_strdup_printf (ngettext ("%u message will be sent later.",
                                                        "%u messages will be sent later.", n),
                                              n);
  g_autofree char *both = g_strdup_printf ("%s %s", since, waiting);

  gtk_widget_remove_css_class (self->box, "good");
  gtk_label_set_label (GTK_LABEL (self->label), n > 0 ? both : since);
}

static gboolean
show_cb (gpointer user_data)
{
  DeskConnectionBar *self = user_data;

  self->source = 0;
  if (!desk_client_is_online (self->client))
    {
      say_offline (self);
      gtk_revealer_set_reveal_child (GTK_REVEALER (self->revealer), TRUE);
    }

  return G_SOURCE_REMOVE;
}

static gboolean
hide_cb (gpointer user_data)
{
  DeskConnectionBar *self = user_data;

  self->source = 0;
  gtk_revealer_set_reveal_child (GTK_REVEALER (self->revealer), FALSE);

  return G_SOURCE_REMOVE;
}

static void
update (DeskConnectionBar *self)
{
  gboolean online = desk_client_is_online (self->client);

  if (!online && is_shown (self))
    {
      g_clear_handle_id (&self->source, g_source_remove);
      say_offline (self);
    }
  else if (!online && self->source == 0)
    self->source = g_timeout_add_seconds (SHOW_AFTER_S, show_cb, self);
  else if (online && is_shown (self) && !gtk_widget_has_css_class (self->box, "good"))
    {
      g_clear_handle_id (&self->source, g_source_remove);
      gtk_widget_add_css_class (self->box, "good");
      gtk_label_set_label (GTK_LABEL (self->label), _ ("Connected. All is up to date."));
      self->source = g_timeout_add_seconds (HIDE_AFTER_S, hide_cb, self);
    }
}

void
desk_connection_bar_set_client (DeskConnectionBar *self, DeskClient *client)
{
  g_set_object (&self->client, client);
  g_signal_connect_object (client, "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (desk_client_get_outbox (client), "changed", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  update (self);
}

static void
desk_connection_bar_dispose (GObject *object)
{
  DeskConnectionBar *self = DESK_CONNECTION_BAR (object);

  g_clear_handle_id (&self->source, g_source_remove);
  g_clear_pointer (&self->revealer, gtk_widget_unparent);
  g_clear_object (&self->client);

  G_OBJECT_CLASS (desk_connection_bar_parent_class)->dispose (object);
}

static void
desk_connection_bar_class_init (DeskConnectionBarClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = desk_connection_bar_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
desk_connection_bar_init (DeskConnectionBar *self)
{
  self->revealer = gtk_revealer_new ();
  self->box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  self->label = g_object_new (GTK_TYPE_LABEL, "accessible-role", GTK_ACCESSIBLE_ROLE_ALERT, "wrap",
                              TRUE, "hexpand", TRUE, "justify", GTK_JUSTIFY_CENTER, NULL);
  gtk_revealer_set_transition_type (GTK_REVEALER (self->revealer),
                                    GTK_REVEALER_TRANSITION_TYPE_SLIDE_UP);
  gtk_widget_add_css_class (self->box, "connection-bar");
  gtk_box_append (GTK_BOX (self->box), self->label);
  gtk_revealer_set_child (GTK_REVEALER (self->revealer), self->box);
  gtk_widget_set_parent (self->revealer, GTK_WIDGET (self));
}
