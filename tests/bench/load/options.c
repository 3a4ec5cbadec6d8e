/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The command line. Tokens come in files, because ten thousand of them fit nowhere else.
 */

#include "options.h"

#include <gio/gio.h>

static gboolean
read_lines (const char *file, GStrv *lines, GError **error)
{
  g_autofree char *text = NULL;

  if (file == NULL)
    {
      *lines = g_new0 (char *, 1);
      return TRUE;
    }
  if (!g_file_get_contents (file, &text, NULL, error))
    return FALSE;

  *lines = g_strsplit (g_strchomp (text), "\n", -1);
  return TRUE;
}

static gboolean
check (const Options *options, GError **error)
{
  const char *missing = NULL;

  if (options->scenario == NULL)
    missing = "a scenario: live, get or post";
  else if (options->port == 0)
    missing = "--port";
  else if (options->idle_count > g_strv_length (options->idle))
    missing = "a token in --idle for each of --idle-count";

  if (missing != NULL)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "There is no %s", missing);
  return missing == NULL;
}

gboolean
options_parse (Options *options, int argc, char **argv, GError **error)
{
  g_autofree char *customers = NULL;
  g_autofree char *agents = NULL;
  g_autofree char *idle = NULL;
  int port = 0, idle_count = 0, rate = 200, window = 8, connections = 16;
  const GOptionEntry entries[] = {
    { "port", 0, 0, G_OPTION_ARG_INT, &port, "Port of the server on this machine", "PORT" },
    { "customers", 0, 0, G_OPTION_ARG_FILENAME, &customers, "Lines of token and ticket", "FILE" },
    { "agents", 0, 0, G_OPTION_ARG_FILENAME, &agents, "Lines of token", "FILE" },
    { "idle", 0, 0, G_OPTION_ARG_FILENAME, &idle, "Lines of token", "FILE" },
    { "idle-count", 0, 0, G_OPTION_ARG_INT, &idle_count, "Idle sockets to open first", "N" },
    { "pid", 0, 0, G_OPTION_ARG_INT, &options->pid, "The server's process", "PID" },
    { "rate", 0, 0, G_OPTION_ARG_INT, &rate, "Messages a second for latency", "N" },
    { "window", 0, 0, G_OPTION_ARG_INT, &window, "Unacknowledged messages a customer", "N" },
    { "path", 0, 0, G_OPTION_ARG_STRING, &options->path, "What to GET", "PATH" },
    { "connections", 0, 0, G_OPTION_ARG_INT, &connections, "Keep-alive connections", "N" },
    { "warm-up", 0, 0, G_OPTION_ARG_DOUBLE, &options->warm_up, "Before measuring", "SECONDS" },
    { "seconds", 0, 0, G_OPTION_ARG_DOUBLE, &options->seconds, "Measured time", "SECONDS" },
    { NULL, 0, 0, 0, NULL, NULL, NULL }
  };
  g_autoptr (GOptionContext) context = g_option_context_new ("live|get|post");

  *options = (Options){ .warm_up = 1, .seconds = 5 };
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, error))
    return FALSE;

  options->scenario = argc == 2 ? g_strdup (argv[1]) : NULL;
  options->port = (guint16) CLAMP (port, 0, G_MAXUINT16);
  options->idle_count = (guint) MAX (idle_count, 0);
  options->rate = (guint) MAX (rate, 0);
  options->window = (guint) MAX (window, 0);
  options->connections = (guint) MAX (connections, 1);
  return read_lines (customers, &options->customers, error)
         && read_lines (agents, &options->agents, error) && read_lines (idle, &options->idle, error)
         && check (options, error);
}

void
options_clear (Options *options)
{
  g_clear_pointer (&options->scenario, g_free);
  g_clear_pointer (&options->customers, g_strfreev);
  g_clear_pointer (&options->agents, g_strfreev);
  g_clear_pointer (&options->idle, g_strfreev);
  g_clear_pointer (&options->path, g_free);
}
