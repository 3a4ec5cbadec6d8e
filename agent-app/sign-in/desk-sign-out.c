/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The line is closed first, so that nothing is sent or written while texts are sealed; whoever
 * stays gets it back.
 */

#include "desk-sign-out.h"

#include <glib/gi18n.h>

#include "desk-leave.h"

static void leave (GTask *task, gboolean erase);

static DeskCache *
get_cache (DeskClient *client)
{
  return desk_store_get_cache (desk_client_get_store (client));
}

static void
answered_cb (AdwMessageDialog *dialog, const char *response, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  DeskClient *client = g_task_get_source_object (task);

  (void) dialog;
  if (g_strcmp0 (response, "erase") == 0)
    {
      leave (g_steal_pointer (&task), TRUE);
      return;
    }

  desk_client_connect (client);
  g_task_return_boolean (task, FALSE);
}

static void
ask (GTask *task)
{
  guint n = desk_leave_count_unsent (get_cache (g_task_get_source_object (task)));
  GtkWidget *dialog
      = adw_message_dialog_new (g_task_get_task_data (task), _ ("Erase What Was Not Sent?"), NULL);
  AdwMessageDialog *question = ADW_MESSAGE_DIALOG (dialog);

  adw_message_dialog_format_body (
      question,
      ngettext ("%u text was not sent, and the keyring of this computer cannot keep it safe. "
                "Signing out erases it.",
                "%u texts were not sent, and the keyring of this computer cannot keep them safe. "
                "Signing out erases them.",
                n),
      n);
  adw_message_dialog_add_responses (question, "stay", _ ("Stay Signed In"), "erase",
                                    _ ("Erase and Sign Out"), NULL);
  adw_message_dialog_set_response_appearance (question, "erase", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (question, "stay");
  adw_message_dialog_set_close_response (question, "stay");
  g_signal_connect (dialog, "response", G_CALLBACK (answered_cb), task);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
left_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;

  if (desk_leave_finish (DESK_SESSION (source), result, &error))
    {
      g_task_return_boolean (task, TRUE);
      return;
    }

  g_info ("Texts cannot be sealed: %s", error->message);
  ask (g_steal_pointer (&task));
}

static void
leave (GTask *task, gboolean erase)
{
  DeskClient *client = g_task_get_source_object (task);

  desk_leave_async (desk_client_get_session (client), get_cache (client), erase, left_cb, task);
}

void
desk_sign_out_async (GtkWindow *window, DeskClient *client, GAsyncReadyCallback callback,
                     gpointer user_data)
{
  GTask *task = g_task_new (client, NULL, callback, user_data);

  g_task_set_task_data (task, g_object_ref (window), g_object_unref);
  desk_client_disconnect (client);
  leave (task, FALSE);
}

gboolean
desk_sign_out_finish (DeskClient *client, GAsyncResult *result)
{
  g_return_val_if_fail (g_task_is_valid (result, client), FALSE);

  return g_task_propagate_boolean (G_TASK (result), NULL);
}
