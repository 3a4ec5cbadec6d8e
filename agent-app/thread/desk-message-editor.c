/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The editor takes the focus when it appears, with the cursor behind the last word. It goes away
 * with desk_message_keep_edit (message, NULL): by Escape, or when the server has the new words.
 */

#include "desk-message-editor.h"

#include <glib/gi18n.h>

struct _DeskMessageEditor
{
  GtkWidget parent_instance;

  GtkTextView *view;

  DeskMessage *message;
};

enum
{
  SAVE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (DeskMessageEditor, desk_message_editor, GTK_TYPE_WIDGET)

static char *
dup_text (DeskMessageEditor *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->view);
  GtkTextIter start;
  GtkTextIter end;

  gtk_text_buffer_get_bounds (buffer, &start, &end);

  return gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
}

static void
text_changed_cb (DeskMessageEditor *self)
{
  g_autofree char *text = dup_text (self);
  g_autofree char *words = g_strstrip (g_strdup (text));

  desk_message_keep_edit (self->message, text);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "message.save", *words != '\0');
}

static void
cancel_cb (GtkWidget *widget, const char *name, GVariant *none)
{
  (void) name;
  (void) none;
  desk_message_keep_edit (DESK_MESSAGE_EDITOR (widget)->message, NULL);
}

/* What says the same as before is no edit. */
static void
save_cb (GtkWidget *widget, const char *name, GVariant *none)
{
  DeskMessageEditor *self = DESK_MESSAGE_EDITOR (widget);
  g_autofree char *text = g_strstrip (dup_text (self));

  if (g_str_equal (text, desk_message_get_body (self->message)))
    {
      cancel_cb (widget, name, none);
      return;
    }

  desk_message_keep_edit (self->message, text);
  g_signal_emit (self, signals[SAVE], 0, text);
}

static void
desk_message_editor_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (desk_message_editor_parent_class)->map (widget);
  gtk_widget_grab_focus (GTK_WIDGET (DESK_MESSAGE_EDITOR (widget)->view));
}

static void
desk_message_editor_dispose (GObject *object)
{
  DeskMessageEditor *self = DESK_MESSAGE_EDITOR (object);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  g_clear_object (&self->message);

  G_OBJECT_CLASS (desk_message_editor_parent_class)->dispose (object);
}

static void
desk_message_editor_class_init (DeskMessageEditorClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = desk_message_editor_dispose;
  widget_class->map = desk_message_editor_map;
  signals[SAVE] = g_signal_new ("save", DESK_TYPE_MESSAGE_EDITOR, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  gtk_widget_class_install_action (widget_class, "message.save", NULL, save_cb);
  gtk_widget_class_install_action (widget_class, "message.cancel", NULL, cancel_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "message.cancel", NULL);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/deskbell/Agent/thread/desk-message-editor.ui");
  gtk_widget_class_bind_template_child (widget_class, DeskMessageEditor, view);
}

static void
desk_message_editor_init (DeskMessageEditor *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
desk_message_editor_new (DeskMessage *message)
{
  DeskMessageEditor *self = g_object_new (DESK_TYPE_MESSAGE_EDITOR, NULL);
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->view);

  self->message = g_object_ref (message);
  gtk_text_buffer_set_text (buffer, desk_message_get_edit (message), -1);
  g_signal_connect_object (buffer, "changed", G_CALLBACK (text_changed_cb), self,
                           G_CONNECT_SWAPPED);

  return GTK_WIDGET (self);
}
