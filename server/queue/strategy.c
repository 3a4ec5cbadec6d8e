/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Least-busy and rotation. Shares are compared as fractions multiplied out, so that rounding never
 * decides. */
#include "queue/strategy.h"

/* Whether the list `{3,5}` holds @id. */
static gboolean
holds (const char *list, gint64 id)
{
  const char *next = list;

  while (next != NULL && *next != '\0' && *next != '}')
    {
      char *end;

      if (g_ascii_strtoll (next + 1, &end, 10) == id)
        return TRUE;
      next = end;
    }
  return FALSE;
}

static gboolean
can_take (const StrategyAgent *agent, const StrategyTicket *ticket)
{
  return agent->place->load < agent->place->capacity && agent->fits_after <= ticket->waited
         && !holds (ticket->passers, agent->agent_id);
}

static gboolean
is_less_busy (const StrategyAgent *one, const StrategyAgent *other)
{
  gint64 share = one->person->busy * other->person->room;
  gint64 other_share = other->person->busy * one->person->room;

  if (share != other_share)
    return share < other_share;
  if (one->person->turn != other->person->turn)
    return one->person->turn < other->person->turn;
  return one->agent_id < other->agent_id;
}

static gboolean
is_sooner (const StrategyAgent *one, const StrategyAgent *other)
{
  if (*one->rotation != *other->rotation)
    return *one->rotation < *other->rotation;
  return one->agent_id < other->agent_id;
}

StrategyAgent *
strategy_choose (const GPtrArray *agents, const StrategyTicket *ticket)
{
  StrategyAgent *best = NULL;

  for (guint i = 0; i < agents->len; i++)
    {
      StrategyAgent *agent = g_ptr_array_index (agents, i);

      if (!can_take (agent, ticket))
        continue;
      if (agent->agent_id == ticket->preferred)
        return agent;
      if (best == NULL || (ticket->in_turn ? is_sooner (agent, best) : is_less_busy (agent, best)))
        best = agent;
    }
  return best;
}

gboolean
strategy_give (StrategyAgent *agent, const StrategyTicket *ticket, gint64 *counter)
{
  gboolean is_turn = ticket->in_turn && agent->agent_id != ticket->preferred;

  agent->place->load++;
  agent->person->busy += agent->weight;
  agent->person->turn = ++*counter;
  if (is_turn)
    *agent->rotation = *counter;
  return is_turn;
}
