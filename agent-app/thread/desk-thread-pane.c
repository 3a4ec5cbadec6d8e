/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * A conversation. The view sticks to its end while the reader is there; a reader who scrolled up
 * stays where they are, also when older messages are put in above.
 */

#include "desk-thread-pane.h"

#include <glib/gi18n.h>

#include "desk-bubble.h"
#include "desk-client-commands.h"
#include "desk-fold.h"
#include "desk-place.h"
#include "desk-problem-row.h"
#include "desk-time-label.h"

#define GROUP_US ((gint64) 3 * 60 * G_USEC_PER_SEC)
#define SKELETON_AFTER_MS 200

struct _DeskThreadPane
{
  GtkWidget parent_instance;

  DeskThreadHeader *header;
  GtkBox *offers;
  GtkStack *stack;
  GtkScrolledWindow *scroll;
  DeskProblemRow *older_problem;
  GtkWidget *skeleton;
  GtkListBox *messages;
  DeskProblemRow *newest_problem;
  GtkWidget *newer;
  GtkRevealer *company_revealer;
  GtkImage *company_icon;
  GtkLabel *company;
  AdwBin *composer_place;
  GtkWidget *closed;

  DeskClient *client;
  DeskTicket *ticket;
  DeskThread *thread;
  gint64 read_before; /* what staff had read when the ticket was opened */
  guint skeleton_source;
  DeskPlace *place;
};

G_DEFINE_FINAL_TYPE (DeskThreadPane, desk_thread_pane, GTK_TYPE_WIDGET)

void
desk_thread_pane_mark_read (DeskThreadPane *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  if (self->thread != NULL && desk_place_is_at_end (self->place)
      && gtk_widget_get_mapped (GTK_WIDGET (self->messages)) && GTK_IS_WINDOW (root)
      && gtk_window_is_active (GTK_WINDOW (root)))
    desk_client_mark_read (self->client, desk_ticket_get_id (self->ticket),
                           desk_thread_get_last_seq (self->thread));
}

static void
moved_cb (DeskThreadPane *self)
{
  if (self->ticket == NULL)
    return;

  if (desk_place_is_at_end (self->place))
    {
      gtk_widget_set_visible (self->newer, FALSE);
      desk_thread_pane_mark_read (self);
    }
  if (desk_place_is_near_top (self->place)
      && !gtk_widget_get_visible (GTK_WIDGET (self->older_problem)))
    desk_client_load_older (self->client, desk_ticket_get_id (self->ticket));
}

static void
newer_cb (GtkButton *button, DeskThreadPane *self)
{
  (void) button;
  desk_place_go_to_end (self->place);
}

static gboolean
show_skeleton_cb (gpointer user_data)
{
  DeskThreadPane *self = user_data;

  self->skeleton_source = 0;
  gtk_widget_set_visible (self->skeleton, TRUE);

  return G_SOURCE_REMOVE;
}

static void
update_loading (DeskThreadPane *self)
{
  gboolean empty
      = self->thread != NULL && g_list_model_get_n_items (G_LIST_MODEL (self->thread)) == 0;

  if (!empty || !desk_client_is_opening (self->client, desk_ticket_get_id (self->ticket)))
    {
      g_clear_handle_id (&self->skeleton_source, g_source_remove);
      gtk_widget_set_visible (self->skeleton, FALSE);
    }
  else if (self->skeleton_source == 0 && !gtk_widget_get_visible (self->skeleton))
    self->skeleton_source = g_timeout_add (SKELETON_AFTER_MS, show_skeleton_cb, self);
}

/* Without a line the bar says so already, and what is here can be read. */
static void
update_problems (DeskThreadPane *self)
{
  gint64 id = self->ticket != NULL ? desk_ticket_get_id (self->ticket) : 0;
  const GError *older;
  const GError *newest;
  const char *sentence = NULL;

  if (id == 0)
    return;

  older = desk_client_get_thread_problem (self->client, id, DESK_END_OLDER);
  newest = desk_client_get_thread_problem (self->client, id, DESK_END_NEWEST);
  if (newest != NULL && g_list_model_get_n_items (G_LIST_MODEL (self->thread)) == 0)
    sentence = _ ("This conversation could not be loaded. It is safe on the server.");
  else if (newest != NULL && desk_client_is_online (self->client))
    sentence = _ ("The newest messages could not be loaded.");
  desk_problem_row_show (self->newest_problem, sentence, newest);
  desk_problem_row_show (self->older_problem,
                         older != NULL ? _ ("Older messages could not be loaded.") : NULL, older);
  update_loading (self);
}

static void
thread_loaded_cb (DeskThreadPane *self, gint64 ticket_id)
{
  if (self->ticket != NULL && desk_ticket_get_id (self->ticket) == ticket_id)
    update_problems (self);
}

static void
retry_older_cb (DeskProblemRow *row, DeskThreadPane *self)
{
  (void) row;
  desk_client_load_older (self->client, desk_ticket_get_id (self->ticket));
}

static void
retry_newest_cb (DeskProblemRow *row, DeskThreadPane *self)
{
  (void) row;
  desk_client_open (self->client, desk_ticket_get_id (self->ticket));
}

static void
items_changed_cb (GListModel *model, guint position, guint removed, guint added,
                  DeskThreadPane *self)
{
  guint n = g_list_model_get_n_items (model);
  g_autoptr (DeskMessage) last = NULL;

  (void) removed;
  update_loading (self);
  desk_fold_update (self->messages);
  if (added > 0 && position == 0 && n > added)
    desk_place_hold (self->place);
  if (added == 0 || position + added != n)
    return;

  last = g_list_model_get_item (model, n - 1);
  if (desk_message_is_from_staff (last) && desk_message_get_seq (last) == 0)
    desk_place_go_to_end (self->place);
  if (!desk_place_is_at_end (self->place))
    gtk_widget_set_visible (self->newer, TRUE);
  desk_thread_pane_mark_read (self);
}

static void
retry_cb (DeskBubble *bubble, DeskThreadPane *self)
{
  desk_outbox_retry (desk_client_get_outbox (self->client), desk_bubble_get_message (bubble),
                     desk_thread_get_last_seq (self->thread));
}

/* What the server has goes by its leave only. */
static void
take_back_cb (DeskBubble *bubble, DeskThreadPane *self)
{
  DeskMessage *message = desk_bubble_get_message (bubble);

  if (desk_message_get_id (message) != 0)
    desk_client_take_back_message (self->client, message);
  else
    desk_composer_take_back (desk_thread_pane_get_composer (self), message);
}

static void
taken_back_cb (DeskThreadPane *self, DeskMessage *message, const char *body)
{
  if (self->ticket != NULL
      && desk_message_get_ticket_id (message) == desk_ticket_get_id (self->ticket))
    desk_composer_restore (desk_thread_pane_get_composer (self), body,
                           desk_message_is_internal (message));
}

static void
amend_cb (DeskBubble *bubble, const char *body, DeskThreadPane *self)
{
  desk_client_edit_message (self->client, desk_bubble_get_message (bubble), body);
}

static void
unfold_cb (DeskBubble *bubble, DeskThreadPane *self)
{
  desk_fold_open (self->messages, GTK_WIDGET (bubble));
}

static GtkWidget *
create_bubble (gpointer item, gpointer user_data)
{
  DeskThreadPane *self = user_data;
  GtkWidget *bubble
      = desk_bubble_new (item, desk_store_get_me (desk_client_get_store (self->client)));

  g_signal_connect (bubble, "retry", G_CALLBACK (retry_cb), user_data);
  g_signal_connect (bubble, "edit", G_CALLBACK (take_back_cb), user_data);
  g_signal_connect (bubble, "unfold", G_CALLBACK (unfold_cb), user_data);
  g_signal_connect (bubble, "take-back", G_CALLBACK (take_back_cb), user_data);
  g_signal_connect (bubble, "amend", G_CALLBACK (amend_cb), user_data);
  g_signal_connect_swapped (bubble, "amended", G_CALLBACK (desk_thread_pane_focus), user_data);

  return bubble;
}

static GtkWidget *
create_line (const char *text, const char *style)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_widget_add_css_class (label, style);

  return label;
}

static gboolean
is_first_new (DeskThreadPane *self, DeskMessage *message, DeskMessage *before)
{
  return self->read_before > 0 && !desk_message_is_from_staff (message) && before != NULL
         && desk_message_get_seq (message) > self->read_before
         && desk_message_get_seq (before) <= self->read_before;
}

/* What waits here to be sent has no author yet: it is ours. */
static gint64
get_author (DeskThreadPane *self, DeskMessage *message)
{
  gint64 id = desk_message_get_author_id (message);

  return id != 0 ? id : desk_store_get_me (desk_client_get_store (self->client));
}

static gboolean
go_together (DeskThreadPane *self, DeskMessage *last, DeskMessage *message)
{
  return !desk_message_is_system (last) && !desk_message_is_system (message)
         && desk_message_is_internal (last) == desk_message_is_internal (message)
         && get_author (self, last) == get_author (self, message)
         && desk_message_get_created_at (message) - desk_message_get_created_at (last) < GROUP_US;
}

static void
update_header_cb (GtkListBoxRow *row, GtkListBoxRow *before, gpointer user_data)
{
  DeskThreadPane *self = user_data;
  DeskMessage *message = desk_bubble_get_message (DESK_BUBBLE (row));
  DeskMessage *last = before != NULL ? desk_bubble_get_message (DESK_BUBBLE (before)) : NULL;
  gint64 at = desk_message_get_created_at (message);
  gboolean new_day
      = last == NULL || !desk_time_is_same_day (at, desk_message_get_created_at (last));
  gboolean first_new = is_first_new (self, message, last);
  GtkWidget *box = NULL;

  if (new_day || first_new)
    box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  if (new_day)
    {
      g_autofree char *day = desk_time_describe_day (at, g_get_real_time ());

      gtk_box_append (GTK_BOX (box), create_line (day, "day-line"));
    }
  if (first_new)
    gtk_box_append (GTK_BOX (box), create_line (_ ("New messages"), "new-line"));

  gtk_list_box_row_set_header (row, box);
  desk_bubble_set_grouped (DESK_BUBBLE (row),
                           !new_day && !first_new && go_together (self, last, message));
}

/* Whoever types counts before whoever only looks. */
static char *
word_company (DeskTicket *ticket)
{
  const char *typing = desk_ticket_get_typing (ticket);
  const char *const *viewers = desk_ticket_get_viewers (ticket);
  guint n = g_strv_length ((char **) viewers);

  if (typing != NULL)
    return g_strdup_printf (desk_ticket_is_colleague_typing (ticket) ? _ ("%s is replying")
                                                                     : _ ("%s is typing…"),
                            typing);
  if (n == 1)
    return g_strdup_printf (_ ("%s is here too"), viewers[0]);
  if (n > 1)
    return g_strdup_printf (ngettext ("%u colleague is here too", "%u colleagues are here too", n),
                            n);

  return NULL;
}

static void
update_company (DeskThreadPane *self)
{
  g_autofree char *words = word_company (self->ticket);

  if (words != NULL)
    gtk_label_set_label (self->company, words);
  gtk_image_set_from_icon_name (self->company_icon, desk_ticket_get_typing (self->ticket) != NULL
                                                        ? "deskbell-typing-symbolic"
                                                        : "deskbell-eye-symbolic");
  gtk_revealer_set_reveal_child (self->company_revealer, words != NULL);
}

static void
ticket_changed_cb (DeskThreadPane *self)
{
  gboolean closed = desk_ticket_get_status (self->ticket) == DESK_STATUS_CLOSED;

  gtk_widget_set_visible (GTK_WIDGET (self->composer_place), !closed);
  gtk_widget_set_visible (self->closed, closed);
  update_company (self);
}

static void
forget_ticket (DeskThreadPane *self)
{
  if (self->ticket != NULL)
    g_signal_handlers_disconnect_by_data (self->ticket, self);
  if (self->thread != NULL)
    g_signal_handlers_disconnect_by_func (self->thread, items_changed_cb, self);
  gtk_list_box_bind_model (self->messages, NULL, NULL, NULL, NULL);
  if (self->client != NULL)
    g_signal_handlers_disconnect_by_data (self->client, self);
  g_clear_handle_id (&self->skeleton_source, g_source_remove);
  g_clear_object (&self->thread);
}

void
desk_thread_pane_show (DeskThreadPane *self, DeskClient *client, DeskTicket *ticket)
{
  if (ticket != NULL && ticket == self->ticket)
    return;

  forget_ticket (self);
  g_set_object (&self->client, client);
  g_set_object (&self->ticket, ticket);
  if (ticket != NULL)
    self->thread = g_object_ref (desk_client_open (client, desk_ticket_get_id (ticket)));
  if (ticket != NULL || adw_bin_get_child (self->composer_place) != NULL)
    desk_composer_show (desk_thread_pane_get_composer (self), client, ticket);
  desk_thread_header_show (self->header, client, ticket);
  gtk_stack_set_visible_child_name (self->stack, ticket != NULL ? "thread" : "none");
  if (ticket == NULL)
    return;

  self->read_before = desk_ticket_get_agent_read_seq (ticket);
  desk_place_go_to_end (self->place);
  gtk_widget_set_visible (self->newer, FALSE);
  gtk_list_box_bind_model (self->messages, G_LIST_MODEL (self->thread), create_bubble, self, NULL);
  desk_fold_update (self->messages);
  g_signal_connect_object (self->thread, "items-changed", G_CALLBACK (items_changed_cb), self, 0);
  g_signal_connect_object (ticket, "changed", G_CALLBACK (ticket_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (client, "thread-loaded", G_CALLBACK (thread_loaded_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (client, "changed", G_CALLBACK (update_problems), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (client, "taken-back", G_CALLBACK (taken_back_cb), self,
                           G_CONNECT_SWAPPED);
  ticket_changed_cb (self);
  update_problems (self);
  desk_thread_pane_mark_read (self);
}

DeskTicket *
desk_thread_pane_get_ticket (DeskThreadPane *self)
{
  return self->ticket;
}

gboolean
desk_thread_pane_focus (DeskThreadPane *self)
{
  if (self->ticket == NULL)
    return FALSE;
  if (gtk_widget_get_visible (self->closed))
    return gtk_widget_child_focus (self->closed, GTK_DIR_TAB_FORWARD);

  desk_composer_focus (desk_thread_pane_get_composer (self));

  return TRUE;
}

GtkBox *
desk_thread_pane_get_offers (DeskThreadPane *self)
{
  return self->offers;
}

DeskThreadHeader *
desk_thread_pane_get_header (DeskThreadPane *self)
{
  return self->header;
}

/* Made with the first ticket that is opened: a start does not wait for it. */
DeskComposer *
desk_thread_pane_get_composer (DeskThreadPane *self)
{
  if (adw_bin_get_child (self->composer_place) == NULL)
    adw_bin_set_child (self->composer_place, g_object_new (DESK_TYPE_COMPOSER, NULL));

  return DESK_COMPOSER (adw_bin_get_child (self->composer_place));
}

static void
desk_thread_pane_dispose (GObject *object)
{
  DeskThreadPane *self = DESK_THREAD_PANE (object);
  GtkWidget *child;

  if (self->messages != NULL)
    forget_ticket (self);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  self->messages = NULL;
  g_clear_object (&self->place);
  g_clear_object (&self->ticket);
  g_clear_object (&self->client);

  G_OBJECT_CLASS (desk_thread_pane_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, DeskThreadPane, header);
  gtk_widget_class_bind_template_child (widget_class, DeskThreadPane, offers);
  gtk_widget_class_bind_template_child (widget_class, DeskThreadPane, stack);
  gtk_widget_class_bind_template_child (widget_class, DeskThreadPane, scroll);
  gtk_widget_class_bind_template_child (widget_class, DeskThreadPane, older_problem);
  gtk_widget_class_bind_template_child (widget_class, DeskThreadPane, skeleton);
  gtk_widget_class_bind_template_child (widget_class, DeskThreadPane, messages);
  gtk_widget_class_bind_template_child (widget_class, DeskThreadPane, newest_problem);
  gtk_widget_class_bind_template_child (widget_class, DeskThreadPane, newer);
  gtk_widget_class_bind_template_child (widget_class, DeskThreadPane, company_revealer);
  gtk_widget_class_bind_template_child (widget_class, DeskThreadPane, company_icon);
  gtk_widget_class_bind_template_child (widget_class, DeskThreadPane, company);
  gtk_widget_class_bind_template_child (widget_class, DeskThreadPane, composer_place);
  gtk_widget_class_bind_template_child (widget_class, DeskThreadPane, closed);
}

static void
desk_thread_pane_class_init (DeskThreadPaneClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = desk_thread_pane_dispose;
  g_type_ensure (DESK_TYPE_PROBLEM_ROW);
  g_type_ensure (DESK_TYPE_THREAD_HEADER);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/deskbell/Agent/thread/desk-thread-pane.ui");
  bind_children (widget_class);
  gtk_widget_class_bind_template_callback (widget_class, newer_cb);
  gtk_widget_class_bind_template_callback (widget_class, retry_newest_cb);
  gtk_widget_class_bind_template_callback (widget_class, retry_older_cb);
}

static void
desk_thread_pane_init (DeskThreadPane *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_list_box_set_header_func (self->messages, update_header_cb, self, NULL);
  self->place = desk_place_new (self->scroll);
  g_signal_connect_object (self->place, "moved", G_CALLBACK (moved_cb), self, G_CONNECT_SWAPPED);
}
