/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Heads are taken oldest rank first over all lanes, so that departments that share agents share
 * them fairly. What an agent has on a channel, in all, and whose turn it is in a department, are
 * one object each for all lanes that it concerns. */
#include "queue/round.h"

#include "queue/strategy.h"

#include <string.h>

/* So many called tickets are looked at though nobody is free. */
#define CALLED_WHILE_FULL 100

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

/* Reads who has a place free in a lane where somebody waits. */
static gboolean
read_places (Db *db, const MarksView *view, Places *places, GError **error)
{
  g_autoptr (DbResult) rows
      = db_run (db, "dispatch_agents",
                (DbParam[]){ db_text (view->lanes->str), db_text (view->ranks->str),
                             db_text (view->called->str), DB_END },
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
      gboolean is_sorted = !db_result_bool (heads, row, "unsorted");
      StrategyAgent *agent = is_sorted ? strategy_choose (lane, &ticket) : NULL;

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
  Marks *marks;
  DbResult *heads; /* NULL when nobody is free */
  Places places;
} Sight;

static void
sight_clear (Sight *sight)
{
  g_clear_pointer (&sight->heads, db_result_free);
  places_clear (&sight->places);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Sight, sight_clear)

static DbResult *
read_heads (Db *db, const Sight *sight, const MarksView *view, GError **error)
{
  g_autoptr (GString) lanes = db_array_new ();
  GHashTableIter iter;
  gpointer lane;

  g_hash_table_iter_init (&iter, sight->places.lanes);
  while (g_hash_table_iter_next (&iter, &lane, NULL))
    db_array_add_int (lanes, *(gint64 *) lane);
  return db_run (db, "dispatch_heads",
                 (DbParam[]){ db_text (sight->held), db_int (ROUND_HEADS),
                              db_text (db_array_close (lanes)), db_text (view->lanes->str),
                              db_text (view->ranks->str), db_text (view->called->str), DB_END },
                 error);
}

/* Who is free comes first: while nobody is, the queue costs nothing however long it is. What was
 * called must be looked at some time all the same. */
static gboolean
look_cb (Db *db, gpointer data, GError **error)
{
  Sight *sight = data;
  g_auto (MarksView) view = { 0 };

  marks_view (sight->marks, &view);
  if (!read_places (db, &view, &sight->places, error))
    return FALSE;
  if (g_hash_table_size (sight->places.lanes) == 0
      && marks_count_called (sight->marks) < CALLED_WHILE_FULL)
    return TRUE;
  g_clear_pointer (&sight->heads, db_result_free);
  sight->heads = read_heads (db, sight, &view, error);
  return sight->heads != NULL;
}

/* Everything that was seen moves the marks. */
static void
move_marks (Marks *marks, const DbResult *heads)
{
  for (guint row = 0; row < db_result_rows (heads); row++)
    marks_see (marks, db_result_int (heads, row, "lane"), db_result_int (heads, row, "rank"),
               db_result_bool (heads, row, "scanned"));
  marks_settle (marks);
}

/* A ticket that was refused a moment ago, and may be tried again, can stand before the marks. */
static void
call_returned (Marks *marks, const Refusals *refusals, gint64 now)
{
  g_autoptr (GArray) returned = refusals_returned (refusals, now);

  for (guint i = 0; i < returned->len; i++)
    marks_call (marks, g_array_index (returned, gint64, i));
}

gboolean
round_run (Db *db, Refusals *refusals, Marks *marks, guint *assigned, GError **error)
{
  gint64 now = g_get_monotonic_time ();
  g_autoptr (GString) held = refusals_collect (refusals, now);
  g_auto (Pairs) pairs = { db_array_new (), db_array_new (), db_array_new (), 0 };
  g_auto (Sight) sight = { .held = db_array_close (held), .marks = marks };

  sight.places.shared = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  sight.places.lanes = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free,
                                              (GDestroyNotify) g_ptr_array_unref);
  *assigned = 0;
  call_returned (marks, refusals, now);
  /* Of one moment: else who becomes free after the heads were read would be given one of them,
   * though somebody with an older rank came in between. */
  if (!db_snapshot (db, look_cb, &sight, error))
    return FALSE;
  if (sight.heads == NULL)
    return TRUE;
  move_marks (marks, sight.heads);
  match (sight.heads, &sight.places, &pairs);
  return pairs.count == 0 || apply (db, &pairs, refusals, assigned, error);
}
