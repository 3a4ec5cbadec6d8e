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

/* What a ticket says about who gets it. */
typedef struct
{
  gint64 preferred; /* knows the case and comes first when a place is free; 0 for nobody */
  const char *passers; /* `{3,5}`: gave it away just now, so they don't count; NULL for nobody */
} StrategyTicket;

/* Chooses among @agents (element-type StrategyAgent) the one with the smallest share of the
 * capacity in use; of equals the one who was given nothing for the longest time.
 * Returns: (transfer none): NULL when everybody is full. */
StrategyAgent *strategy_least_busy (const GPtrArray *agents, const StrategyTicket *ticket);
