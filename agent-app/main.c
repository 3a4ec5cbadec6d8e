/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Starts the agent app in the language of the desktop. DESKBELL_LOCALE_DIR names another folder of
 * translations, for a build that is not installed.
 */

#include <glib/gi18n.h>
#include <locale.h>

#include "desk-agent-application.h"

int
main (int argc, char **argv)
{
  const char *folder = g_getenv ("DESKBELL_LOCALE_DIR");
  g_autoptr (DeskAgentApplication) application = NULL;

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, folder != NULL ? folder : LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  g_set_application_name ("Deskbell");

  application = desk_agent_application_new ();

  return g_application_run (G_APPLICATION (application), argc, argv);
}
