/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The composer. Every keystroke makes the draft dirty and half a second of rest writes it, so that
 * reassignment, sign-out or a crash costs nobody a sentence. Only replies are announced as typing.
 */

#include "desk-composer.h"

#include <glib/gi18n.h>

#define KEEP_AFTER_MS 500
#define IDLE_AFTER_S 5

struct _DeskComposer
{
  GtkWidget parent_instance;

  GtkWidget *frame;
  GtkTextView *view;
  GtkWidget *placeholder;
  GtkToggleButton *reply;
  GtkToggleButton *note;
  GtkWidget *secret;
  GtkLabel *hint;
  GtkStack *send_stack;
  GtkWidget *send;

  DeskClient *client;
  DeskTicket *ticket;
  GSettings *settings;
  guint keep_source;
  guint idle_source;
  gboolean restoring;
};

G_DEFINE_FINAL_TYPE (DeskComposer, desk_composer, GTK_TYPE_WIDGET)

static char *
dup_text (DeskComposer *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->view);
  GtkTextIter start;
  GtkTextIter end;

  gtk_text_buffer_get_bounds (buffer, &start, &end);

  return gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
}

static gboolean
is_note (DeskComposer *self)
{
  return !gtk_toggle_button_get_active (self->reply);
}

static void
keep_draft (DeskComposer *self)
{
  g_autofree char *text = NULL;

  g_clear_handle_id (&self->keep_source, g_source_remove);
  if (self->ticket == NULL)
    return;

  text = dup_text (self);
  desk_store_keep_draft (desk_client_get_store (self->client), desk_ticket_get_id (self->ticket),
                         text, is_note (self));
}

static gboolean
keep_cb (gpointer user_data)
{
  DeskComposer *self = user_data;

  self->keep_source = 0;
  keep_draft (self);

  return G_SOURCE_REMOVE;
}

static void
say_typing (DeskComposer *self, gboolean on)
{
  if (self->ticket != NULL)
    desk_client_set_typing (self->client, desk_ticket_get_id (self->ticket), on);
}

static gboolean
idle_cb (gpointer user_data)
{
  DeskComposer *self = user_data;

  self->idle_source = 0;
  say_typing (self, FALSE);

  return G_SOURCE_REMOVE;
}

static void
update_mode (DeskComposer *self)
{
  gboolean note = is_note (self);
  gboolean chat
      = self->ticket != NULL && desk_ticket_get_channel (self->ticket) == DESK_CHANNEL_CHAT;
  gboolean enter = chat && g_settings_get_boolean (self->settings, "enter-sends");

  gtk_stack_set_visible_child_name (self->send_stack, note ? "note" : "reply");
  gtk_widget_set_visible (self->secret, note);
  gtk_label_set_label (self->hint, enter && !note ? _ ("Enter sends") : _ ("Ctrl+Enter sends"));
  gtk_label_set_label (GTK_LABEL (self->placeholder),
                       note ? _ ("Write an internal note…") : _ ("Write a reply…"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->view), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  note ? _ ("Internal note") : _ ("Reply"), -1);
  if (note)
    gtk_widget_add_css_class (self->frame, "note");
  else
    gtk_widget_remove_css_class (self->frame, "note");
}

static void
mode_cb (GtkToggleButton *button, DeskComposer *self)
{
  (void) button;
  update_mode (self);
  if (!self->restoring)
    {
      say_typing (self, FALSE);
      keep_draft (self);
    }
}

static void
text_changed_cb (DeskComposer *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->view);
  gboolean empty = gtk_text_buffer_get_char_count (buffer) == 0;

  gtk_widget_set_visible (self->placeholder, empty);
  if (self->restoring)
    return;

  if (self->keep_source == 0)
    self->keep_source = g_timeout_add (KEEP_AFTER_MS, keep_cb, self);
  g_clear_handle_id (&self->idle_source, g_source_remove);
  if (!empty && !is_note (self))
    self->idle_source = g_timeout_add_seconds (IDLE_AFTER_S, idle_cb, self);
  say_typing (self, !empty && !is_note (self));
}

static void
set_text (DeskComposer *self, const char *text)
{
  self->restoring = TRUE;
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (self->view), text, -1);
  self->restoring = FALSE;
}

/* A chat is spoken; what goes by mail can be taken back for a moment. */
static guint
choose_hold (DeskComposer *self)
{
  if (is_note (self) || desk_ticket_get_channel (self->ticket) == DESK_CHANNEL_CHAT)
    return 0;

  return g_settings_get_uint (self->settings, "undo-send");
}

DeskMessage *
desk_composer_send (DeskComposer *self)
{
  g_autofree char *text = g_strstrip (dup_text (self));
  DeskMessage *message;
  DeskThread *thread;
  gint64 id;

  if (self->ticket == NULL || *text == '\0'
      || desk_ticket_get_status (self->ticket) == DESK_STATUS_CLOSED)
    return NULL;

  id = desk_ticket_get_id (self->ticket);
  g_clear_handle_id (&self->idle_source, g_source_remove);
  say_typing (self, FALSE);
  thread = desk_store_open_thread (desk_client_get_store (self->client), id);
  message = desk_outbox_send (desk_client_get_outbox (self->client), id, text, is_note (self),
                              desk_thread_get_last_seq (thread), choose_hold (self));
  set_text (self, "");
  keep_draft (self);

  return message;
}

void
desk_composer_mark (DeskComposer *self, const char *mark)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->view);
  g_autofree char *text = NULL;
  g_autofree char *marked = NULL;
  GtkTextIter start;
  GtkTextIter end;
  int length = (int) g_utf8_strlen (mark, -1);
  int first;
  int last;

  if (self->ticket == NULL || !gtk_widget_get_visible (GTK_WIDGET (self)))
    return;

  gtk_text_buffer_get_selection_bounds (buffer, &start, &end);
  text = gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
  marked = g_strconcat (mark, text, mark, NULL);
  first = gtk_text_iter_get_offset (&start) + length;
  last = gtk_text_iter_get_offset (&end) + length;
  gtk_text_buffer_begin_user_action (buffer);
  gtk_text_buffer_delete (buffer, &start, &end);
  gtk_text_buffer_insert (buffer, &start, marked, -1);
  gtk_text_buffer_end_user_action (buffer);
  gtk_text_buffer_get_iter_at_offset (buffer, &start, first);
  gtk_text_buffer_get_iter_at_offset (buffer, &end, last);
  gtk_text_buffer_select_range (buffer, &end, &start);
}

static void
emoji_cb (GtkButton *button, DeskComposer *self)
{
  (void) button;
  desk_composer_focus (self);
  gtk_widget_activate_action (GTK_WIDGET (self->view), "misc.insert-emoji", NULL);
}

void
desk_composer_restore (DeskComposer *self, const char *body, gboolean note)
{
  g_autofree char *written = dup_text (self);
  g_autofree char *both
      = *written != '\0' ? g_strconcat (body, "\n", written, NULL) : g_strdup (body);

  desk_composer_set_note (self, note);
  set_text (self, both);
  keep_draft (self);
  desk_composer_focus (self);
}

void
desk_composer_take_back (DeskComposer *self, DeskMessage *message)
{
  g_autoptr (DeskMessage) kept = g_object_ref (message);

  desk_outbox_discard (desk_client_get_outbox (self->client), kept);
  desk_composer_restore (self, desk_message_get_body (kept), desk_message_is_internal (kept));
}

/* With nothing written since, what was just sent is the last thing that was done here. */
static gboolean
undo_send (DeskComposer *self)
{
  DeskMessage *held = self->ticket != NULL
                          ? desk_outbox_find_held (desk_client_get_outbox (self->client),
                                                   desk_ticket_get_id (self->ticket))
                          : NULL;

  if (held == NULL || gtk_text_buffer_get_char_count (gtk_text_view_get_buffer (self->view)) > 0)
    return FALSE;

  desk_composer_take_back (self, held);

  return TRUE;
}

static gboolean
key_pressed_cb (GtkEventControllerKey *keys, guint key, guint code, GdkModifierType state,
                DeskComposer *self)
{
  gboolean enter = key == GDK_KEY_Return || key == GDK_KEY_KP_Enter;

  (void) code;
  if (key == GDK_KEY_z && (state & GDK_CONTROL_MASK) != 0 && undo_send (self))
    return GDK_EVENT_STOP;
  if (!enter || (state & (GDK_SHIFT_MASK | GDK_ALT_MASK | GDK_CONTROL_MASK)) != 0
      || self->ticket == NULL || is_note (self)
      || desk_ticket_get_channel (self->ticket) != DESK_CHANNEL_CHAT
      || !g_settings_get_boolean (self->settings, "enter-sends"))
    return GDK_EVENT_PROPAGATE;

  /* Enter that ends a composition of an input method belongs to the method. */
  if (gtk_text_view_im_context_filter_keypress (self->view, gtk_event_controller_get_current_event (
                                                                GTK_EVENT_CONTROLLER (keys))))
    return GDK_EVENT_STOP;

  gtk_widget_activate_action (GTK_WIDGET (self), "win.send", NULL);

  return GDK_EVENT_STOP;
}

void
desk_composer_show (DeskComposer *self, DeskClient *client, DeskTicket *ticket)
{
  g_autofree char *draft = NULL;
  gboolean note = FALSE;

  if (ticket != NULL && ticket == self->ticket)
    return;

  if (self->keep_source != 0)
    keep_draft (self);
  g_clear_handle_id (&self->idle_source, g_source_remove);
  say_typing (self, FALSE);
  g_set_object (&self->client, client);
  g_set_object (&self->ticket, ticket);
  if (ticket == NULL)
    return;

  draft = desk_store_recall_draft (desk_client_get_store (client), desk_ticket_get_id (ticket),
                                   &note);
  set_text (self, draft);
  self->restoring = TRUE;
  desk_composer_set_note (self, note);
  self->restoring = FALSE;
  update_mode (self);
}

void
desk_composer_set_note (DeskComposer *self, gboolean note)
{
  gtk_toggle_button_set_active (note ? self->note : self->reply, TRUE);
}

void
desk_composer_focus (DeskComposer *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self->view));
}

static void
desk_composer_dispose (GObject *object)
{
  DeskComposer *self = DESK_COMPOSER (object);
  GtkWidget *child;

  if (self->keep_source != 0)
    keep_draft (self);
  g_clear_handle_id (&self->idle_source, g_source_remove);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  g_clear_object (&self->ticket);
  g_clear_object (&self->client);
  g_clear_object (&self->settings);

  G_OBJECT_CLASS (desk_composer_parent_class)->dispose (object);
}

static void
desk_composer_class_init (DeskComposerClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = desk_composer_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/deskbell/Agent/thread/desk-composer.ui");
  gtk_widget_class_bind_template_child (widget_class, DeskComposer, frame);
  gtk_widget_class_bind_template_child (widget_class, DeskComposer, view);
  gtk_widget_class_bind_template_child (widget_class, DeskComposer, placeholder);
  gtk_widget_class_bind_template_child (widget_class, DeskComposer, reply);
  gtk_widget_class_bind_template_child (widget_class, DeskComposer, note);
  gtk_widget_class_bind_template_child (widget_class, DeskComposer, secret);
  gtk_widget_class_bind_template_child (widget_class, DeskComposer, hint);
  gtk_widget_class_bind_template_child (widget_class, DeskComposer, send_stack);
  gtk_widget_class_bind_template_child (widget_class, DeskComposer, send);
  gtk_widget_class_bind_template_callback (widget_class, emoji_cb);
  gtk_widget_class_bind_template_callback (widget_class, mode_cb);
}

static void
desk_composer_init (DeskComposer *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  self->settings = g_settings_new ("io.github.deskbell.Agent");
  gtk_widget_init_template (GTK_WIDGET (self));
  /* AdwSplitButton has a tooltip for its second half, but no name. */
  gtk_accessible_update_property (GTK_ACCESSIBLE (gtk_widget_get_last_child (self->send)),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("More ways to send"), -1);
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (key_pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self->view), keys);
  g_signal_connect_object (gtk_text_view_get_buffer (self->view), "changed",
                           G_CALLBACK (text_changed_cb), self, G_CONNECT_SWAPPED);
  update_mode (self);
}
