/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The count that is kept equals the count that is made, whatever happens to the tickets.
 */

#include "desk-load.h"
#include "support.h"

#define TICKETS 8

static const char *const statuses[]
    = { "open", "assigned", "in_progress", "waiting_on_customer", "resolved", "closed" };

static guint
count (DeskStore *store)
{
  g_autoptr (GPtrArray) all = desk_store_list_tickets (store);
  guint n = 0;

  for (guint i = 0; i < all->len; i++)
    {
      DeskTicket *ticket = g_ptr_array_index (all, i);

      n += desk_ticket_get_assignee_id (ticket) == desk_store_get_me (store)
           && desk_ticket_get_channel (ticket) == DESK_CHANNEL_CHAT
           && desk_ticket_get_status (ticket) < DESK_STATUS_WAITING_ON_CUSTOMER;
    }

  return n;
}

static void
change_something (DeskStore *store, GRand *rand, gint64 revision)
{
  g_autoptr (JsonObject) json
      = make_ticket (g_rand_int_range (rand, 1, TICKETS), revision, g_rand_int_range (rand, 2, 4),
                     g_rand_int_range (rand, 0, 60));

  json_object_set_string_member (json, "channel", g_rand_boolean (rand) ? "chat" : "email");
  json_object_set_string_member (json, "status",
                                 statuses[g_rand_int_range (rand, 0, G_N_ELEMENTS (statuses))]);
  desk_store_take_ticket (store, json);
}

static void
the_load_follows_every_change (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (5);
  g_autoptr (DeskStore) store = make_store ();
  g_autoptr (DeskLoad) load = desk_load_new (store);

  desk_store_set_me (store, 3);
  for (gint64 revision = 1; revision < 300; revision++)
    {
      change_something (store, rand, revision);
      g_assert_cmpuint (desk_load_get (load), ==, count (store));
    }
}

static void
a_ticket_that_is_gone_takes_no_place (void)
{
  g_autoptr (DeskStore) store = make_store ();
  g_autoptr (DeskLoad) load = desk_load_new (store);
  g_autoptr (JsonObject) json = make_ticket (1, 1, 3, 10);

  desk_store_set_me (store, 3);
  json_object_set_string_member (json, "status", "assigned");
  desk_store_take_ticket (store, json);
  g_assert_cmpuint (desk_load_get (load), ==, 1);

  desk_store_begin_snapshot (store);
  desk_store_end_snapshot (store);
  g_assert_cmpuint (desk_load_get (load), ==, 0);
}

static void
another_account_has_another_load (void)
{
  g_autoptr (DeskStore) store = make_store ();
  g_autoptr (DeskLoad) load = desk_load_new (store);
  g_autoptr (JsonObject) json = make_ticket (1, 1, 3, 10);

  json_object_set_string_member (json, "status", "assigned");
  desk_store_take_ticket (store, json);
  desk_store_set_me (store, 4);
  g_assert_cmpuint (desk_load_get (load), ==, 0);
  desk_store_set_me (store, 3);
  g_assert_cmpuint (desk_load_get (load), ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/load/changes", the_load_follows_every_change);
  g_test_add_func ("/load/gone", a_ticket_that_is_gone_takes_no_place);
  g_test_add_func ("/load/account", another_account_has_another_load);

  return g_test_run ();
}
