/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The command line of deskbell-load. */
#pragma once

#include <glib.h>

/**
 * Options:
 * @scenario: `live`, `get` or `post`
 * @port: where the server listens
 * @customers: lines of token and ticket id
 * @agents: lines of token
 * @idle: lines of token, one for each socket that stays idle
 * @idle_count: how many of @idle to open
 * @pid: the server's process, to read its memory; 0 for not
 * @rate: messages a second in the part that measures latency; 0 leaves it out
 * @window: unacknowledged messages of each customer in the part that measures throughput; 0
 *   leaves it out
 * @path: what `get` asks for
 * @connections: of `get` and `post`
 * @warm_up: seconds before each measurement
 * @seconds: how long each measurement lasts
 */
typedef struct
{
  char *scenario;
  guint16 port;
  GStrv customers;
  GStrv agents;
  GStrv idle;
  guint idle_count;
  int pid;
  guint rate;
  guint window;
  char *path;
  guint connections;
  double warm_up;
  double seconds;
} Options;

/**
 * options_parse:
 * @options: (out): clear it with options_clear(), also after an error
 * @error: (out): what is wrong with the command line, or a file that cannot be read
 */
gboolean options_parse (Options *options, int argc, char **argv, GError **error);
void options_clear (Options *options);
