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

StrategyAgent *
strategy_least_busy (const GPtrArray *agents, gint64 preferred)
{
  StrategyAgent *best = NULL;

  for (guint i = 0; i < agents->len; i++)
    {
      StrategyAgent *agent = g_ptr_array_index (agents, i);

      if (agent->load >= agent->capacity)
        continue;
      if (agent->agent_id == preferred)
        return agent;
      if (best == NULL || is_less_busy (agent, best))
        best = agent;
    }
  return best;
}
