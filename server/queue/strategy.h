/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Who gets a ticket. Pure: no database, no clock. */
#pragma once

#include <glib.h>

/* What somebody takes and has on one channel. */
typedef struct
{
  gint64 load; /* tickets now */
  gint64 capacity; /* tickets at most */
} StrategyPlace;

/* The same of all channels, each ticket by the weight of its channel. */
typedef struct
{
  gint64 busy;
  gint64 room;
  gint64 turn; /* grows with every assignment: the smallest waited longest for one */
} StrategyPerson;

/* Somebody who serves a lane. What is pointed to is shared by all lanes that it concerns. */
typedef struct
{
  gint64 agent_id;
  gint64 weight; /* of a ticket of the lane's channel */
  gint64 fits_after; /* seconds a ticket has to have waited to be content with this one */
  StrategyPlace *place;
  StrategyPerson *person;
  gint64 *rotation; /* in the department: the smallest is next */
} StrategyAgent;

/* What a ticket says about who gets it. */
typedef struct
{
  gint64 preferred; /* knows the case and comes first when a place is free; 0 for nobody */
  const char *passers; /* `{3,5}`: gave it away just now, so they don't count; NULL for nobody */
  gint64 waited; /* seconds */
  gboolean in_turn; /* each agent in turn, not the least busy one */
} StrategyTicket;

/* Chooses among @agents (element-type StrategyAgent) the one with the smallest share in use, of
 * equals the one who was given nothing for the longest time; or whose turn it is.
 * Returns: (transfer none): NULL when nobody who fits has a place free. */
StrategyAgent *strategy_choose (const GPtrArray *agents, const StrategyTicket *ticket);

/* Counts a ticket as given to @agent; @counter is greater than every turn and rotation there is,
 * and grows. Returns: whether it was the agent's turn. */
gboolean strategy_give (StrategyAgent *agent, const StrategyTicket *ticket, gint64 *counter);
