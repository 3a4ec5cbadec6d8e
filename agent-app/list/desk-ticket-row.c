/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * A ticket row. It follows its ticket by itself and gives its list item a name, because a screen
 * reader would otherwise read the list item as empty. It also sees to clicks: a GtkListView that
 * opens rows by a single click selects whatever the pointer passes over.
 */

#include "desk-ticket-row.h"

#include <glib/gi18n.h>

#include "desk-avatar.h"
#include "desk-mark.h"
#include "desk-time-label.h"

struct _DeskTicketRow
{
  GtkWidget parent_instance;

  GtkWidget *edge;
  DeskAvatar *avatar;
  GtkLabel *customer;
  GtkWidget *vip;
  GtkLabel *number;
  DeskTimeLabel *age;
  GtkLabel *subject;
  GtkWidget *draft;
  GtkLabel *unread;
  DeskMark *status_mark;
  GtkLabel *status;
  DeskMark *priority_mark;
  GtkLabel *priority;
  GtkLabel *category;
  GtkLabel *typing;
  DeskAvatar *assignee;

  DeskTicket *ticket;
  gint64 me;
};

enum
{
  CLICKED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (DeskTicketRow, desk_ticket_row, GTK_TYPE_WIDGET)

static void
add_part (GString *text, const char *part)
{
  if (part != NULL && *part != '\0')
    g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "", part);
}

char *
desk_ticket_row_describe (DeskTicket *ticket, gint64 me)
{
  GString *text = g_string_new (NULL);
  guint unread = desk_ticket_get_unread (ticket);
  g_autofree char *unread_words = NULL;
  g_autofree char *whose = NULL;

  add_part (text, desk_ticket_get_customer_name (ticket));
  if (desk_ticket_is_vip (ticket))
    add_part (text, _ ("VIP"));
  add_part (text, desk_ticket_get_subject (ticket));
  add_part (text, desk_status_get_label (desk_ticket_get_status (ticket)));
  add_part (text, desk_priority_get_label (desk_ticket_get_priority (ticket)));
  if (unread > 0)
    unread_words = g_strdup_printf (ngettext ("%u unread", "%u unread", unread), unread);
  add_part (text, unread_words);

  if (desk_ticket_get_assignee_id (ticket) == me)
    whose = g_strdup (_ ("assigned to you"));
  else if (desk_ticket_get_assignee_name (ticket) != NULL)
    whose = g_strdup_printf (_ ("assigned to %s"), desk_ticket_get_assignee_name (ticket));
  else
    whose = g_strdup (desk_ticket_is_waiting (ticket) ? _ ("waiting") : _ ("unassigned"));
  add_part (text, whose);

  return g_string_free (text, FALSE);
}

/* At the end stands who has the ticket, where that is not the reader, or who types in it. */
static void
update_whose (DeskTicketRow *self)
{
  const char *typing = desk_ticket_get_typing (self->ticket);
  const char *name = desk_ticket_get_assignee_name (self->ticket);
  gboolean mine = desk_ticket_get_assignee_id (self->ticket) == self->me;
  gboolean shown = typing == NULL && name != NULL && !mine;
  g_autofree char *words = NULL;

  if (typing != NULL)
    words = g_strdup_printf (_ ("%s is typing"), typing);
  gtk_label_set_label (self->typing, words != NULL ? words : "");
  gtk_widget_set_visible (GTK_WIDGET (self->typing), words != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->category), words == NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->assignee), shown);
  if (shown && g_strcmp0 (gtk_widget_get_tooltip_text (GTK_WIDGET (self->assignee)), name) != 0)
    {
      desk_avatar_set_person (self->assignee, name);
      gtk_widget_set_tooltip_text (GTK_WIDGET (self->assignee), name);
    }
}

static void
update_edge (DeskTicketRow *self)
{
  const char *classes[] = { "edge", NULL, NULL };

  classes[1] = desk_priority_to_string (desk_ticket_get_priority (self->ticket));
  gtk_widget_set_css_classes (self->edge, classes);
}

static void
update (DeskTicketRow *self)
{
  DeskTicket *ticket = self->ticket;
  GtkWidget *item = gtk_widget_get_parent (GTK_WIDGET (self));
  guint unread = desk_ticket_get_unread (ticket);
  g_autofree char *count = g_strdup_printf ("%u", unread);
  g_autofree char *description = desk_ticket_row_describe (ticket, self->me);

  desk_avatar_set_person (self->avatar, desk_ticket_get_customer_name (ticket));
  desk_avatar_set_channel (self->avatar, desk_ticket_get_channel (ticket));
  gtk_label_set_label (self->customer, desk_ticket_get_customer_name (ticket));
  gtk_widget_set_visible (self->vip, desk_ticket_is_vip (ticket));
  gtk_label_set_label (self->number, desk_ticket_get_number (ticket));
  desk_time_label_set_time (self->age, desk_ticket_get_last_message_at (ticket));
  gtk_label_set_label (self->subject, desk_ticket_get_subject (ticket));
  gtk_widget_set_visible (self->draft, desk_ticket_has_draft (ticket));
  gtk_label_set_label (self->unread, count);
  gtk_widget_set_visible (GTK_WIDGET (self->unread), unread > 0);
  desk_mark_set_status (self->status_mark, desk_ticket_get_status (ticket));
  gtk_label_set_label (self->status, desk_status_get_label (desk_ticket_get_status (ticket)));
  desk_mark_set_priority (self->priority_mark, desk_ticket_get_priority (ticket));
  gtk_label_set_label (self->priority, desk_priority_get_label (desk_ticket_get_priority (ticket)));
  gtk_label_set_label (self->category, desk_category_get_label (desk_ticket_get_category (ticket)));
  update_whose (self);
  update_edge (self);

  if (unread > 0)
    gtk_widget_add_css_class (GTK_WIDGET (self), "has-unread");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "has-unread");
  if (item != NULL)
    gtk_accessible_update_property (GTK_ACCESSIBLE (item), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                    description, -1);
}

void
desk_ticket_row_set_ticket (DeskTicketRow *self, DeskTicket *ticket, gint64 me)
{
  if (self->ticket != NULL)
    g_signal_handlers_disconnect_by_func (self->ticket, update, self);
  g_set_object (&self->ticket, ticket);
  self->me = me;
  if (ticket == NULL)
    return;

  g_signal_connect_object (ticket, "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
}

DeskTicket *
desk_ticket_row_get_ticket (DeskTicketRow *self)
{
  return self->ticket;
}

static void
released_cb (GtkGestureClick *click, int n, double x, double y, DeskTicketRow *self)
{
  (void) click;
  if (n == 1 && self->ticket != NULL && gtk_widget_contains (GTK_WIDGET (self), x, y))
    g_signal_emit (self, signals[CLICKED], 0);
}

static void
desk_ticket_row_dispose (GObject *object)
{
  DeskTicketRow *self = DESK_TICKET_ROW (object);
  GtkWidget *child;

  desk_ticket_row_set_ticket (self, NULL, 0);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (desk_ticket_row_parent_class)->dispose (object);
}

static void
desk_ticket_row_class_init (DeskTicketRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = desk_ticket_row_dispose;
  signals[CLICKED] = g_signal_new ("clicked", DESK_TYPE_TICKET_ROW, G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
  g_type_ensure (DESK_TYPE_AVATAR);
  g_type_ensure (DESK_TYPE_MARK);
  g_type_ensure (DESK_TYPE_TIME_LABEL);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/deskbell/Agent/list/desk-ticket-row.ui");
  gtk_widget_class_bind_template_child (widget_class, DeskTicketRow, edge);
  gtk_widget_class_bind_template_child (widget_class, DeskTicketRow, avatar);
  gtk_widget_class_bind_template_child (widget_class, DeskTicketRow, customer);
  gtk_widget_class_bind_template_child (widget_class, DeskTicketRow, vip);
  gtk_widget_class_bind_template_child (widget_class, DeskTicketRow, number);
  gtk_widget_class_bind_template_child (widget_class, DeskTicketRow, age);
  gtk_widget_class_bind_template_child (widget_class, DeskTicketRow, subject);
  gtk_widget_class_bind_template_child (widget_class, DeskTicketRow, draft);
  gtk_widget_class_bind_template_child (widget_class, DeskTicketRow, unread);
  gtk_widget_class_bind_template_child (widget_class, DeskTicketRow, status_mark);
  gtk_widget_class_bind_template_child (widget_class, DeskTicketRow, status);
  gtk_widget_class_bind_template_child (widget_class, DeskTicketRow, priority_mark);
  gtk_widget_class_bind_template_child (widget_class, DeskTicketRow, priority);
  gtk_widget_class_bind_template_child (widget_class, DeskTicketRow, category);
  gtk_widget_class_bind_template_child (widget_class, DeskTicketRow, typing);
  gtk_widget_class_bind_template_child (widget_class, DeskTicketRow, assignee);
}

static void
desk_ticket_row_init (DeskTicketRow *self)
{
  GtkGesture *click = gtk_gesture_click_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect (click, "released", G_CALLBACK (released_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
}

GtkWidget *
desk_ticket_row_new (void)
{
  return g_object_new (DESK_TYPE_TICKET_ROW, NULL);
}
