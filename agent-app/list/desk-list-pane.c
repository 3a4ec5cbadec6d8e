/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The list of one queue. While pointer or focus is inside, the list is held: nothing moves under
 * either, and a button on top says how many updates wait.
 */

#include "desk-list-pane.h"

#include <glib/gi18n.h>

#include "desk-menu.h"
#include "desk-next.h"
#include "desk-problem-row.h"
#include "desk-queue-pane.h"
#include "desk-ticket-row.h"

#define SKELETON_AFTER_MS 200

/* GTK 4.8 builds some 200 rows, whether they are seen or not. The first frame gets those that fit,
 * the others come a few with each frame, so that no key waits for them. */
#define ROW_HEIGHT 72
#define ROWS_A_FRAME 6
#define ROWS_AT_MOST 220

#define PAGES_AHEAD 4

struct _DeskListPane
{
  GtkWidget parent_instance;

  AdwHeaderBar *header;
  AdwWindowTitle *title;
  GtkWidget *queues_button;
  GtkMenuButton *menu;
  GtkBox *offers;
  GtkRevealer *held_revealer;
  GtkButton *held;
  GtkStack *stack;
  GtkListView *view;
  AdwStatusPage *empty;
  AdwStatusPage *unknown;
  DeskProblemRow *problem;
  GtkWidget *take;
  GtkBox *skeleton;

  DeskClient *client;
  DeskTicketList *list;
  GtkSliceListModel *slice;
  GtkSingleSelection *selection;
  DeskTicket *open;
  guint skeleton_source;
  guint tick; /* the callback that builds rows */
  guint ticks;
  gboolean pointed;
  gboolean focused;
};

enum
{
  OPENED,
  WANT_MORE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (DeskListPane, desk_list_pane, GTK_TYPE_WIDGET)

static void
word_empty (DeskListPane *self)
{
  DeskQueue queue = desk_ticket_list_get_queue (self->list);
  guint waiting = desk_next_count (desk_client_get_store (self->client));
  g_autofree char *call = g_strdup_printf (ngettext ("%u customer waits in the queue.",
                                                     "%u customers wait in the queue.", waiting),
                                           waiting);
  const char *title = _ ("All Caught Up");
  const char *sentence = _ ("Every ticket has somebody.");

  if (queue == DESK_QUEUE_MINE)
    sentence = waiting > 0 ? call : _ ("No customer waits for you.");
  else if (queue == DESK_QUEUE_OUTBOX)
    sentence = _ ("Everything that you wrote is on the server.");
  else if (queue == DESK_QUEUE_ALL)
    {
      title = _ ("No Tickets Yet");
      sentence = _ ("Tickets appear here as soon as a customer writes.");
    }

  adw_status_page_set_title (self->empty, title);
  adw_status_page_set_description (self->empty, sentence);
  gtk_widget_set_visible (self->take, queue == DESK_QUEUE_MINE && waiting > 0);
}

/* An empty list is only then good news when it is known to be empty. */
static void
update_problem (DeskListPane *self, guint n)
{
  const GError *problem
      = desk_client_get_queue_problem (self->client, desk_ticket_list_get_queue (self->list));
  gboolean online = desk_client_is_online (self->client);

  desk_problem_row_show (self->problem,
                         n > 0 && online && problem != NULL ? _ ("Not all tickets could be loaded.")
                                                            : NULL,
                         problem);
  adw_status_page_set_title (self->unknown,
                             online ? _ ("Tickets Could Not Be Loaded") : _ ("Not Connected"));
  adw_status_page_set_description (self->unknown,
                                   online
                                       ? _ ("They are safe on the server.")
                                       : _ ("Your tickets appear as soon as the server answers."));
}

static const char *
choose_page (DeskListPane *self, guint n)
{
  DeskQueue queue = desk_ticket_list_get_queue (self->list);

  if (n > 0)
    return "list";
  if (desk_client_is_loading (self->client))
    return "loading";
  if (!desk_client_is_known (self->client)
      || desk_client_get_queue_problem (self->client, queue) != NULL)
    return "unknown";

  return "empty";
}

static gboolean
show_skeleton_cb (gpointer user_data)
{
  DeskListPane *self = user_data;

  self->skeleton_source = 0;
  gtk_widget_set_visible (GTK_WIDGET (self->skeleton), TRUE);

  return G_SOURCE_REMOVE;
}

static void
update_page (DeskListPane *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->list));
  gboolean waiting = n == 0 && desk_client_is_loading (self->client);

  if (!waiting)
    {
      g_clear_handle_id (&self->skeleton_source, g_source_remove);
      gtk_widget_set_visible (GTK_WIDGET (self->skeleton), FALSE);
    }
  else if (self->skeleton_source == 0 && !gtk_widget_get_visible (GTK_WIDGET (self->skeleton)))
    self->skeleton_source = g_timeout_add (SKELETON_AFTER_MS, show_skeleton_cb, self);

  update_problem (self, n);
  if (n == 0)
    word_empty (self);
  gtk_stack_set_visible_child_name (self->stack, choose_page (self, n));
}

/* While a snapshot comes in there is nothing yet that a reader could hold on to; and a focus that
 * nobody sees, because no key moved it there, is nobody's place. */
static void
update_hold (DeskListPane *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  gboolean by_keys
      = self->focused && GTK_IS_WINDOW (root) && gtk_window_get_focus_visible (GTK_WINDOW (root));

  if (self->list != NULL)
    desk_ticket_list_set_held (self->list, (self->pointed || by_keys)
                                               && !desk_client_is_loading (self->client));
}

static void
client_changed_cb (DeskListPane *self)
{
  update_hold (self);
  update_page (self);
}

static void
update_held (DeskListPane *self)
{
  guint n = desk_ticket_list_get_n_held (self->list);
  g_autofree char *sentence = g_strdup_printf (ngettext ("%u update", "%u updates", n), n);

  if (n > 0)
    gtk_button_set_label (self->held, sentence);
  gtk_revealer_set_reveal_child (self->held_revealer, n > 0);
}

static void
pointer_enter_cb (DeskListPane *self)
{
  self->pointed = TRUE;
  update_hold (self);
}

static void
pointer_leave_cb (DeskListPane *self)
{
  self->pointed = FALSE;
  update_hold (self);
}

static void
focus_enter_cb (DeskListPane *self)
{
  self->focused = TRUE;
  update_hold (self);
}

static void
focus_leave_cb (DeskListPane *self)
{
  self->focused = FALSE;
  update_hold (self);
}

static void
release_cb (GtkButton *button, DeskListPane *self)
{
  (void) button;
  desk_ticket_list_release (self->list);
}

static void
retry_cb (DeskProblemRow *row, DeskListPane *self)
{
  (void) row;
  desk_client_retry_queue (self->client, desk_ticket_list_get_queue (self->list));
}

static void
retry_page_cb (GtkButton *button, DeskListPane *self)
{
  (void) button;
  if (desk_client_is_online (self->client))
    desk_client_retry_queue (self->client, desk_ticket_list_get_queue (self->list));
  else
    desk_live_hurry (desk_client_get_live (self->client));
}

/* GtkListView keeps what it shows where it is: a row that comes in above the first one would be out
 * of sight. Who reads the top of the list wants to see what is new there. */
static void
rows_changed_cb (DeskListPane *self, guint position)
{
  GtkAdjustment *adjustment = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (self->view));

  if (position == 0 && self->tick == 0 && gtk_adjustment_get_value (adjustment) <= 0)
    gtk_widget_activate_action (GTK_WIDGET (self->view), "list.scroll-to-item", "u", 0);
}

/* Asks for the next rows while there are still some to scroll through. */
static void
scrolled_cb (DeskListPane *self)
{
  GtkAdjustment *adjustment = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (self->view));
  double page = gtk_adjustment_get_page_size (adjustment);
  double left = gtk_adjustment_get_upper (adjustment) - gtk_adjustment_get_value (adjustment);

  if (self->tick == 0 && self->list != NULL && left < (1 + PAGES_AHEAD) * page)
    g_signal_emit (self, signals[WANT_MORE], 0);
}

static void
activate_cb (GtkListView *view, guint position, DeskListPane *self)
{
  g_autoptr (DeskTicket) ticket = g_list_model_get_item (G_LIST_MODEL (self->list), position);

  (void) view;
  if (ticket != NULL)
    g_signal_emit (self, signals[OPENED], 0, ticket);
}

static void
clicked_cb (DeskTicketRow *row, DeskListPane *self)
{
  g_signal_emit (self, signals[OPENED], 0, desk_ticket_row_get_ticket (row));
}

static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer user_data)
{
  GtkWidget *row = desk_ticket_row_new ();

  (void) factory;
  g_signal_connect (row, "clicked", G_CALLBACK (clicked_cb), user_data);
  gtk_list_item_set_child (item, row);
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer user_data)
{
  DeskListPane *self = user_data;

  (void) factory;
  desk_ticket_row_set_ticket (DESK_TICKET_ROW (gtk_list_item_get_child (item)),
                              gtk_list_item_get_item (item),
                              desk_store_get_me (desk_client_get_store (self->client)));
}

static void
unbind_cb (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer user_data)
{
  (void) factory;
  (void) user_data;
  desk_ticket_row_set_ticket (DESK_TICKET_ROW (gtk_list_item_get_child (item)), NULL, 0);
}

/* GtkListView of GTK 4.8 has no function that moves its focus. */
static gboolean
focus_row (DeskListPane *self, DeskTicket *ticket)
{
  GtkWidget *item = gtk_widget_get_first_child (GTK_WIDGET (self->view));

  while (item != NULL)
    {
      DeskTicketRow *row = DESK_TICKET_ROW (gtk_widget_get_first_child (item));

      if (desk_ticket_row_get_ticket (row) == ticket)
        return gtk_widget_grab_focus (item);
      item = gtk_widget_get_next_sibling (item);
    }

  return gtk_widget_grab_focus (GTK_WIDGET (self->view));
}

static gboolean
step_cb (GtkWidget *widget, GVariant *arguments, gpointer user_data)
{
  DeskListPane *self = DESK_LIST_PANE (user_data);
  g_autoptr (DeskTicket) ticket
      = desk_list_pane_get_neighbour (self, g_variant_get_int32 (arguments));

  (void) widget;
  if (ticket == NULL)
    return FALSE;

  desk_list_pane_select (self, ticket);
  focus_row (self, ticket);

  return TRUE;
}

static void
add_keys (DeskListPane *self)
{
  GtkEventController *keys = gtk_shortcut_controller_new ();
  const struct
  {
    guint key;
    int step;
  } steps[] = { { GDK_KEY_j, 1 }, { GDK_KEY_k, -1 } };

  for (gsize i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      GtkShortcut *shortcut = gtk_shortcut_new (gtk_keyval_trigger_new (steps[i].key, 0),
                                                gtk_callback_action_new (step_cb, self, NULL));

      gtk_shortcut_set_arguments (shortcut, g_variant_new_int32 (steps[i].step));
      gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (keys), shortcut);
    }
  gtk_widget_add_controller (GTK_WIDGET (self->view), keys);
}

static guint
count_fitting_rows (DeskListPane *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  int width = 0;
  int height = 0;

  if (GTK_IS_WINDOW (root))
    gtk_window_get_default_size (GTK_WINDOW (root), &width, &height);

  return (guint) MAX (height, 0) / ROW_HEIGHT + 1;
}

static gboolean
tick_cb (GtkWidget *view, GdkFrameClock *clock, gpointer user_data)
{
  DeskListPane *self = user_data;
  guint n = gtk_slice_list_model_get_size (self->slice) + ROWS_A_FRAME;

  (void) view;
  (void) clock;
  if (++self->ticks < 2)
    return G_SOURCE_CONTINUE;

  if (n < MIN (ROWS_AT_MOST, g_list_model_get_n_items (G_LIST_MODEL (self->list))))
    {
      gtk_slice_list_model_set_size (self->slice, n);
      return G_SOURCE_CONTINUE;
    }

  gtk_slice_list_model_set_size (self->slice, G_MAXUINT);
  desk_list_pane_select (self, self->open);
  self->tick = 0;

  return G_SOURCE_REMOVE;
}

void
desk_list_pane_show (DeskListPane *self, DeskClient *client, DeskTicketList *list)
{
  g_autoptr (GtkSingleSelection) selection = NULL;

  if (self->list != NULL)
    {
      desk_ticket_list_set_held (self->list, FALSE);
      g_signal_handlers_disconnect_by_data (self->list, self);
    }
  if (self->client != NULL)
    g_signal_handlers_disconnect_by_data (self->client, self);

  g_set_object (&self->client, client);
  g_set_object (&self->list, list);
  self->slice
      = gtk_slice_list_model_new (g_object_ref (G_LIST_MODEL (list)), 0, count_fitting_rows (self));
  selection = gtk_single_selection_new (G_LIST_MODEL (self->slice));
  gtk_single_selection_set_autoselect (selection, FALSE);
  gtk_single_selection_set_can_unselect (selection, TRUE);
  gtk_single_selection_set_selected (selection, GTK_INVALID_LIST_POSITION);
  self->selection = selection;
  gtk_list_view_set_model (self->view, GTK_SELECTION_MODEL (selection));
  g_signal_connect_object (selection, "items-changed", G_CALLBACK (rows_changed_cb), self,
                           G_CONNECT_SWAPPED);
  self->ticks = 0;
  if (self->tick == 0)
    self->tick = gtk_widget_add_tick_callback (GTK_WIDGET (self->view), tick_cb, self, NULL);

  g_signal_connect_object (client, "changed", G_CALLBACK (client_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (list, "items-changed", G_CALLBACK (update_page), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (list, "notify::n-held", G_CALLBACK (update_held), self,
                           G_CONNECT_SWAPPED);
  adw_window_title_set_title (self->title,
                              desk_queue_get_label (desk_ticket_list_get_queue (list)));
  update_page (self);
  update_held (self);
  update_hold (self);
  desk_list_pane_select (self, self->open);
}

void
desk_list_pane_select (DeskListPane *self, DeskTicket *ticket)
{
  guint position;

  g_set_object (&self->open, ticket);
  if (self->list == NULL)
    return;

  position = ticket != NULL ? desk_ticket_list_find (self->list, ticket) : G_MAXUINT;
  if (position >= g_list_model_get_n_items (G_LIST_MODEL (self->slice)))
    position = GTK_INVALID_LIST_POSITION;
  gtk_single_selection_set_selected (self->selection, position);
  if (position != GTK_INVALID_LIST_POSITION)
    gtk_widget_activate_action (GTK_WIDGET (self->view), "list.scroll-to-item", "u", position);
}

DeskTicket *
desk_list_pane_get_neighbour (DeskListPane *self, int step)
{
  guint n = self->list != NULL ? g_list_model_get_n_items (G_LIST_MODEL (self->list)) : 0;
  guint selected = n > 0 ? gtk_single_selection_get_selected (self->selection) : 0;
  int next;

  if (n == 0)
    return NULL;

  next = selected == GTK_INVALID_LIST_POSITION ? 0 : (int) selected + step;

  return g_list_model_get_item (G_LIST_MODEL (self->list), (guint) CLAMP (next, 0, (int) n - 1));
}

void
desk_list_pane_set_folded (DeskListPane *self, gboolean queues_folded, gboolean alone)
{
  gtk_widget_set_visible (self->queues_button, queues_folded);
  gtk_widget_set_visible (GTK_WIDGET (self->menu), queues_folded);
  gtk_menu_button_set_primary (self->menu, queues_folded);
  adw_header_bar_set_show_start_title_buttons (self->header, queues_folded);
  adw_header_bar_set_show_end_title_buttons (self->header, alone);
  adw_header_bar_set_decoration_layout (self->header, alone ? ":close" : NULL);
}

void
desk_list_pane_set_menu (DeskListPane *self, GMenuModel *menu)
{
  desk_menu_attach (self->menu, menu);
}

gboolean
desk_list_pane_focus (DeskListPane *self)
{
  if (g_strcmp0 (gtk_stack_get_visible_child_name (self->stack), "list") == 0)
    return focus_row (self, self->open);

  return gtk_widget_child_focus (GTK_WIDGET (self->stack), GTK_DIR_TAB_FORWARD);
}

GtkBox *
desk_list_pane_get_offers (DeskListPane *self)
{
  return self->offers;
}

static void
watch_attention (DeskListPane *self)
{
  GtkEventController *pointer = gtk_event_controller_motion_new ();
  GtkEventController *focus = gtk_event_controller_focus_new ();

  g_signal_connect_swapped (pointer, "enter", G_CALLBACK (pointer_enter_cb), self);
  g_signal_connect_swapped (pointer, "leave", G_CALLBACK (pointer_leave_cb), self);
  g_signal_connect_swapped (focus, "enter", G_CALLBACK (focus_enter_cb), self);
  g_signal_connect_swapped (focus, "leave", G_CALLBACK (focus_leave_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self->view), pointer);
  gtk_widget_add_controller (GTK_WIDGET (self->view), focus);
}

static void
desk_list_pane_dispose (GObject *object)
{
  DeskListPane *self = DESK_LIST_PANE (object);
  GtkWidget *child;

  g_clear_handle_id (&self->skeleton_source, g_source_remove);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  g_clear_object (&self->list);
  g_clear_object (&self->client);
  g_clear_object (&self->open);

  G_OBJECT_CLASS (desk_list_pane_parent_class)->dispose (object);
}

static void
desk_list_pane_class_init (DeskListPaneClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = desk_list_pane_dispose;
  g_type_ensure (DESK_TYPE_PROBLEM_ROW);
  signals[OPENED] = g_signal_new ("opened", DESK_TYPE_LIST_PANE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 1, DESK_TYPE_TICKET);
  signals[WANT_MORE] = g_signal_new ("want-more", DESK_TYPE_LIST_PANE, G_SIGNAL_RUN_LAST, 0, NULL,
                                     NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/deskbell/Agent/list/desk-list-pane.ui");
  gtk_widget_class_bind_template_child (widget_class, DeskListPane, header);
  gtk_widget_class_bind_template_child (widget_class, DeskListPane, title);
  gtk_widget_class_bind_template_child (widget_class, DeskListPane, queues_button);
  gtk_widget_class_bind_template_child (widget_class, DeskListPane, menu);
  gtk_widget_class_bind_template_child (widget_class, DeskListPane, offers);
  gtk_widget_class_bind_template_child (widget_class, DeskListPane, held_revealer);
  gtk_widget_class_bind_template_child (widget_class, DeskListPane, held);
  gtk_widget_class_bind_template_child (widget_class, DeskListPane, stack);
  gtk_widget_class_bind_template_child (widget_class, DeskListPane, view);
  gtk_widget_class_bind_template_child (widget_class, DeskListPane, empty);
  gtk_widget_class_bind_template_child (widget_class, DeskListPane, unknown);
  gtk_widget_class_bind_template_child (widget_class, DeskListPane, problem);
  gtk_widget_class_bind_template_child (widget_class, DeskListPane, take);
  gtk_widget_class_bind_template_child (widget_class, DeskListPane, skeleton);
  gtk_widget_class_bind_template_callback (widget_class, release_cb);
  gtk_widget_class_bind_template_callback (widget_class, retry_cb);
  gtk_widget_class_bind_template_callback (widget_class, retry_page_cb);
  gtk_widget_class_bind_template_callback (widget_class, activate_cb);
}

static void
desk_list_pane_init (DeskListPane *self)
{
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();
  GtkAdjustment *adjustment;

  gtk_widget_init_template (GTK_WIDGET (self));
  adjustment = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (self->view));
  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), self);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), self);
  g_signal_connect (factory, "unbind", G_CALLBACK (unbind_cb), self);
  gtk_list_view_set_factory (self->view, factory);
  g_signal_connect_object (adjustment, "value-changed", G_CALLBACK (scrolled_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (adjustment, "changed", G_CALLBACK (scrolled_cb), self,
                           G_CONNECT_SWAPPED);
  add_keys (self);
  watch_attention (self);
}
