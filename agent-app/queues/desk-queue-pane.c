/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Queues with live counts. A count that the server has more of than was fetched gets a plus: an
 * honest "100+" instead of a wrong number.
 */

#include "desk-queue-pane.h"

#include <glib/gi18n.h>

#include "desk-menu.h"

typedef struct
{
  GtkWidget *row;
  GtkWidget *cry;
  GtkWidget *count;
} Line;

struct _DeskQueuePane
{
  GtkWidget parent_instance;

  GtkListBox *queues;
  GtkMenuButton *menu_button;
  GtkWidget *presence;
  GMenuModel *presence_menu;
  GtkWidget *presence_box;
  GtkWidget *presence_dot;
  GtkLabel *presence_word;
  GtkLabel *load;
  GtkLabel *name;

  DeskClient *client;
  DeskTicketList *lists[DESK_N_QUEUES];
  Line lines[DESK_N_QUEUES];
};

enum
{
  SELECTED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (DeskQueuePane, desk_queue_pane, GTK_TYPE_WIDGET)

static const char *const labels[] = {
  [DESK_QUEUE_MINE] = N_ ("Mine"),       [DESK_QUEUE_UNASSIGNED] = N_ ("Unassigned"),
  [DESK_QUEUE_WAITING] = N_ ("Waiting"), [DESK_QUEUE_ALL] = N_ ("All"),
  [DESK_QUEUE_OUTBOX] = N_ ("Outbox"),
};

static const char *const icons[] = {
  [DESK_QUEUE_MINE] = "avatar-default-symbolic",
  [DESK_QUEUE_UNASSIGNED] = "deskbell-unassigned-symbolic",
  [DESK_QUEUE_WAITING] = "deskbell-waiting-symbolic",
  [DESK_QUEUE_ALL] = "deskbell-all-symbolic",
  [DESK_QUEUE_OUTBOX] = "mail-send-symbolic",
};

const char *
desk_queue_get_label (DeskQueue queue)
{
  return _ (labels[queue]);
}

static void
update_counts (DeskQueuePane *self)
{
  for (guint i = 0; i < DESK_N_QUEUES; i++)
    {
      DeskTicketList *list = self->lists[i];
      guint n = g_list_model_get_n_items (G_LIST_MODEL (list));
      gboolean more = !desk_client_is_complete (self->client, i) && n >= 100;
      g_autofree char *count = g_strdup_printf (more ? "%u+" : "%u", n);
      g_autofree char *name = NULL;

      gtk_label_set_label (GTK_LABEL (self->lines[i].count), n > 0 ? count : "");
      if (i == DESK_QUEUE_OUTBOX)
        gtk_widget_set_visible (self->lines[i].row, n > 0
                                                        || gtk_list_box_row_is_selected (
                                                            GTK_LIST_BOX_ROW (self->lines[i].row)));
      gtk_widget_set_visible (self->lines[i].cry, desk_ticket_list_has_urgent (list));
      name = g_strdup_printf (desk_ticket_list_has_urgent (list)
                                  /* TRANSLATORS: a queue's name and how many tickets are in it */
                                  ? _ ("%s, %s, urgent inside")
                                  : _ ("%s, %s"),
                              desk_queue_get_label (i), count);
      gtk_accessible_update_property (GTK_ACCESSIBLE (self->lines[i].row),
                                      GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
    }
}

static void
update_presence (DeskQueuePane *self)
{
  DeskPresence presence = desk_client_get_presence (self->client);
  gboolean online = desk_client_is_online (self->client);
  const char *word = online ? desk_presence_get_label (presence) : _ ("Not connected");
  const char *classes[] = { "presence-dot", NULL, NULL };
  guint limit;
  guint load = desk_client_get_load (self->client, &limit);
  g_autofree char *text = NULL;
  g_autofree char *label = NULL;

  classes[1] = online ? desk_presence_to_string (presence) : "offline";
  gtk_widget_set_css_classes (self->presence_dot, classes);
  gtk_label_set_label (self->presence_word, word);
  if (limit > 0)
    /* TRANSLATORS: how many chats an agent has, of how many at most */
    text = g_strdup_printf (_ ("%u of %u"), load, limit);
  gtk_label_set_label (self->load, text != NULL ? text : "");
  label = g_strdup_printf (_ ("Presence: %s, chats: %s"), word, text != NULL ? text : "0");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->presence), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  label, -1);
  gtk_label_set_label (self->name, desk_client_get_my_name (self->client) != NULL
                                       ? desk_client_get_my_name (self->client)
                                       : "");
}

static void
changed_cb (DeskQueuePane *self)
{
  update_counts (self);
  update_presence (self);
}

void
desk_queue_pane_set_client (DeskQueuePane *self, DeskClient *client, DeskTicketList *const *lists)
{
  g_set_object (&self->client, client);
  g_signal_connect_object (client, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  for (guint i = 0; i < DESK_N_QUEUES; i++)
    {
      g_set_object (&self->lists[i], lists[i]);
      g_signal_connect_object (lists[i], "items-changed", G_CALLBACK (changed_cb), self,
                               G_CONNECT_SWAPPED);
      g_signal_connect_object (lists[i], "notify::has-urgent", G_CALLBACK (changed_cb), self,
                               G_CONNECT_SWAPPED);
    }
  changed_cb (self);
}

void
desk_queue_pane_select (DeskQueuePane *self, DeskQueue queue)
{
  gtk_list_box_select_row (self->queues, GTK_LIST_BOX_ROW (self->lines[queue].row));
}

void
desk_queue_pane_set_menu (DeskQueuePane *self, GMenuModel *menu)
{
  desk_menu_attach (self->menu_button, menu);
}

void
desk_queue_pane_set_folded (DeskQueuePane *self, gboolean folded)
{
  gtk_menu_button_set_primary (self->menu_button, !folded);
}

gboolean
desk_queue_pane_focus (DeskQueuePane *self)
{
  GtkListBoxRow *row = gtk_list_box_get_selected_row (self->queues);

  return row != NULL && gtk_widget_grab_focus (GTK_WIDGET (row));
}

static void
row_activated_cb (GtkListBox *box, GtkListBoxRow *row, DeskQueuePane *self)
{
  (void) box;
  g_signal_emit (self, signals[SELECTED], 0, (guint) gtk_list_box_row_get_index (row));
}

static void
add_line (DeskQueuePane *self, DeskQueue queue)
{
  Line *line = &self->lines[queue];
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  GtkWidget *label = gtk_label_new (desk_queue_get_label (queue));

  line->row = gtk_list_box_row_new ();
  line->cry = gtk_label_new ("‼");
  line->count = gtk_label_new (NULL);
  gtk_widget_add_css_class (line->cry, "urgent-inside");
  gtk_widget_set_tooltip_text (line->cry, _ ("Urgent inside"));
  gtk_widget_add_css_class (line->count, "numeric");
  gtk_widget_add_css_class (line->count, "dim-label");
  gtk_widget_set_hexpand (label, TRUE);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_box_append (GTK_BOX (box), gtk_image_new_from_icon_name (icons[queue]));
  gtk_box_append (GTK_BOX (box), label);
  gtk_box_append (GTK_BOX (box), line->cry);
  gtk_box_append (GTK_BOX (box), line->count);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (line->row), box);
  gtk_list_box_append (self->queues, line->row);
}

static void
desk_queue_pane_dispose (GObject *object)
{
  DeskQueuePane *self = DESK_QUEUE_PANE (object);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  for (guint i = 0; i < DESK_N_QUEUES; i++)
    g_clear_object (&self->lists[i]);
  g_clear_object (&self->client);

  G_OBJECT_CLASS (desk_queue_pane_parent_class)->dispose (object);
}

static void
desk_queue_pane_class_init (DeskQueuePaneClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = desk_queue_pane_dispose;
  signals[SELECTED] = g_signal_new ("selected", DESK_TYPE_QUEUE_PANE, G_SIGNAL_RUN_LAST, 0, NULL,
                                    NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);

  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/deskbell/Agent/queues/desk-queue-pane.ui");
  gtk_widget_class_bind_template_child (widget_class, DeskQueuePane, queues);
  gtk_widget_class_bind_template_child (widget_class, DeskQueuePane, menu_button);
  gtk_widget_class_bind_template_child (widget_class, DeskQueuePane, presence);
  gtk_widget_class_bind_template_child (widget_class, DeskQueuePane, presence_menu);
  gtk_widget_class_bind_template_child (widget_class, DeskQueuePane, presence_box);
  gtk_widget_class_bind_template_child (widget_class, DeskQueuePane, presence_dot);
  gtk_widget_class_bind_template_child (widget_class, DeskQueuePane, presence_word);
  gtk_widget_class_bind_template_child (widget_class, DeskQueuePane, load);
  gtk_widget_class_bind_template_child (widget_class, DeskQueuePane, name);
  gtk_widget_class_bind_template_callback (widget_class, row_activated_cb);
}

static void
desk_queue_pane_init (DeskQueuePane *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  desk_menu_attach (GTK_MENU_BUTTON (self->presence), self->presence_menu);
  /* GtkMenuButton wraps its child into a box that it centres. */
  gtk_widget_set_halign (gtk_widget_get_parent (self->presence_box), GTK_ALIGN_FILL);
  for (guint i = 0; i < DESK_N_QUEUES; i++)
    add_line (self, i);
}
