/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Least-busy. Shares are compared as fractions multiplied out, so that rounding never decides. */
#include "queue/strategy.h"

static gboolean
is_less_busy (const StrategyAgent *one, const StrategyAgent *other)
{
  gint64 share = one->load * other->capacity;
  gint64 other_share = other->load * one->capacity;

  if (share != other_share)
    return share < other_share;
  if (one->turn != other->turn)
    return one->turn < other->turn;
  return one->agent_id < other->agent_id;
}

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

StrategyAgent *
strategy_least_busy (const GPtrArray *agents, const StrategyTicket *ticket)
{
  StrategyAgent *best = NULL;

  for (guint i = 0; i < agents->len; i++)
    {
      StrategyAgent *agent = g_ptr_array_index (agents, i);

      if (agent->load >= agent->capacity || holds (ticket->passers, agent->agent_id))
        continue;
      if (agent->agent_id == ticket->preferred)
        return agent;
      if (best == NULL || is_less_busy (agent, best))
        best = agent;
    }
  return best;
}
