/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The composer is the desk's own, so that draft, mode and sending are the same in both places; and
 * as a draft has one owner, this window gives way as soon as the desk opens the ticket.
 */

#include "desk-reply-window.h"

#include "desk-composer.h"

struct _DeskReplyWindow
{
  AdwWindow parent_instance;

  AdwWindowTitle *title;
  GtkLabel *said;
  DeskComposer *composer;

  DeskClient *client;
  DeskTicket *ticket;
  DeskThread *thread;
};

G_DEFINE_FINAL_TYPE (DeskReplyWindow, desk_reply_window, ADW_TYPE_WINDOW)

static void
update (DeskReplyWindow *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->thread));

  for (guint i = n; i > 0; i--)
    {
      g_autoptr (DeskMessage) message = g_list_model_get_item (G_LIST_MODEL (self->thread), i - 1);

      if (desk_message_is_system (message) || desk_message_is_from_staff (message))
        continue;
      gtk_label_set_markup (self->said, desk_message_get_markup (message));
      return;
    }

  gtk_label_set_label (self->said, desk_ticket_get_preview (self->ticket) != NULL
                                       ? desk_ticket_get_preview (self->ticket)
                                       : "");
}

static void
opening_cb (DeskReplyWindow *self, gint64 ticket_id)
{
  if (ticket_id == desk_ticket_get_id (self->ticket))
    gtk_window_destroy (GTK_WINDOW (self));
}

static void
send_cb (GtkWidget *widget, const char *name, GVariant *none)
{
  (void) name;
  (void) none;
  if (desk_composer_send (DESK_REPLY_WINDOW (widget)->composer) != NULL)
    gtk_window_destroy (GTK_WINDOW (widget));
}

static void
open_cb (GtkWidget *widget, const char *name, GVariant *none)
{
  DeskTicket *ticket = DESK_REPLY_WINDOW (widget)->ticket;

  (void) name;
  (void) none;
  g_action_group_activate_action (G_ACTION_GROUP (gtk_window_get_application (GTK_WINDOW (widget))),
                                  "open-ticket", g_variant_new_int64 (desk_ticket_get_id (ticket)));
}

static void
desk_reply_window_dispose (GObject *object)
{
  DeskReplyWindow *self = DESK_REPLY_WINDOW (object);

  g_clear_object (&self->thread);
  g_clear_object (&self->ticket);
  g_clear_object (&self->client);

  G_OBJECT_CLASS (desk_reply_window_parent_class)->dispose (object);
}

static void
desk_reply_window_class_init (DeskReplyWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = desk_reply_window_dispose;
  g_type_ensure (DESK_TYPE_COMPOSER);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/deskbell/Agent/reply/desk-reply-window.ui");
  gtk_widget_class_bind_template_child (widget_class, DeskReplyWindow, title);
  gtk_widget_class_bind_template_child (widget_class, DeskReplyWindow, said);
  gtk_widget_class_bind_template_child (widget_class, DeskReplyWindow, composer);
  gtk_widget_class_install_action (widget_class, "win.send", NULL, send_cb);
  gtk_widget_class_install_action (widget_class, "win.open", NULL, open_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
desk_reply_window_init (DeskReplyWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
desk_reply_window_new (GtkApplication *application, DeskClient *client, DeskTicket *ticket)
{
  DeskReplyWindow *self = g_object_new (DESK_TYPE_REPLY_WINDOW, "application", application, NULL);

  self->client = g_object_ref (client);
  self->ticket = g_object_ref (ticket);
  self->thread = g_object_ref (desk_client_open (client, desk_ticket_get_id (ticket)));
  adw_window_title_set_title (self->title, desk_ticket_get_customer_name (ticket));
  adw_window_title_set_subtitle (self->title, desk_ticket_get_subject (ticket));
  desk_composer_show (self->composer, client, ticket);
  g_signal_connect_object (self->thread, "items-changed", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (client, "opening", G_CALLBACK (opening_cb), self, G_CONNECT_SWAPPED);
  update (self);
  desk_composer_focus (self->composer);

  return GTK_WIDGET (self);
}
