/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * What a person can do in the window, one function an action. Commands go to the client; the screen
 * follows the event that comes back.
 */

#include <glib/gi18n.h>

#include "desk-agent-window-private.h"
#include "desk-client-commands.h"
#include "desk-leaving.h"
#include "desk-next.h"

static DeskTicket *
get_open (DeskAgentWindow *self)
{
  return desk_thread_pane_get_ticket (self->thread);
}

static void
queue_cb (GtkWidget *widget, const char *name, GVariant *queue)
{
  DeskAgentWindow *self = DESK_AGENT_WINDOW (widget);

  (void) name;
  if (self->client == NULL || g_variant_get_uint32 (queue) >= DESK_N_QUEUES)
    return;

  desk_agent_window_show_queue (self, g_variant_get_uint32 (queue));
  gtk_window_set_focus_visible (GTK_WINDOW (self), TRUE);
  desk_list_pane_focus (self->list);
}

static void
toggle_queues_cb (GtkWidget *widget, const char *name, GVariant *none)
{
  DeskAgentWindow *self = DESK_AGENT_WINDOW (widget);

  (void) name;
  (void) none;
  adw_flap_set_reveal_flap (self->queue_flap, !adw_flap_get_reveal_flap (self->queue_flap));
}

static void
step_cb (GtkWidget *widget, const char *name, GVariant *none)
{
  DeskAgentWindow *self = DESK_AGENT_WINDOW (widget);
  int by = g_str_equal (name, "win.next-ticket") ? 1 : -1;
  g_autoptr (DeskTicket) ticket = desk_list_pane_get_neighbour (self->list, by);

  (void) none;
  if (ticket == NULL)
    return;

  desk_agent_window_show_ticket (self, ticket);
  desk_composer_focus (desk_thread_pane_get_composer (self->thread));
}

static gboolean
focus_pane (DeskAgentWindow *self, GtkWidget *pane)
{
  if (!gtk_widget_get_mapped (pane))
    return FALSE;
  if (pane == GTK_WIDGET (self->queues))
    return desk_queue_pane_focus (self->queues);
  if (pane == GTK_WIDGET (self->list))
    return desk_list_pane_focus (self->list);
  if (pane == GTK_WIDGET (self->thread))
    return desk_thread_pane_focus (self->thread);

  return desk_customer_pane_focus (self->customer);
}

static void
move_pane_cb (GtkWidget *widget, const char *name, GVariant *none)
{
  DeskAgentWindow *self = DESK_AGENT_WINDOW (widget);
  int by = g_str_equal (name, "win.next-pane") ? 1 : -1;
  GtkWidget *panes[] = { GTK_WIDGET (self->queues), GTK_WIDGET (self->list),
                         GTK_WIDGET (self->thread), GTK_WIDGET (self->customer) };
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self));
  int n = G_N_ELEMENTS (panes);
  int at = 0;

  (void) none;
  for (int i = 0; i < n; i++)
    if (focus != NULL && gtk_widget_is_ancestor (focus, panes[i]))
      at = i;

  gtk_window_set_focus_visible (GTK_WINDOW (self), TRUE);
  for (int i = 1; i <= n; i++)
    if (focus_pane (self, panes[(at + i * by + n * n) % n]))
      return;
}

static void
back_cb (GtkWidget *widget, const char *name, GVariant *none)
{
  DeskAgentWindow *self = DESK_AGENT_WINDOW (widget);

  (void) name;
  (void) none;
  adw_leaflet_set_visible_child_name (self->leaflet, "list");
  gtk_window_set_focus_visible (GTK_WINDOW (self), TRUE);
  desk_list_pane_focus (self->list);
}

static gboolean
fold (AdwFlap *flap)
{
  gboolean lies_over = adw_flap_get_folded (flap) && adw_flap_get_reveal_flap (flap);

  if (lies_over)
    adw_flap_set_reveal_flap (flap, FALSE);

  return lies_over;
}

/* What lies over the conversation goes first, then the conversation. */
static void
leave_cb (GtkWidget *widget, const char *name, GVariant *none)
{
  DeskAgentWindow *self = DESK_AGENT_WINDOW (widget);

  if (!fold (self->queue_flap) && !fold (self->customer_flap))
    back_cb (widget, name, none);
}

static void
accept_chat_cb (GtkWidget *widget, const char *name, GVariant *none)
{
  DeskAgentWindow *self = DESK_AGENT_WINDOW (widget);
  const DeskOffer *offer = desk_offer_card_get (self->offer);

  (void) name;
  (void) none;
  if (offer != NULL)
    desk_agent_window_accept (self, offer->ticket_id);
}

static void
decline_chat_cb (GtkWidget *widget, const char *name, GVariant *none)
{
  DeskAgentWindow *self = DESK_AGENT_WINDOW (widget);
  const DeskOffer *offer = desk_offer_card_get (self->offer);

  (void) name;
  (void) none;
  if (offer != NULL)
    desk_agent_window_decline (self, offer->ticket_id);
}

static void
choose_presence (DeskAgentWindow *self, DeskPresence presence, guint minutes, gboolean hands_over)
{
  g_autofree char *sentence = NULL;
  guint limit;
  guint load = desk_client_get_load (self->client, &limit);

  desk_client_set_presence (self->client, presence, minutes, hands_over);
  if (presence != DESK_PRESENCE_AWAY || load == 0)
    return;

  sentence = g_strdup_printf (ngettext ("You are Away. %u chat stays with you.",
                                        "You are Away. %u chats stay with you.", load),
                              load);
  desk_agent_window_say (self, sentence);
}

static void
leaving_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  DeskAgentWindow *self = DESK_AGENT_WINDOW (source);
  DeskLeaving choice = desk_leaving_ask_finish (GTK_WINDOW (self), result);

  (void) user_data;
  if (choice != DESK_LEAVING_STAY && self->client != NULL)
    choose_presence (self, DESK_PRESENCE_OFFLINE, 0, choice == DESK_LEAVING_HAND_OVER);
}

static void
presence_cb (GtkWidget *widget, const char *name, GVariant *state)
{
  DeskAgentWindow *self = DESK_AGENT_WINDOW (widget);
  DeskPresence presence = desk_presence_parse (g_variant_get_string (state, NULL));
  guint limit;

  (void) name;
  if (self->client == NULL)
    return;

  if (presence == DESK_PRESENCE_OFFLINE && desk_client_get_load (self->client, &limit) > 0)
    desk_leaving_ask_async (GTK_WINDOW (self), desk_client_get_load (self->client, &limit),
                            leaving_cb, NULL);
  else
    choose_presence (self, presence, 0, FALSE);
}

static void
away_for_cb (GtkWidget *widget, const char *name, GVariant *minutes)
{
  DeskAgentWindow *self = DESK_AGENT_WINDOW (widget);

  (void) name;
  if (self->client != NULL)
    choose_presence (self, DESK_PRESENCE_AWAY, g_variant_get_uint32 (minutes), FALSE);
}

static void
cycle_presence_cb (GtkWidget *widget, const char *name, GVariant *none)
{
  DeskAgentWindow *self = DESK_AGENT_WINDOW (widget);
  DeskPresence next = DESK_PRESENCE_ONLINE;

  (void) name;
  (void) none;
  if (self->client == NULL)
    return;

  if (desk_client_get_presence (self->client) == DESK_PRESENCE_ONLINE)
    next = DESK_PRESENCE_AWAY;
  else if (desk_client_get_presence (self->client) == DESK_PRESENCE_AWAY)
    next = DESK_PRESENCE_OFFLINE;
  gtk_widget_activate_action (widget, "win.presence", "s", desk_presence_to_string (next));
}

static void
write_mode_cb (GtkWidget *widget, const char *name, GVariant *none)
{
  DeskComposer *composer = desk_thread_pane_get_composer (DESK_AGENT_WINDOW (widget)->thread);

  (void) none;
  desk_composer_set_note (composer, g_str_equal (name, "win.note"));
  desk_composer_focus (composer);
}

static void
send_cb (GtkWidget *widget, const char *name, GVariant *none)
{
  DeskComposer *composer = desk_thread_pane_get_composer (DESK_AGENT_WINDOW (widget)->thread);
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (widget));

  (void) name;
  (void) none;
  /* The same key ends the edit of a message. */
  if (focus != NULL && gtk_widget_activate_action (focus, "message.save", NULL))
    return;

  desk_composer_send (composer);
  desk_composer_focus (composer);
}

static void
send_and_move_cb (GtkWidget *widget, const char *name, GVariant *none)
{
  DeskAgentWindow *self = DESK_AGENT_WINDOW (widget);
  DeskMessage *message = desk_composer_send (desk_thread_pane_get_composer (self->thread));

  (void) none;
  if (message != NULL)
    desk_outbox_follow_up (desk_client_get_outbox (self->client), message,
                           g_str_equal (name, "win.send-and-wait") ? DESK_STATUS_WAITING_ON_CUSTOMER
                                                                   : DESK_STATUS_RESOLVED);
}

static void
bold_cb (GtkWidget *widget, const char *name, GVariant *none)
{
  (void) name;
  (void) none;
  desk_composer_mark (desk_thread_pane_get_composer (DESK_AGENT_WINDOW (widget)->thread), "**");
}

static void
italic_cb (GtkWidget *widget, const char *name, GVariant *none)
{
  (void) name;
  (void) none;
  desk_composer_mark (desk_thread_pane_get_composer (DESK_AGENT_WINDOW (widget)->thread), "*");
}

static void
assign_me_cb (GtkWidget *widget, const char *name, GVariant *none)
{
  DeskAgentWindow *self = DESK_AGENT_WINDOW (widget);

  (void) name;
  (void) none;
  desk_client_assign (self->client, desk_ticket_get_id (get_open (self)),
                      desk_store_get_me (desk_client_get_store (self->client)));
}

static void
take_next_cb (GtkWidget *widget, const char *name, GVariant *none)
{
  DeskAgentWindow *self = DESK_AGENT_WINDOW (widget);
  DeskTicket *next
      = self->client != NULL ? desk_next_find (desk_client_get_store (self->client)) : NULL;

  (void) name;
  (void) none;
  if (next == NULL)
    return;

  desk_client_assign (self->client, desk_ticket_get_id (next),
                      desk_store_get_me (desk_client_get_store (self->client)));
  desk_agent_window_show_ticket (self, next);
  desk_composer_focus (desk_thread_pane_get_composer (self->thread));
}

static void
unassign_cb (GtkWidget *widget, const char *name, GVariant *none)
{
  DeskAgentWindow *self = DESK_AGENT_WINDOW (widget);

  (void) name;
  (void) none;
  desk_client_assign (self->client, desk_ticket_get_id (get_open (self)), 0);
}

static void
status_cb (GtkWidget *widget, const char *name, GVariant *status)
{
  DeskAgentWindow *self = DESK_AGENT_WINDOW (widget);

  (void) name;
  if (get_open (self) != NULL)
    desk_client_set_status (self->client, desk_ticket_get_id (get_open (self)),
                            desk_status_parse (g_variant_get_string (status, NULL)));
}

static void
undo_resolve_cb (AdwToast *toast, gpointer user_data)
{
  DeskClient *client = user_data;
  gint64 id = g_variant_get_int64 (adw_toast_get_action_target_value (toast));

  desk_client_set_status (client, id, DESK_STATUS_IN_PROGRESS);
}

static void
resolve_cb (GtkWidget *widget, const char *name, GVariant *none)
{
  DeskAgentWindow *self = DESK_AGENT_WINDOW (widget);
  gint64 id = desk_ticket_get_id (get_open (self));
  AdwToast *toast = adw_toast_new (_ ("Ticket resolved."));

  (void) name;
  (void) none;
  desk_client_set_status (self->client, id, DESK_STATUS_RESOLVED);
  adw_toast_set_button_label (toast, _ ("Undo"));
  adw_toast_set_action_target (toast, "x", id);
  adw_toast_set_timeout (toast, 10);
  g_signal_connect_object (toast, "button-clicked", G_CALLBACK (undo_resolve_cb), self->client, 0);
  adw_toast_overlay_add_toast (self->toasts, toast);
  gtk_label_set_label (self->announcer, _ ("Ticket resolved."));
}

static void
status_menu_cb (GtkWidget *widget, const char *name, GVariant *none)
{
  (void) name;
  (void) none;
  desk_thread_header_popup_status (
      desk_thread_pane_get_header (DESK_AGENT_WINDOW (widget)->thread));
}

static void
copy_number_cb (GtkWidget *widget, const char *name, GVariant *none)
{
  DeskAgentWindow *self = DESK_AGENT_WINDOW (widget);
  const char *number = desk_ticket_get_number (get_open (self));
  g_autofree char *sentence = g_strdup_printf (_ ("%s is copied."), number);

  (void) name;
  (void) none;
  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), number);
  desk_agent_window_say (self, sentence);
}

static void
show_customer_cb (GtkWidget *widget, const char *name, GVariant *none)
{
  DeskAgentWindow *self = DESK_AGENT_WINDOW (widget);

  (void) name;
  (void) none;
  adw_flap_set_reveal_flap (self->customer_flap, !adw_flap_get_reveal_flap (self->customer_flap));
}

void
desk_agent_window_update_actions (DeskAgentWindow *self)
{
  static const char *const with_ticket[] = {
    "win.reply",  "win.note",        "win.send",        "win.send-and-wait", "win.send-and-resolve",
    "win.status", "win.status-menu", "win.copy-number", "win.show-customer", "win.bold",
    "win.italic",
  };
  GtkWidget *widget = GTK_WIDGET (self);
  DeskTicket *ticket = self->client != NULL ? get_open (self) : NULL;
  gboolean offered = desk_offer_card_get (self->offer) != NULL;
  gboolean active = ticket != NULL && desk_status_is_active (desk_ticket_get_status (ticket));
  gboolean mine = ticket != NULL
                  && desk_ticket_get_assignee_id (ticket)
                         == desk_store_get_me (desk_client_get_store (self->client));
  gboolean nobodys = active && desk_ticket_get_assignee_id (ticket) == 0;

  for (gsize i = 0; i < G_N_ELEMENTS (with_ticket); i++)
    gtk_widget_action_set_enabled (widget, with_ticket[i], ticket != NULL);
  gtk_widget_action_set_enabled (widget, "win.assign-me",
                                 active && !mine
                                     && desk_client_may (self->client, nobodys ? "edit_tickets"
                                                                               : "assign_tickets"));
  gtk_widget_action_set_enabled (widget, "win.unassign",
                                 active && !nobodys
                                     && desk_client_may (self->client, "assign_tickets"));
  gtk_widget_action_set_enabled (widget, "win.resolve",
                                 active && desk_client_may (self->client, "close_tickets"));
  gtk_widget_action_set_enabled (widget, "win.accept-chat", offered);
  gtk_widget_action_set_enabled (widget, "win.decline-chat", offered);
}

void
desk_agent_window_install_actions (GtkWidgetClass *widget_class)
{
  static const struct
  {
    const char *name;
    const char *type;
    GtkWidgetActionActivateFunc activate;
  } entries[] = {
    { "win.queue", "u", queue_cb },
    { "win.toggle-queues", NULL, toggle_queues_cb },
    { "win.next-ticket", NULL, step_cb },
    { "win.previous-ticket", NULL, step_cb },
    { "win.next-pane", NULL, move_pane_cb },
    { "win.previous-pane", NULL, move_pane_cb },
    { "win.back", NULL, back_cb },
    { "win.leave", NULL, leave_cb },
    { "win.accept-chat", NULL, accept_chat_cb },
    { "win.decline-chat", NULL, decline_chat_cb },
    { "win.presence", "s", presence_cb },
    { "win.away-for", "u", away_for_cb },
    { "win.cycle-presence", NULL, cycle_presence_cb },
    { "win.reply", NULL, write_mode_cb },
    { "win.note", NULL, write_mode_cb },
    { "win.bold", NULL, bold_cb },
    { "win.italic", NULL, italic_cb },
    { "win.send", NULL, send_cb },
    { "win.send-and-wait", NULL, send_and_move_cb },
    { "win.send-and-resolve", NULL, send_and_move_cb },
    { "win.assign-me", NULL, assign_me_cb },
    { "win.take-next", NULL, take_next_cb },
    { "win.unassign", NULL, unassign_cb },
    { "win.status", "s", status_cb },
    { "win.status-menu", NULL, status_menu_cb },
    { "win.resolve", NULL, resolve_cb },
    { "win.copy-number", NULL, copy_number_cb },
    { "win.show-customer", NULL, show_customer_cb },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (entries); i++)
    gtk_widget_class_install_action (widget_class, entries[i].name, entries[i].type,
                                     entries[i].activate);
}
