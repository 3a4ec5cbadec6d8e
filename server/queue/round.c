/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Heads are taken oldest rank first over all lanes, so that departments that share agents share
 * them fairly. What an agent has on a channel is one object for all lanes that the agent serves. */
#include "queue/round.h"

#include "queue/strategy.h"

typedef struct
{
  GHashTable *agents; /* "AGENT CHANNEL" → StrategyAgent */
  GHashTable *lanes; /* lane → GPtrArray of those StrategyAgents */
  gint64 last_turn;
} Places;

static void
places_clear (Places *places)
{
  g_hash_table_unref (places->lanes);
  g_hash_table_unref (places->agents);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Places, places_clear)

static GPtrArray *
lane_agents (Places *places, gint64 lane)
{
  GPtrArray *agents = g_hash_table_lookup (places->lanes, &lane);

  if (agents == NULL)
    {
      agents = g_ptr_array_new ();
      g_hash_table_insert (places->lanes, g_memdup2 (&lane, sizeof lane), agents);
    }
  return agents;
}

/* The agent of row @row on its channel, the same object whatever the lane. */
static StrategyAgent *
place_of (Places *places, const DbResult *rows, guint row)
{
  g_autofree char *key = g_strdup_printf ("%s %s", db_result_text (rows, row, "agent"),
                                          db_result_text (rows, row, "channel"));
  StrategyAgent *agent = g_hash_table_lookup (places->agents, key);

  if (agent == NULL)
    {
      agent = g_new0 (StrategyAgent, 1);
      agent->agent_id = db_result_int (rows, row, "agent");
      agent->load = db_result_int (rows, row, "load");
      agent->capacity = db_result_int (rows, row, "capacity");
      agent->turn = db_result_int (rows, row, "turn");
      g_hash_table_insert (places->agents, g_steal_pointer (&key), agent);
    }
  return agent;
}

/* Reads who has a place free in one of the lanes of @heads. */
static gboolean
read_places (Db *db, const DbResult *heads, Places *places, GError **error)
{
  g_autoptr (GString) lanes = db_array_new ();
  g_autoptr (DbResult) rows = NULL;

  for (guint row = 0; row < db_result_rows (heads); row++)
    db_array_add_int (lanes, db_result_int (heads, row, "lane"));
  rows = db_run (db, "dispatch_agents", (DbParam[]){ db_text (db_array_close (lanes)), DB_END },
                 error);
  if (rows == NULL)
    return FALSE;

  for (guint row = 0; row < db_result_rows (rows); row++)
    {
      StrategyAgent *agent = place_of (places, rows, row);

      places->last_turn = MAX (places->last_turn, agent->turn);
      g_ptr_array_add (lane_agents (places, db_result_int (rows, row, "lane")), agent);
    }
  return TRUE;
}

/* Gives heads to agents in the order of @heads until there are enough pairs or nobody is free.
 * Returns: the number of pairs in @tickets and @agents. */
static guint
match (const DbResult *heads, Places *places, GString *tickets, GString *agents)
{
  guint pairs = 0;

  for (guint row = 0; row < db_result_rows (heads) && pairs < ROUND_PAIRS; row++)
    {
      const GPtrArray *lane = lane_agents (places, db_result_int (heads, row, "lane"));
      StrategyTicket ticket = { db_result_int (heads, row, "preferred_agent"),
                                db_result_text (heads, row, "passers") };
      StrategyAgent *agent = strategy_least_busy (lane, &ticket);

      if (agent == NULL)
        continue;
      agent->load++;
      agent->turn = ++places->last_turn;
      db_array_add_int (tickets, db_result_int (heads, row, "ticket"));
      db_array_add_int (agents, agent->agent_id);
      pairs++;
    }
  return pairs;
}

static gboolean
apply (Db *db, GString *tickets, GString *agents, Refusals *refusals, guint *assigned,
       GError **error)
{
  g_autoptr (DbResult) rows = db_run (db, "dispatch_assign",
                                      (DbParam[]){ db_text (db_array_close (tickets)),
                                                   db_text (db_array_close (agents)), DB_END },
                                      error);
  gint64 now = g_get_monotonic_time ();

  if (rows == NULL)
    return FALSE;
  for (guint row = 0; row < db_result_rows (rows); row++)
    {
      if (g_str_equal (db_result_text (rows, row, "outcome"), "done"))
        ++*assigned;
      else
        refusals_note (refusals, db_result_int (rows, row, "ticket"), now);
    }
  return TRUE;
}

gboolean
round_run (Db *db, Refusals *refusals, guint *assigned, GError **error)
{
  g_autoptr (GString) held = refusals_collect (refusals, g_get_monotonic_time ());
  g_autoptr (GString) tickets = db_array_new ();
  g_autoptr (GString) agents = db_array_new ();
  g_autoptr (DbResult) heads = NULL;
  g_auto (Places) places = { 0 };

  places.agents = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  places.lanes = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free,
                                        (GDestroyNotify) g_ptr_array_unref);
  *assigned = 0;
  heads = db_run (db, "dispatch_heads",
                  (DbParam[]){ db_text (db_array_close (held)), db_int (ROUND_HEADS), DB_END },
                  error);
  if (heads == NULL)
    return FALSE;
  if (db_result_rows (heads) == 0)
    return TRUE;
  if (!read_places (db, heads, &places, error))
    return FALSE;
  if (match (heads, &places, tickets, agents) == 0)
    return TRUE;
  return apply (db, tickets, agents, refusals, assigned, error);
}
