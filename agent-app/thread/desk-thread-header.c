/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The header of a conversation. On a page of its own it is one line and names the customer; beside
 * the list, where the customer is named already, it names the subject and has a bar below it.
 */

#include "desk-thread-header.h"

#include <glib/gi18n.h>

#include "desk-avatar.h"
#include "desk-mark.h"
#include "desk-menu.h"

#define AVATAR_SIZE 20
#define MOST_VIEWERS 3

struct _DeskThreadHeader
{
  GtkWidget parent_instance;

  GtkWindowControls *controls;
  GtkWidget *back;
  GtkWidget *titles;
  GtkLabel *title;
  GtkLabel *subtitle;
  GtkMenuButton *small_status;
  DeskMark *small_mark;
  GtkWidget *resolve;
  AdwButtonContent *resolve_content;
  GtkWidget *customer_button;
  GtkWidget *menu_button;
  GMenuModel *ticket_menu;
  GtkWidget *ticket_bar;
  GtkMenuButton *status_button;
  DeskMark *status_mark;
  GtkLabel *status;
  DeskMark *priority_mark;
  GtkLabel *priority;
  DeskAvatar *assignee_avatar;
  GtkLabel *assignee;
  GtkWidget *take;
  GtkBox *viewers;
  GtkButton *number;

  DeskClient *client;
  DeskTicket *ticket;
  gboolean alone;
};

G_DEFINE_FINAL_TYPE (DeskThreadHeader, desk_thread_header, GTK_TYPE_WIDGET)

static gboolean
may_move (DeskThreadHeader *self, DeskStatus to)
{
  return desk_client_may_move (self->client, desk_ticket_get_status (self->ticket), to);
}

static void
update_status_menu (DeskThreadHeader *self)
{
  g_autoptr (GMenu) menu = g_menu_new ();

  for (guint i = 0; i < DESK_N_STATUSES; i++)
    {
      g_autoptr (GMenuItem) item = NULL;

      if (!may_move (self, i))
        continue;
      item = g_menu_item_new (desk_status_get_label (i), NULL);
      g_menu_item_set_action_and_target (item, "win.status", "s", desk_status_to_string (i));
      g_menu_append_item (menu, item);
    }

  gtk_menu_button_set_menu_model (self->status_button, G_MENU_MODEL (menu));
  gtk_menu_button_set_menu_model (self->small_status, G_MENU_MODEL (menu));
}

static void
set_name (gpointer widget, const char *name)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static void
update_status (DeskThreadHeader *self)
{
  DeskStatus status = desk_ticket_get_status (self->ticket);
  const char *word = desk_status_get_label (status);
  /* TRANSLATORS: %s is a status such as “In Progress” */
  g_autofree char *name = g_strdup_printf (_ ("Status: %s"), word);

  desk_mark_set_status (self->status_mark, status);
  desk_mark_set_status (self->small_mark, status);
  gtk_label_set_label (self->status, word);
  set_name (self->status_button, name);
  set_name (self->small_status, name);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->small_status), name);
  update_status_menu (self);
}

static void
update_assignee (DeskThreadHeader *self)
{
  const char *name = desk_ticket_get_assignee_name (self->ticket);
  gint64 id = desk_ticket_get_assignee_id (self->ticket);
  gboolean mine = id != 0 && id == desk_store_get_me (desk_client_get_store (self->client));

  gtk_widget_set_visible (GTK_WIDGET (self->assignee_avatar), id != 0);
  desk_avatar_set_person (self->assignee_avatar, name);
  gtk_label_set_label (self->assignee, mine      ? _ ("You")
                                       : id == 0 ? _ ("Nobody yet")
                                       : name    ? name
                                                 : "");
  gtk_widget_set_visible (self->take,
                          id == 0 && desk_status_is_active (desk_ticket_get_status (self->ticket))
                              && desk_client_may (self->client, "edit_tickets"));
}

static void
add_viewer (DeskThreadHeader *self, const char *name)
{
  GtkWidget *avatar = g_object_new (DESK_TYPE_AVATAR, "size", AVATAR_SIZE, NULL);
  g_autofree char *words = g_strdup_printf (_ ("%s is here too"), name);

  desk_avatar_set_person (DESK_AVATAR (avatar), name);
  gtk_widget_set_tooltip_text (avatar, words);
  gtk_box_append (self->viewers, avatar);
}

static void
update_viewers (DeskThreadHeader *self)
{
  const char *const *names = desk_ticket_get_viewers (self->ticket);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->viewers))) != NULL)
    gtk_box_remove (self->viewers, child);
  for (guint i = 0; i < MOST_VIEWERS && names[i] != NULL; i++)
    add_viewer (self, names[i]);
}

static void
update_titles (DeskThreadHeader *self)
{
  const char *customer = desk_ticket_get_customer_name (self->ticket);
  const char *subject = desk_ticket_get_subject (self->ticket);

  gtk_label_set_label (self->title, self->alone ? customer : subject);
  gtk_label_set_label (self->subtitle, self->alone ? subject : customer);
  gtk_widget_set_tooltip_text (self->titles, subject);
}

static void
update (DeskThreadHeader *self)
{
  gboolean shown = self->ticket != NULL;

  /* Not the box around them: it keeps the window's buttons at the end. */
  gtk_widget_set_has_tooltip (self->titles, shown);
  gtk_widget_set_visible (GTK_WIDGET (self->title), shown);
  gtk_widget_set_visible (GTK_WIDGET (self->subtitle), shown);
  gtk_widget_set_visible (self->menu_button, shown);
  gtk_widget_set_visible (self->customer_button, shown);
  gtk_widget_set_visible (self->ticket_bar, shown && !self->alone);
  gtk_widget_set_visible (GTK_WIDGET (self->small_status), shown && self->alone);
  /* A page of its own has no room for the button; the menu has the same command. */
  gtk_widget_set_visible (self->resolve,
                          shown && !self->alone && may_move (self, DESK_STATUS_RESOLVED));
  if (!shown)
    return;

  update_titles (self);
  update_status (self);
  update_assignee (self);
  update_viewers (self);
  desk_mark_set_priority (self->priority_mark, desk_ticket_get_priority (self->ticket));
  gtk_label_set_label (self->priority,
                       desk_priority_get_label (desk_ticket_get_priority (self->ticket)));
  gtk_button_set_label (self->number, desk_ticket_get_number (self->ticket));
}

void
desk_thread_header_show (DeskThreadHeader *self, DeskClient *client, DeskTicket *ticket)
{
  if (self->ticket != NULL)
    g_signal_handlers_disconnect_by_data (self->ticket, self);
  if (self->client != NULL)
    g_signal_handlers_disconnect_by_data (self->client, self);

  g_set_object (&self->client, client);
  g_set_object (&self->ticket, ticket);
  if (client != NULL)
    g_signal_connect_object (client, "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  if (ticket != NULL)
    g_signal_connect_object (ticket, "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
}

void
desk_thread_header_popup_status (DeskThreadHeader *self)
{
  gtk_menu_button_popup (self->alone ? self->small_status : self->status_button);
}

void
desk_thread_header_set_shape (DeskThreadHeader *self, gboolean alone, gboolean last, gboolean roomy)
{
  self->alone = alone;
  gtk_widget_set_visible (self->back, alone);
  adw_button_content_set_label (self->resolve_content, roomy ? _ ("Resolve") : "");
  gtk_widget_set_visible (GTK_WIDGET (self->controls), last);
  gtk_window_controls_set_decoration_layout (self->controls, alone ? ":close" : NULL);
  update (self);
}

static void
desk_thread_header_dispose (GObject *object)
{
  DeskThreadHeader *self = DESK_THREAD_HEADER (object);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  g_clear_object (&self->ticket);
  g_clear_object (&self->client);

  G_OBJECT_CLASS (desk_thread_header_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, DeskThreadHeader, controls);
  gtk_widget_class_bind_template_child (widget_class, DeskThreadHeader, back);
  gtk_widget_class_bind_template_child (widget_class, DeskThreadHeader, titles);
  gtk_widget_class_bind_template_child (widget_class, DeskThreadHeader, title);
  gtk_widget_class_bind_template_child (widget_class, DeskThreadHeader, subtitle);
  gtk_widget_class_bind_template_child (widget_class, DeskThreadHeader, small_status);
  gtk_widget_class_bind_template_child (widget_class, DeskThreadHeader, small_mark);
  gtk_widget_class_bind_template_child (widget_class, DeskThreadHeader, resolve);
  gtk_widget_class_bind_template_child (widget_class, DeskThreadHeader, resolve_content);
  gtk_widget_class_bind_template_child (widget_class, DeskThreadHeader, customer_button);
  gtk_widget_class_bind_template_child (widget_class, DeskThreadHeader, menu_button);
  gtk_widget_class_bind_template_child (widget_class, DeskThreadHeader, ticket_menu);
  gtk_widget_class_bind_template_child (widget_class, DeskThreadHeader, ticket_bar);
  gtk_widget_class_bind_template_child (widget_class, DeskThreadHeader, status_button);
  gtk_widget_class_bind_template_child (widget_class, DeskThreadHeader, status_mark);
  gtk_widget_class_bind_template_child (widget_class, DeskThreadHeader, status);
  gtk_widget_class_bind_template_child (widget_class, DeskThreadHeader, priority_mark);
  gtk_widget_class_bind_template_child (widget_class, DeskThreadHeader, priority);
  gtk_widget_class_bind_template_child (widget_class, DeskThreadHeader, assignee_avatar);
  gtk_widget_class_bind_template_child (widget_class, DeskThreadHeader, assignee);
  gtk_widget_class_bind_template_child (widget_class, DeskThreadHeader, take);
  gtk_widget_class_bind_template_child (widget_class, DeskThreadHeader, viewers);
  gtk_widget_class_bind_template_child (widget_class, DeskThreadHeader, number);
}

static void
desk_thread_header_class_init (DeskThreadHeaderClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = desk_thread_header_dispose;
  g_type_ensure (DESK_TYPE_AVATAR);
  g_type_ensure (DESK_TYPE_MARK);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/deskbell/Agent/thread/desk-thread-header.ui");
  bind_children (widget_class);
}

static void
desk_thread_header_init (DeskThreadHeader *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  desk_menu_attach (GTK_MENU_BUTTON (self->menu_button), self->ticket_menu);
  update (self);
}
