/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Puts the panes together: which ticket is open, which queue is listed, and what folds at which
 * width. What a person can do about it is in desk-agent-window-actions.c.
 */

#include "desk-agent-window.h"

#include <glib/gi18n.h>

#include "desk-agent-window-private.h"
#include "desk-client-commands.h"

#define LEAVE_AFTER_S 20
#define CLOSE_WAITS_S 2

enum
{
  SIGNED_IN,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (DeskAgentWindow, desk_agent_window, ADW_TYPE_APPLICATION_WINDOW)

static void
update_title_buttons (DeskAgentWindow *self)
{
  gboolean queues_folded = adw_flap_get_folded (self->queue_flap);
  gboolean alone = adw_leaflet_get_folded (self->leaflet);
  gboolean customer_shown = !adw_flap_get_folded (self->customer_flap)
                            && adw_flap_get_reveal_flap (self->customer_flap);

  desk_queue_pane_set_folded (self->queues, queues_folded);
  desk_list_pane_set_folded (self->list, queues_folded, alone);
  desk_thread_header_set_shape (desk_thread_pane_get_header (self->thread), alone, !customer_shown,
                                desk_adaptive_get_width (self->adaptive) == DESK_WIDTH_WIDE);
  desk_customer_pane_set_last (self->customer, customer_shown);
}

/* On the page that can be seen. Nothing that is said may cover the place where one writes. */
static void
page_cb (DeskAgentWindow *self)
{
  gboolean on_thread
      = g_strcmp0 (adw_leaflet_get_visible_child_name (self->leaflet), "thread") == 0;
  GtkBox *place = on_thread && adw_leaflet_get_folded (self->leaflet)
                      ? desk_thread_pane_get_offers (self->thread)
                      : desk_list_pane_get_offers (self->list);
  GtkWidget *card = GTK_WIDGET (self->offer);

  if (card != NULL && gtk_widget_get_parent (card) != GTK_WIDGET (place))
    {
      g_autoptr (GtkWidget) kept = g_object_ref (card);

      gtk_box_remove (GTK_BOX (gtk_widget_get_parent (card)), card);
      gtk_box_append (place, card);
    }

  if (on_thread)
    gtk_widget_add_css_class (GTK_WIDGET (self->toasts), "over-composer");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->toasts), "over-composer");
}

static void
shape_cb (DeskAgentWindow *self)
{
  update_title_buttons (self);
  page_cb (self);
}

static void
fold_cb (DeskAgentWindow *self)
{
  DeskWidth width = desk_adaptive_get_width (self->adaptive);
  gboolean wide = width == DESK_WIDTH_WIDE;
  AdwFlapFoldPolicy policy = wide ? ADW_FLAP_FOLD_POLICY_NEVER : ADW_FLAP_FOLD_POLICY_ALWAYS;

  adw_flap_set_fold_policy (self->queue_flap, policy);
  adw_flap_set_reveal_flap (self->queue_flap, wide);
  adw_flap_set_fold_policy (self->customer_flap, policy);
  adw_flap_set_reveal_flap (self->customer_flap, wide);
  adw_leaflet_set_can_unfold (self->leaflet, width != DESK_WIDTH_NARROW);
  update_title_buttons (self);
}

void
desk_agent_window_say (DeskAgentWindow *self, const char *sentence)
{
  g_autofree char *escaped = g_markup_escape_text (sentence, -1);

  adw_toast_overlay_add_toast (self->toasts, adw_toast_new (escaped));
  gtk_label_set_label (self->announcer, sentence);
}

static void
failed_cb (DeskClient *client, const char *sentence, DeskAgentWindow *self)
{
  (void) client;
  desk_agent_window_say (self, sentence);
}

static gboolean
leave_cb (gpointer user_data)
{
  DeskAgentWindow *self = user_data;

  self->leave_source = 0;
  if (self->client != NULL)
    desk_client_set_viewing (self->client, 0);

  return G_SOURCE_REMOVE;
}

/* A glance at another window is no leaving. */
static void
update_viewing (DeskAgentWindow *self)
{
  DeskTicket *ticket = desk_thread_pane_get_ticket (self->thread);
  gboolean active = gtk_window_is_active (GTK_WINDOW (self));

  if (self->client == NULL)
    return;

  if (active || ticket == NULL)
    {
      g_clear_handle_id (&self->leave_source, g_source_remove);
      desk_client_set_viewing (self->client, ticket != NULL ? desk_ticket_get_id (ticket) : 0);
    }
  else if (self->leave_source == 0)
    self->leave_source = g_timeout_add_seconds (LEAVE_AFTER_S, leave_cb, self);
}

/* A look at what is offered is no answer. */
static void
forget_given (DeskAgentWindow *self, DeskTicket *ticket)
{
  gint64 id = desk_ticket_get_id (ticket);
  const DeskOffer *offer = desk_offer_card_find (self->offer, id);

  if (offer != NULL && desk_offer_is_given (offer))
    desk_offer_card_remove (self->offer, id);
}

void
desk_agent_window_show_ticket (DeskAgentWindow *self, DeskTicket *ticket)
{
  desk_thread_pane_show (self->thread, self->client, ticket);
  desk_customer_pane_show (self->customer, ticket);
  desk_list_pane_select (self->list, ticket);
  adw_leaflet_set_visible_child_name (self->leaflet, ticket != NULL ? "thread" : "list");
  if (ticket != NULL)
    forget_given (self, ticket);
  desk_agent_window_update_actions (self);
  desk_thread_pane_mark_read (self->thread);
  update_viewing (self);
}

void
desk_agent_window_show_queue (DeskAgentWindow *self, DeskQueue queue)
{
  self->queue = queue;
  desk_queue_pane_select (self->queues, queue);
  desk_list_pane_show (self->list, self->client, self->lists[queue]);
  adw_leaflet_set_visible_child_name (self->leaflet, "list");
  if (adw_flap_get_folded (self->queue_flap))
    adw_flap_set_reveal_flap (self->queue_flap, FALSE);
}

static void
queue_selected_cb (DeskAgentWindow *self, guint queue)
{
  desk_agent_window_show_queue (self, queue);
}

static void
opened_cb (DeskAgentWindow *self, DeskTicket *ticket)
{
  desk_agent_window_show_ticket (self, ticket);
  desk_composer_focus (desk_thread_pane_get_composer (self->thread));
}

/* What others write into the open ticket is read out; nobody needs to go and look. */
static void
message_arrived_cb (DeskStore *store, DeskTicket *ticket, DeskMessage *message,
                    DeskAgentWindow *self)
{
  g_autofree char *sentence = NULL;

  if (ticket != desk_thread_pane_get_ticket (self->thread) || desk_message_is_system (message)
      || desk_message_get_author_id (message) == desk_store_get_me (store))
    return;

  sentence = g_strdup_printf ("%s: %s", desk_message_get_author_name (message),
                              desk_message_get_summary (message));
  gtk_label_set_label (self->announcer, sentence);
}

static void
want_more_cb (DeskAgentWindow *self)
{
  desk_client_load_more (self->client, self->queue);
}

static void
assigned_cb (DeskClient *client, DeskTicket *ticket, DeskAgentWindow *self)
{
  (void) client;
  if (desk_ticket_get_channel (ticket) == DESK_CHANNEL_CHAT
      && ticket != desk_thread_pane_get_ticket (self->thread))
    {
      g_autoptr (DeskOffer) given = desk_offer_new_given (ticket);

      desk_offer_card_add (self->offer, given);
    }
  desk_agent_window_update_actions (self);
}

static void
offered_cb (DeskClient *client, DeskOffer *offer, DeskAgentWindow *self)
{
  (void) client;
  desk_offer_card_add (self->offer, offer);
  desk_agent_window_update_actions (self);
}

static void
offer_gone_cb (DeskClient *client, gint64 ticket_id, const char *reason, const char *by,
               gboolean away, DeskAgentWindow *self)
{
  gboolean shown = desk_offer_card_remove (self->offer, ticket_id);
  g_autofree char *taken = NULL;

  (void) client;
  desk_agent_window_update_actions (self);
  if (shown && by != NULL && g_strcmp0 (reason, "taken") == 0)
    {
      taken = g_strdup_printf (_ ("%s took this chat first. Nothing was sent."), by);
      desk_agent_window_say (self, taken);
    }
  else if (away && g_strcmp0 (reason, "missed") == 0)
    desk_agent_window_say (self, _ ("You missed two chats and are now Away."));
}

void
desk_agent_window_accept (DeskAgentWindow *self, gint64 ticket_id)
{
  desk_offer_card_remove (self->offer, ticket_id);
  desk_client_accept (self->client, ticket_id);
  desk_agent_window_open_ticket (self, ticket_id);
  desk_agent_window_update_actions (self);
}

void
desk_agent_window_decline (DeskAgentWindow *self, gint64 ticket_id)
{
  desk_offer_card_remove (self->offer, ticket_id);
  desk_client_decline (self->client, ticket_id);
  desk_agent_window_update_actions (self);
}

static void
ticket_changed_cb (DeskStore *store, DeskTicket *ticket, DeskAgentWindow *self)
{
  if (desk_ticket_get_assignee_id (ticket) != desk_store_get_me (store)
      || !desk_status_is_active (desk_ticket_get_status (ticket)))
    forget_given (self, ticket);
  if (ticket == desk_thread_pane_get_ticket (self->thread))
    desk_agent_window_update_actions (self);
}

/* Deleted by somebody: what was begun for it stays a draft, in case it is restored. */
static void
ticket_removed_cb (DeskStore *store, DeskTicket *ticket, DeskAgentWindow *self)
{
  (void) store;
  desk_offer_card_remove (self->offer, desk_ticket_get_id (ticket));
  desk_agent_window_update_actions (self);
  if (ticket != desk_thread_pane_get_ticket (self->thread))
    return;

  desk_agent_window_show_ticket (self, NULL);
  desk_agent_window_say (self, _ ("This ticket was deleted."));
}

static void
client_changed_cb (DeskAgentWindow *self)
{
  desk_agent_window_update_actions (self);
  desk_thread_pane_mark_read (self->thread);
}

static void
forget_client (DeskAgentWindow *self)
{
  g_clear_handle_id (&self->leave_source, g_source_remove);
  if (self->client == NULL)
    return;

  g_signal_handlers_disconnect_by_data (self->client, self);
  g_signal_handlers_disconnect_by_data (desk_client_get_store (self->client), self);
  for (guint i = 0; i < DESK_N_QUEUES; i++)
    g_clear_object (&self->lists[i]);
  g_clear_object (&self->client);
}

void
desk_agent_window_show_desk (DeskAgentWindow *self, DeskClient *client)
{
  forget_client (self);
  desk_offer_card_clear (self->offer);
  self->client = g_object_ref (client);
  for (guint i = 0; i < DESK_N_QUEUES; i++)
    self->lists[i] = desk_ticket_list_new (desk_client_get_store (client), i);

  g_signal_connect (client, "failed", G_CALLBACK (failed_cb), self);
  g_signal_connect (client, "assigned", G_CALLBACK (assigned_cb), self);
  g_signal_connect (client, "offered", G_CALLBACK (offered_cb), self);
  g_signal_connect (client, "offer-gone", G_CALLBACK (offer_gone_cb), self);
  g_signal_connect_swapped (client, "changed", G_CALLBACK (client_changed_cb), self);
  g_signal_connect (desk_client_get_store (client), "ticket-changed",
                    G_CALLBACK (ticket_changed_cb), self);
  g_signal_connect (desk_client_get_store (client), "ticket-removed",
                    G_CALLBACK (ticket_removed_cb), self);
  g_signal_connect (desk_client_get_store (client), "message-arrived",
                    G_CALLBACK (message_arrived_cb), self);
  desk_queue_pane_set_client (self->queues, client, self->lists);
  desk_connection_bar_set_client (self->connection_bar, client);
  desk_standby_bar_set_client (self->standby_bar, client);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "standby",
                                  desk_standby_bar_get_actions (self->standby_bar));
  desk_agent_window_show_queue (self, DESK_QUEUE_MINE);
  desk_agent_window_show_ticket (self, NULL);
  gtk_stack_set_visible_child_name (self->stack, "desk");
}

static void
signed_in_cb (DeskSignInPage *page, DeskSession *session, DeskAgentWindow *self)
{
  (void) page;
  g_signal_emit (self, signals[SIGNED_IN], 0, session);
}

/* Most starts need no page to sign in, so no start waits for one. */
DeskSignInPage *
desk_agent_window_show_sign_in (DeskAgentWindow *self)
{
  if (self->sign_in == NULL)
    {
      self->sign_in = g_object_new (DESK_TYPE_SIGN_IN_PAGE, NULL);
      g_signal_connect (self->sign_in, "signed-in", G_CALLBACK (signed_in_cb), self);
      gtk_stack_add_named (self->stack, GTK_WIDGET (self->sign_in), "sign-in");
    }
  gtk_stack_set_visible_child_name (self->stack, "sign-in");

  return self->sign_in;
}

void
desk_agent_window_open_ticket (DeskAgentWindow *self, gint64 ticket_id)
{
  DeskTicket *ticket
      = self->client != NULL
            ? desk_store_find_ticket (desk_client_get_store (self->client), ticket_id)
            : NULL;

  if (ticket == NULL)
    return;

  desk_agent_window_show_ticket (self, ticket);
  desk_composer_focus (desk_thread_pane_get_composer (self->thread));
}

void
desk_agent_window_close_ticket (DeskAgentWindow *self)
{
  desk_agent_window_show_ticket (self, NULL);
}

DeskTicket *
desk_agent_window_get_ticket (DeskAgentWindow *self)
{
  return desk_thread_pane_get_ticket (self->thread);
}

static void
active_cb (DeskAgentWindow *self)
{
  update_viewing (self);
  desk_thread_pane_mark_read (self->thread);
}

static gboolean
close_cb (gpointer user_data)
{
  DeskAgentWindow *self = user_data;

  self->close_source = 0;
  gtk_window_destroy (GTK_WINDOW (self));

  return G_SOURCE_REMOVE;
}

static void
outbox_changed_cb (DeskOutbox *outbox, DeskAgentWindow *self)
{
  if (desk_outbox_get_n_waiting (outbox) == 0 && self->close_source != 0)
    {
      g_source_remove (self->close_source);
      self->close_source = g_idle_add (close_cb, self);
    }
}

/* What is under way, or could still be taken back, goes out before the app does. */
static gboolean
wait_for_outbox (DeskAgentWindow *self)
{
  DeskOutbox *outbox = self->client != NULL ? desk_client_get_outbox (self->client) : NULL;

  if (outbox == NULL || !desk_client_is_online (self->client) || self->close_source != 0
      || desk_outbox_get_n_waiting (outbox) == 0)
    return FALSE;

  g_signal_connect_object (outbox, "changed", G_CALLBACK (outbox_changed_cb), self, 0);
  self->close_source = g_timeout_add_seconds (CLOSE_WAITS_S, close_cb, self);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  desk_outbox_release (outbox);

  return TRUE;
}

static gboolean
desk_agent_window_close_request (GtkWindow *window)
{
  DeskAgentWindow *self = DESK_AGENT_WINDOW (window);
  int width;
  int height;

  gtk_window_get_default_size (window, &width, &height);
  g_settings_set (self->settings, "window-size", "(ii)", width, height);
  g_settings_set_boolean (self->settings, "window-maximized", gtk_window_is_maximized (window));

  return wait_for_outbox (self)
         || GTK_WINDOW_CLASS (desk_agent_window_parent_class)->close_request (window);
}

static void
desk_agent_window_dispose (GObject *object)
{
  DeskAgentWindow *self = DESK_AGENT_WINDOW (object);

  g_clear_handle_id (&self->close_source, g_source_remove);
  forget_client (self);
  g_clear_object (&self->settings);

  G_OBJECT_CLASS (desk_agent_window_parent_class)->dispose (object);
}

static void
ensure_types (void)
{
  g_type_ensure (DESK_TYPE_ADAPTIVE);
  g_type_ensure (DESK_TYPE_CONNECTION_BAR);
  g_type_ensure (DESK_TYPE_STANDBY_BAR);
  g_type_ensure (DESK_TYPE_CUSTOMER_PANE);
  g_type_ensure (DESK_TYPE_LIST_PANE);
  g_type_ensure (DESK_TYPE_QUEUE_PANE);
  g_type_ensure (DESK_TYPE_THREAD_PANE);
}

static void
desk_agent_window_class_init (DeskAgentWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = desk_agent_window_dispose;
  GTK_WINDOW_CLASS (klass)->close_request = desk_agent_window_close_request;
  signals[SIGNED_IN] = g_signal_new ("signed-in", DESK_TYPE_AGENT_WINDOW, G_SIGNAL_RUN_LAST, 0,
                                     NULL, NULL, NULL, G_TYPE_NONE, 1, DESK_TYPE_SESSION);
  ensure_types ();
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/deskbell/Agent/desk-agent-window.ui");
  gtk_widget_class_bind_template_child (widget_class, DeskAgentWindow, adaptive);
  gtk_widget_class_bind_template_child (widget_class, DeskAgentWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, DeskAgentWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, DeskAgentWindow, announcer);
  gtk_widget_class_bind_template_child (widget_class, DeskAgentWindow, queue_flap);
  gtk_widget_class_bind_template_child (widget_class, DeskAgentWindow, leaflet);
  gtk_widget_class_bind_template_child (widget_class, DeskAgentWindow, customer_flap);
  gtk_widget_class_bind_template_child (widget_class, DeskAgentWindow, queues);
  gtk_widget_class_bind_template_child (widget_class, DeskAgentWindow, list);
  gtk_widget_class_bind_template_child (widget_class, DeskAgentWindow, thread);
  gtk_widget_class_bind_template_child (widget_class, DeskAgentWindow, customer);
  gtk_widget_class_bind_template_child (widget_class, DeskAgentWindow, connection_bar);
  gtk_widget_class_bind_template_child (widget_class, DeskAgentWindow, standby_bar);
  gtk_widget_class_bind_template_callback (widget_class, shape_cb);
  gtk_widget_class_bind_template_callback (widget_class, fold_cb);
  gtk_widget_class_bind_template_callback (widget_class, page_cb);
  gtk_widget_class_bind_template_callback (widget_class, queue_selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, opened_cb);
  gtk_widget_class_bind_template_callback (widget_class, want_more_cb);
  desk_agent_window_install_actions (widget_class);
}

/* After everybody else: a popover, an input method or a search closes first. */
static void
add_escape (DeskAgentWindow *self)
{
  GtkEventController *keys = gtk_shortcut_controller_new ();

  gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (keys),
                                        gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_Escape,
                                                                                  0),
                                                          gtk_named_action_new ("win.leave")));
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
}

static void
desk_agent_window_init (DeskAgentWindow *self)
{
  int width;
  int height;

  self->settings = g_settings_new ("io.github.deskbell.Agent");
  gtk_widget_init_template (GTK_WIDGET (self));
  self->offer = DESK_OFFER_CARD (desk_offer_card_new ());
  gtk_box_append (desk_list_pane_get_offers (self->list), GTK_WIDGET (self->offer));

  g_settings_get (self->settings, "window-size", "(ii)", &width, &height);
  gtk_window_set_default_size (GTK_WINDOW (self), width, height);
  if (g_settings_get_boolean (self->settings, "window-maximized"))
    gtk_window_maximize (GTK_WINDOW (self));
  g_signal_connect (self, "notify::is-active", G_CALLBACK (active_cb), NULL);
  add_escape (self);
  fold_cb (self);
  desk_agent_window_update_actions (self);
}

DeskAgentWindow *
desk_agent_window_new (GtkApplication *application)
{
  DeskAgentWindow *self = g_object_new (DESK_TYPE_AGENT_WINDOW, "application", application, NULL);
  GMenu *menu = gtk_application_get_menu_by_id (application, "main-menu");

  desk_queue_pane_set_menu (self->queues, G_MENU_MODEL (menu));
  desk_list_pane_set_menu (self->list, G_MENU_MODEL (menu));

  return self;
}
