/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Heads are taken oldest rank first over all lanes, so that departments that share agents share
 * them fairly. What an agent has on a channel, in all, and whose turn it is in a department, are
 * one object each for all lanes that it concerns. */
#include "queue/round.h"

#include "queue/strategy.h"

#include <string.h>

typedef struct
{
  GHashTable *shared; /* "place AGENT CHANNEL", "person AGENT", "turn AGENT DEPARTMENT" → state */
  GHashTable *lanes; /* lane → GPtrArray of StrategyAgents */
  gint64 counter; /* no turn or rotation is greater */
} Places;

static void
places_clear (Places *places)
{
  g_hash_table_unref (places->lanes);
  g_hash_table_unref (places->shared);
}

static GPtrArray *
lane_agents (Places *places, gint64 lane)
{
  GPtrArray *agents = g_hash_table_lookup (places->lanes, &lane);

  if (agents == NULL)
    {
      agents = g_ptr_array_new_with_free_func (g_free);
      g_hash_table_insert (places->lanes, g_memdup2 (&lane, sizeof lane), agents);
    }
  return agents;
}

/* What row @row shares under its agent and @column with other rows; NULL column for the agent
 * alone. @fresh (size @size) is what it is when no row was there before. */
static gpointer
share (Places *places, const DbResult *rows, guint row, const char *what, const char *column,
       gconstpointer fresh, gsize size)
{
  g_autofree char *key = g_strdup_printf ("%s %s %s", what, db_result_text (rows, row, "agent"),
                                          column != NULL ? db_result_text (rows, row, column) : "");
  gpointer state = g_hash_table_lookup (places->shared, key);

  if (state == NULL)
    {
      state = g_memdup2 (fresh, size);
      g_hash_table_insert (places->shared, g_steal_pointer (&key), state);
    }
  return state;
}

static StrategyAgent *
read_agent (Places *places, const DbResult *rows, guint row)
{
  StrategyPlace place
      = { db_result_int (rows, row, "load"), db_result_int (rows, row, "capacity") };
  StrategyPerson person = { db_result_int (rows, row, "busy"), db_result_int (rows, row, "room"),
                            db_result_int (rows, row, "turn") };
  gint64 rotation = db_result_int (rows, row, "rotation");
  StrategyAgent *agent = g_new0 (StrategyAgent, 1);

  agent->agent_id = db_result_int (rows, row, "agent");
  agent->weight = db_result_int (rows, row, "weight");
  agent->fits_after = db_result_int (rows, row, "fits_after");
  agent->place = share (places, rows, row, "place", "channel", &place, sizeof place);
  agent->person = share (places, rows, row, "person", NULL, &person, sizeof person);
  agent->rotation = share (places, rows, row, "turn", "department", &rotation, sizeof rotation);
  places->counter = MAX (places->counter, MAX (person.turn, rotation));
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
    g_ptr_array_add (lane_agents (places, db_result_int (rows, row, "lane")),
                     read_agent (places, rows, row));
  return TRUE;
}

/* Who gets what, as arrays for dispatch_assign(). */
typedef struct
{
  GString *tickets, *agents, *turns;
  guint count;
} Pairs;

static void
pairs_clear (Pairs *pairs)
{
  g_string_free (pairs->tickets, TRUE);
  g_string_free (pairs->agents, TRUE);
  g_string_free (pairs->turns, TRUE);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Pairs, pairs_clear)

/* Gives heads to agents in the order of @heads until there are enough pairs or nobody is free. */
static void
match (const DbResult *heads, Places *places, Pairs *pairs)
{
  for (guint row = 0; row < db_result_rows (heads) && pairs->count < ROUND_PAIRS; row++)
    {
      const GPtrArray *lane = lane_agents (places, db_result_int (heads, row, "lane"));
      StrategyTicket ticket
          = { .preferred = db_result_int (heads, row, "preferred_agent"),
              .passers = db_result_text (heads, row, "passers"),
              .waited = db_result_int (heads, row, "waited"),
              .in_turn = strcmp (db_result_text (heads, row, "strategy"), "round_robin") == 0 };
      StrategyAgent *agent = strategy_choose (lane, &ticket);

      if (agent == NULL)
        continue;
      db_array_add_int (pairs->tickets, db_result_int (heads, row, "ticket"));
      db_array_add_int (pairs->agents, agent->agent_id);
      db_array_add_int (pairs->turns, strategy_give (agent, &ticket, &places->counter));
      pairs->count++;
    }
}

static gboolean
apply (Db *db, Pairs *pairs, Refusals *refusals, guint *assigned, GError **error)
{
  g_autoptr (DbResult) rows
      = db_run (db, "dispatch_assign",
                (DbParam[]){ db_text (db_array_close (pairs->tickets)),
                             db_text (db_array_close (pairs->agents)),
                             db_text (db_array_close (pairs->turns)), DB_END },
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

/* What a round knows: who waits, and who could take them. */
typedef struct
{
  const char *held; /* tickets to leave out, as an array */
  DbResult *heads;
  Places places;
} Sight;

static void
sight_clear (Sight *sight)
{
  db_result_free (sight->heads);
  places_clear (&sight->places);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Sight, sight_clear)

static gboolean
look_cb (Db *db, gpointer data, GError **error)
{
  Sight *sight = data;

  sight->heads = db_run (db, "dispatch_heads",
                         (DbParam[]){ db_text (sight->held), db_int (ROUND_HEADS), DB_END }, error);
  return sight->heads != NULL
         && (db_result_rows (sight->heads) == 0
             || read_places (db, sight->heads, &sight->places, error));
}

gboolean
round_run (Db *db, Refusals *refusals, guint *assigned, GError **error)
{
  g_autoptr (GString) held = refusals_collect (refusals, g_get_monotonic_time ());
  g_auto (Pairs) pairs = { db_array_new (), db_array_new (), db_array_new (), 0 };
  g_auto (Sight) sight = { .held = db_array_close (held) };

  sight.places.shared = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  sight.places.lanes = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free,
                                              (GDestroyNotify) g_ptr_array_unref);
  *assigned = 0;
  /* Of one moment: else who becomes free after the heads were read would be given one of them,
   * though somebody with an older rank came in between. */
  if (!db_snapshot (db, look_cb, &sight, error))
    return FALSE;
  match (sight.heads, &sight.places, &pairs);
  return pairs.count == 0 || apply (db, &pairs, refusals, assigned, error);
}
