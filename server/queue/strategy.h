/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Who gets a ticket. Pure: no database, no clock. */
#pragma once

#include <glib.h>

/* What one agent takes and has on one channel. */
typedef struct
{
  gint64 agent_id;
  gint64 load; /* tickets now */
  gint64 capacity; /* tickets at most */
  gint64 turn; /* grows with every assignment: the smallest waited longest for one */
} StrategyAgent;

/* Chooses among @agents (element-type StrategyAgent) the one with the smallest share of the
 * capacity in use; of equals the one who was given nothing for the longest time. @preferred (0
 * for none) knows the case and comes first when a place is free.
 * Returns: (transfer none): NULL when everybody is full. */
StrategyAgent *strategy_least_busy (const GPtrArray *agents, gint64 preferred);
