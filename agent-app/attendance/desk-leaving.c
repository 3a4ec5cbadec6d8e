/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * One question with three answers.
 */

#include "desk-leaving.h"

#include <adwaita.h>
#include <glib/gi18n.h>

static void
answered_cb (AdwMessageDialog *dialog, const char *response, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  DeskLeaving choice = DESK_LEAVING_STAY;

  (void) dialog;
  if (g_strcmp0 (response, "keep") == 0)
    choice = DESK_LEAVING_KEEP;
  else if (g_strcmp0 (response, "hand-over") == 0)
    choice = DESK_LEAVING_HAND_OVER;
  g_task_return_int (task, choice);
}

void
desk_leaving_ask_async (GtkWindow *window, guint n, GAsyncReadyCallback callback,
                        gpointer user_data)
{
  GTask *task = g_task_new (window, NULL, callback, user_data);
  GtkWidget *dialog = adw_message_dialog_new (window, _ ("Leave With Open Chats?"), NULL);
  AdwMessageDialog *question = ADW_MESSAGE_DIALOG (dialog);

  adw_message_dialog_format_body (
      question,
      ngettext ("You have %u open chat. It can stay with you, or go back to the queue, where its "
                "customer keeps the place.",
                "You have %u open chats. They can stay with you, or go back to the queue, where "
                "their customers keep their places.",
                n),
      n);
  adw_message_dialog_add_responses (question, "stay", _ ("Cancel"), "keep", _ ("Keep"), "hand-over",
                                    _ ("Hand Over"), NULL);
  adw_message_dialog_set_response_appearance (question, "hand-over", ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (question, "hand-over");
  adw_message_dialog_set_close_response (question, "stay");
  g_signal_connect (dialog, "response", G_CALLBACK (answered_cb), task);
  gtk_window_present (GTK_WINDOW (dialog));
}

DeskLeaving
desk_leaving_ask_finish (GtkWindow *window, GAsyncResult *result)
{
  g_return_val_if_fail (g_task_is_valid (result, window), DESK_LEAVING_STAY);

  return (DeskLeaving) g_task_propagate_int (G_TASK (result), NULL);
}
