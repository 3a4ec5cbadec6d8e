/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Least-busy: whoever has the smallest share in use, then whoever waited longest, and never
 * anybody who is full. */
#include "queue/strategy.h"

#define ROUNDS 2000
#define AGENTS_MAX 8

static void
add (GPtrArray *agents, gint64 agent_id, gint64 load, gint64 capacity, gint64 turn)
{
  StrategyAgent *agent = g_new0 (StrategyAgent, 1);

  *agent = (StrategyAgent){ agent_id, load, capacity, turn };
  g_ptr_array_add (agents, agent);
}

static gint64
choose (const GPtrArray *agents, gint64 preferred)
{
  const StrategyAgent *agent
      = strategy_least_busy (agents, &(StrategyTicket){ .preferred = preferred });

  return agent != NULL ? agent->agent_id : 0;
}

static void
test_smallest_share_comes_first (void)
{
  g_autoptr (GPtrArray) agents = g_ptr_array_new_with_free_func (g_free);

  add (agents, 1, 2, 4, 1);
  add (agents, 2, 3, 10, 2);
  g_assert_cmpint (choose (agents, 0), ==, 2);
}

static void
test_of_equals_who_waited_longest (void)
{
  g_autoptr (GPtrArray) agents = g_ptr_array_new_with_free_func (g_free);

  add (agents, 1, 1, 5, 9);
  add (agents, 2, 2, 10, 4);
  add (agents, 3, 1, 5, 7);
  g_assert_cmpint (choose (agents, 0), ==, 2);
}

static void
test_preferred_comes_first_while_free (void)
{
  g_autoptr (GPtrArray) agents = g_ptr_array_new_with_free_func (g_free);

  add (agents, 1, 0, 5, 1);
  add (agents, 2, 4, 5, 2);
  g_assert_cmpint (choose (agents, 2), ==, 2);
  ((StrategyAgent *) g_ptr_array_index (agents, 1))->load = 5;
  g_assert_cmpint (choose (agents, 2), ==, 1);
}

static void
test_who_passed_does_not_get_it_back (void)
{
  g_autoptr (GPtrArray) agents = g_ptr_array_new_with_free_func (g_free);
  StrategyTicket ticket = { .preferred = 1, .passers = "{7,1}" };

  add (agents, 1, 0, 5, 1);
  g_assert_null (strategy_least_busy (agents, &ticket));
  add (agents, 11, 4, 5, 2);
  g_assert_cmpint (strategy_least_busy (agents, &ticket)->agent_id, ==, 11);
}

static void
test_nobody_when_all_are_full (void)
{
  g_autoptr (GPtrArray) agents = g_ptr_array_new_with_free_func (g_free);

  g_assert_cmpint (choose (agents, 0), ==, 0);
  add (agents, 1, 5, 5, 1);
  add (agents, 2, 0, 0, 2);
  add (agents, 3, 7, 5, 3);
  g_assert_cmpint (choose (agents, 3), ==, 0);
}

/* Nobody who could have got the ticket has a smaller share in use than who got it. */
static void
check_choice (const GPtrArray *agents, const StrategyAgent *chosen)
{
  for (guint i = 0; i < agents->len; i++)
    {
      const StrategyAgent *other = g_ptr_array_index (agents, i);

      if (chosen == NULL)
        g_assert_cmpint (other->load, >=, other->capacity);
      else if (other->load < other->capacity)
        g_assert_cmpint (chosen->load * other->capacity, <=, other->load * chosen->capacity);
    }
  if (chosen != NULL)
    g_assert_cmpint (chosen->load, <, chosen->capacity);
}

static void
test_any_crowd_is_filled_evenly (void)
{
  for (guint round = 0; round < ROUNDS; round++)
    {
      g_autoptr (GPtrArray) agents = g_ptr_array_new_with_free_func (g_free);
      gint64 free = 0;
      gint64 given = 0;
      gint64 crowd = g_test_rand_int_range (0, AGENTS_MAX + 1);
      StrategyAgent *chosen;

      for (gint64 id = 1; id <= crowd; id++)
        {
          gint64 capacity = g_test_rand_int_range (0, 6);

          add (agents, id, g_test_rand_int_range (0, 6), capacity, id);
          free += MAX (capacity - ((StrategyAgent *) g_ptr_array_index (agents, id - 1))->load, 0);
        }
      for (;;)
        {
          chosen = strategy_least_busy (agents, &(StrategyTicket){ 0 });
          check_choice (agents, chosen);
          if (chosen == NULL)
            break;
          chosen->load++;
          chosen->turn = AGENTS_MAX + ++given;
        }
      g_assert_cmpint (given, ==, free);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/strategy/smallest-share-comes-first", test_smallest_share_comes_first);
  g_test_add_func ("/strategy/of-equals-who-waited-longest", test_of_equals_who_waited_longest);
  g_test_add_func ("/strategy/preferred-comes-first-while-free",
                   test_preferred_comes_first_while_free);
  g_test_add_func ("/strategy/who-passed-does-not-get-it-back",
                   test_who_passed_does_not_get_it_back);
  g_test_add_func ("/strategy/nobody-when-all-are-full", test_nobody_when_all_are_full);
  g_test_add_func ("/strategy/any-crowd-is-filled-evenly", test_any_crowd_is_filled_evenly);
  return g_test_run ();
}
