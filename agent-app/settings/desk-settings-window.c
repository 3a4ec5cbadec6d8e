/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Each row is bound to its key; nothing has to be saved.
 */

#include "desk-settings-window.h"

struct _DeskSettingsWindow
{
  AdwPreferencesWindow parent_instance;

  GtkWidget *enter_sends;
  GtkAdjustment *undo_send;
  GtkWidget *do_not_disturb;
  GtkWidget *notify_text;
  GtkWidget *notify_unassigned;
  GtkWidget *sound_message;
  GtkWidget *sound_offer;

  GSettings *settings;
};

enum
{
  TEST,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (DeskSettingsWindow, desk_settings_window, ADW_TYPE_PREFERENCES_WINDOW)

static void
test_cb (GtkButton *button, DeskSettingsWindow *self)
{
  (void) button;
  g_signal_emit (self, signals[TEST], 0);
}

static void
desk_settings_window_dispose (GObject *object)
{
  g_clear_object (&DESK_SETTINGS_WINDOW (object)->settings);

  G_OBJECT_CLASS (desk_settings_window_parent_class)->dispose (object);
}

static void
desk_settings_window_class_init (DeskSettingsWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = desk_settings_window_dispose;
  signals[TEST] = g_signal_new ("test", DESK_TYPE_SETTINGS_WINDOW, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/deskbell/Agent/settings/desk-settings-window.ui");
  gtk_widget_class_bind_template_child (widget_class, DeskSettingsWindow, enter_sends);
  gtk_widget_class_bind_template_child (widget_class, DeskSettingsWindow, undo_send);
  gtk_widget_class_bind_template_child (widget_class, DeskSettingsWindow, do_not_disturb);
  gtk_widget_class_bind_template_child (widget_class, DeskSettingsWindow, notify_text);
  gtk_widget_class_bind_template_child (widget_class, DeskSettingsWindow, notify_unassigned);
  gtk_widget_class_bind_template_child (widget_class, DeskSettingsWindow, sound_message);
  gtk_widget_class_bind_template_child (widget_class, DeskSettingsWindow, sound_offer);
  gtk_widget_class_bind_template_callback (widget_class, test_cb);
}

static void
desk_settings_window_init (DeskSettingsWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->settings = g_settings_new ("io.github.deskbell.Agent");

  const struct
  {
    const char *key;
    gpointer object;
    const char *property;
  } bindings[] = {
    { "enter-sends", self->enter_sends, "active" },
    { "undo-send", self->undo_send, "value" },
    { "do-not-disturb", self->do_not_disturb, "active" },
    { "notify-text", self->notify_text, "active" },
    { "notify-unassigned", self->notify_unassigned, "active" },
    { "sound-message", self->sound_message, "active" },
    { "sound-offer", self->sound_offer, "active" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (bindings); i++)
    g_settings_bind (self->settings, bindings[i].key, bindings[i].object, bindings[i].property,
                     G_SETTINGS_BIND_DEFAULT);
}

GtkWidget *
desk_settings_window_new (GtkWindow *parent)
{
  return g_object_new (DESK_TYPE_SETTINGS_WINDOW, "transient-for", parent, NULL);
}
