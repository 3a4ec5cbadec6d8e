/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The action table and what is made of it. GTK 4.8 fills a shortcuts window from a builder file
 * only, so one is written here from the table.
 */

#include "desk-agent-actions.h"

#include <glib/gi18n.h>

static const DeskAgentAction actions[] = {
  { "win.queue(uint32 0)", N_ ("Mine"), N_ ("Queues"), { "<Alt>1" } },
  { "win.queue(uint32 1)", N_ ("Unassigned"), N_ ("Queues"), { "<Alt>2" } },
  { "win.queue(uint32 2)", N_ ("Waiting"), N_ ("Queues"), { "<Alt>3" } },
  { "win.queue(uint32 3)", N_ ("All"), N_ ("Queues"), { "<Alt>4" } },
  { "win.queue(uint32 4)", N_ ("Outbox"), N_ ("Queues"), { "<Alt>5" } },
  { "win.next-ticket", N_ ("Next ticket"), N_ ("Moving"), { "<Control>Page_Down" } },
  { "win.previous-ticket", N_ ("Previous ticket"), N_ ("Moving"), { "<Control>Page_Up" } },
  { NULL, N_ ("Down and up in the list"), N_ ("Moving"), { "J", "K" } },
  { "win.next-pane", N_ ("Next pane"), N_ ("Moving"), { "F6" } },
  { "win.previous-pane", N_ ("Previous pane"), N_ ("Moving"), { "<Shift>F6" } },
  { "win.toggle-queues", N_ ("Show queues"), N_ ("Moving"), { "F9" } },
  { "win.show-customer", N_ ("Show customer"), N_ ("Moving"), { "<Shift>F9" } },
  { "win.back", N_ ("Back to the list"), N_ ("Moving"), { "<Alt>Left" } },
  { NULL, N_ ("Leave"), N_ ("Moving"), { "Escape" } },
  { "win.accept-chat", N_ ("Accept the new chat"), N_ ("Chats"), { "F8" } },
  { "win.cycle-presence", N_ ("Online, away, offline"), N_ ("Chats"), { "<Control><Shift>y" } },
  { "win.reply", N_ ("Write a reply"), N_ ("Writing"), { "<Control>r" } },
  { "win.note", N_ ("Write a note"), N_ ("Writing"), { "<Control><Shift>r" } },
  { "win.send", N_ ("Send, or add the note"), N_ ("Writing"), { "<Control>Return" } },
  { "win.send-and-resolve", N_ ("Send and resolve"), N_ ("Writing"), { "<Control><Shift>Return" } },
  { NULL, N_ ("Undo sending"), N_ ("Writing"), { "<Control>z" } },
  { "win.bold", N_ ("Bold"), N_ ("Writing"), { "<Control>b" } },
  { "win.italic", N_ ("Italic"), N_ ("Writing"), { "<Control>i" } },
  { NULL, N_ ("Emoji"), N_ ("Writing"), { "<Control>period" } },
  { "win.assign-me", N_ ("Assign to me"), N_ ("Ticket"), { "<Control><Shift>m" } },
  { "win.status-menu", N_ ("Change the status"), N_ ("Ticket"), { "<Control><Shift>s" } },
  { "win.resolve", N_ ("Resolve"), N_ ("Ticket"), { "<Control>e" } },
  { "app.settings", N_ ("Settings"), N_ ("General"), { "<Control>comma" } },
  { "app.shortcuts", N_ ("Keyboard shortcuts"), N_ ("General"), { "<Control>question" } },
  { NULL, N_ ("Main menu"), N_ ("General"), { "F10" } },
  { "window.close", N_ ("Close the window"), N_ ("General"), { "<Control>w" } },
  { "app.quit", N_ ("Quit"), N_ ("General"), { "<Control>q" } },
};

const DeskAgentAction *
desk_agent_actions_get (gsize *n)
{
  *n = G_N_ELEMENTS (actions);

  return actions;
}

void
desk_agent_actions_install (GtkApplication *application)
{
  for (gsize i = 0; i < G_N_ELEMENTS (actions); i++)
    if (actions[i].action != NULL)
      gtk_application_set_accels_for_action (application, actions[i].action, actions[i].keys);
}

static void
append_property (GString *xml, const char *name, const char *value)
{
  g_autofree char *escaped = g_markup_escape_text (value, -1);

  g_string_append_printf (xml, "<property name=\"%s\">%s</property>", name, escaped);
}

static void
append_shortcut (GString *xml, const DeskAgentAction *action)
{
  g_autofree char *keys = g_strjoinv (" ", (char **) action->keys);

  g_string_append (xml, "<child><object class=\"GtkShortcutsShortcut\">");
  append_property (xml, "title", _ (action->title));
  append_property (xml, "accelerator", keys);
  g_string_append (xml, "</object></child>");
}

static char *
write_window (void)
{
  GString *xml = g_string_new ("<interface><object class=\"GtkShortcutsWindow\" id=\"window\">"
                               "<property name=\"modal\">1</property><child>"
                               "<object class=\"GtkShortcutsSection\">"
                               "<property name=\"section-name\">all</property>"
                               "<property name=\"max-height\">12</property>");

  for (gsize i = 0; i < G_N_ELEMENTS (actions); i++)
    {
      if (i == 0 || g_strcmp0 (actions[i].group, actions[i - 1].group) != 0)
        {
          g_string_append (xml, i == 0 ? "" : "</object></child>");
          g_string_append (xml, "<child><object class=\"GtkShortcutsGroup\">");
          append_property (xml, "title", _ (actions[i].group));
        }
      append_shortcut (xml, &actions[i]);
    }
  g_string_append (xml, "</object></child></object></child></object></interface>");

  return g_string_free (xml, FALSE);
}

void
desk_agent_actions_show (GtkWindow *parent)
{
  g_autofree char *xml = write_window ();
  g_autoptr (GtkBuilder) builder = gtk_builder_new_from_string (xml, -1);
  GtkWindow *window = GTK_WINDOW (gtk_builder_get_object (builder, "window"));

  gtk_window_set_transient_for (window, parent);
  gtk_window_present (window);
}
