/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Who gets a ticket: whoever has the smallest share in use, then whoever waited longest, or whose
 * turn it is; nobody who is full, and nobody whom the ticket is not content with yet. */
#include "queue/strategy.h"

#define ROUNDS 2000
#define AGENTS_MAX 8

/* An agent of one channel and one department, whose state is in the same piece of memory. */
typedef struct
{
  StrategyAgent agent;
  StrategyPlace place;
  StrategyPerson person;
  gint64 rotation;
} Whole;

static StrategyAgent *
add (GPtrArray *agents, gint64 agent_id, gint64 load, gint64 capacity, gint64 turn)
{
  Whole *whole = g_new0 (Whole, 1);

  whole->place = (StrategyPlace){ load, capacity };
  whole->person = (StrategyPerson){ load, capacity, turn };
  whole->rotation = turn;
  whole->agent = (StrategyAgent){ .agent_id = agent_id,
                                  .weight = 1,
                                  .place = &whole->place,
                                  .person = &whole->person,
                                  .rotation = &whole->rotation };
  g_ptr_array_add (agents, whole);
  return &whole->agent;
}

static gint64
choose_for (const GPtrArray *agents, StrategyTicket ticket)
{
  const StrategyAgent *agent = strategy_choose (agents, &ticket);

  return agent != NULL ? agent->agent_id : 0;
}

static gint64
choose (const GPtrArray *agents, gint64 preferred)
{
  return choose_for (agents, (StrategyTicket){ .preferred = preferred });
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
  ((StrategyAgent *) g_ptr_array_index (agents, 1))->place->load = 5;
  g_assert_cmpint (choose (agents, 2), ==, 1);
}

static void
test_who_passed_does_not_get_it_back (void)
{
  g_autoptr (GPtrArray) agents = g_ptr_array_new_with_free_func (g_free);
  StrategyTicket ticket = { .preferred = 1, .passers = "{7,1}" };

  add (agents, 1, 0, 5, 1);
  g_assert_cmpint (choose_for (agents, ticket), ==, 0);
  add (agents, 11, 4, 5, 2);
  g_assert_cmpint (choose_for (agents, ticket), ==, 11);
}

static void
test_a_long_wait_widens (void)
{
  g_autoptr (GPtrArray) agents = g_ptr_array_new_with_free_func (g_free);
  StrategyAgent *expert = add (agents, 1, 4, 5, 9);

  add (agents, 2, 0, 5, 1)->fits_after = 600;
  g_assert_cmpint (choose_for (agents, (StrategyTicket){ .waited = 599 }), ==, 1);
  g_assert_cmpint (choose_for (agents, (StrategyTicket){ .waited = 600 }), ==, 2);
  g_assert_cmpint (choose_for (agents, (StrategyTicket){ .waited = 599, .preferred = 2 }), ==, 1);
  expert->place->load = 5;
  g_assert_cmpint (choose_for (agents, (StrategyTicket){ .waited = 599 }), ==, 0);
}

static void
test_other_channels_count_by_their_weight (void)
{
  g_autoptr (GPtrArray) agents = g_ptr_array_new_with_free_func (g_free);

  add (agents, 1, 1, 5, 1)->person->busy = 12;
  add (agents, 2, 2, 5, 2)->person->busy = 8;
  for (guint i = 0; i < agents->len; i++)
    ((StrategyAgent *) g_ptr_array_index (agents, i))->person->room = 40;
  g_assert_cmpint (choose (agents, 0), ==, 2);
}

/* Whoever is full is left out and keeps the turn; what somebody gets back is nobody's turn. */
static void
test_each_in_turn (void)
{
  g_autoptr (GPtrArray) agents = g_ptr_array_new_with_free_func (g_free);
  StrategyTicket fresh = { .in_turn = TRUE };
  StrategyTicket known = { .in_turn = TRUE, .preferred = 3 };
  gint64 counter = 3;
  const gint64 expected[] = { 1, 2, 3, 1, 2, 3, 1, 3, 1 };

  add (agents, 1, 0, 50, 1);
  add (agents, 2, 0, 2, 2);
  add (agents, 3, 0, 50, 3);
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      StrategyAgent *agent = strategy_choose (agents, &fresh);
      StrategyAgent *again;

      g_assert_cmpint (agent->agent_id, ==, expected[i]);
      g_assert_true (strategy_give (agent, &fresh, &counter));
      again = strategy_choose (agents, &known);
      g_assert_cmpint (again->agent_id, ==, 3);
      g_assert_false (strategy_give (again, &known, &counter));
    }
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
        g_assert_cmpint (other->place->load, >=, other->place->capacity);
      else if (other->place->load < other->place->capacity)
        g_assert_cmpint (chosen->place->load * other->place->capacity, <=,
                         other->place->load * chosen->place->capacity);
    }
  if (chosen != NULL)
    g_assert_cmpint (chosen->place->load, <, chosen->place->capacity);
}

static void
test_any_crowd_is_filled_evenly (void)
{
  for (guint round = 0; round < ROUNDS; round++)
    {
      g_autoptr (GPtrArray) agents = g_ptr_array_new_with_free_func (g_free);
      gint64 free = 0;
      gint64 given = 0;
      gint64 counter = AGENTS_MAX;
      StrategyTicket ticket = { 0 };
      gint64 crowd = g_test_rand_int_range (0, AGENTS_MAX + 1);
      StrategyAgent *chosen;

      for (gint64 id = 1; id <= crowd; id++)
        {
          gint64 capacity = g_test_rand_int_range (0, 6);
          gint64 load = g_test_rand_int_range (0, 6);

          add (agents, id, load, capacity, id);
          free += MAX (capacity - load, 0);
        }
      for (;;)
        {
          chosen = strategy_choose (agents, &ticket);
          check_choice (agents, chosen);
          if (chosen == NULL)
            break;
          g_assert_false (strategy_give (chosen, &ticket, &counter));
          given++;
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
  g_test_add_func ("/strategy/a-long-wait-widens", test_a_long_wait_widens);
  g_test_add_func ("/strategy/other-channels-count-by-their-weight",
                   test_other_channels_count_by_their_weight);
  g_test_add_func ("/strategy/each-in-turn", test_each_in_turn);
  g_test_add_func ("/strategy/nobody-when-all-are-full", test_nobody_when_all_are_full);
  g_test_add_func ("/strategy/any-crowd-is-filled-evenly", test_any_crowd_is_filled_evenly);
  return g_test_run ();
}
