/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The least that a GTK app can do with news: each line on stdin becomes the text of one label. What
 * our app needs longer than this between an event and its pixels is ours to answer for.
 */

#include <adwaita.h>

static gboolean
line_cb (GIOChannel *input, GIOCondition condition, gpointer user_data)
{
  g_autofree char *line = NULL;

  (void) condition;
  if (g_io_channel_read_line (input, &line, NULL, NULL, NULL) != G_IO_STATUS_NORMAL)
    return G_SOURCE_REMOVE;

  gtk_label_set_label (GTK_LABEL (user_data), line);

  return G_SOURCE_CONTINUE;
}

static void
activate_cb (GApplication *application, gpointer user_data)
{
  GtkWidget *window = adw_application_window_new (GTK_APPLICATION (application));
  GtkWidget *label = gtk_label_new ("");
  g_autoptr (GIOChannel) input = g_io_channel_unix_new (0);

  (void) user_data;
  gtk_window_set_default_size (GTK_WINDOW (window), 1280, 800);
  adw_application_window_set_content (ADW_APPLICATION_WINDOW (window), label);
  g_io_add_watch (input, G_IO_IN | G_IO_HUP, line_cb, label);
  gtk_window_present (GTK_WINDOW (window));
}

int
main (int argc, char **argv)
{
  g_autoptr (AdwApplication) application
      = adw_application_new ("io.github.deskbell.Lines", G_APPLICATION_DEFAULT_FLAGS);

  g_signal_connect (application, "activate", G_CALLBACK (activate_cb), NULL);

  return g_application_run (G_APPLICATION (application), argc, argv);
}
