/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * THE table of everything a person can do by keyboard: action, words, keys. Accelerators and the
 * shortcuts window are made from it and from nothing else.
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

typedef struct
{
  const char *action; /* detailed name; %NULL: a key of a widget, shown only */
  const char *title; /* to be translated */
  const char *group; /* to be translated */
  const char *keys[3];
} DeskAgentAction;

/** desk_agent_actions_get: @n: (out): how many; Returns: (transfer none): the table. */
const DeskAgentAction *desk_agent_actions_get (gsize *n);

/** desk_agent_actions_install: gives every action of the table its keys. */
void desk_agent_actions_install (GtkApplication *application);

/** desk_agent_actions_show: opens the shortcuts window over @parent. */
void desk_agent_actions_show (GtkWindow *parent);

G_END_DECLS
