/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Queues hold the right tickets, newest first, and stand still while somebody holds them.
 */

#include "support.h"

static DeskTicket *
put (DeskStore *store, gint64 id, gint64 revision, gint64 assignee, gint64 minute)
{
  g_autoptr (JsonObject) json = make_ticket (id, revision, assignee, minute);

  return desk_store_take_ticket (store, json);
}

/* Older tickets are put below in one change, a moment later. */
static void
settle (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
assert_ids (DeskTicketList *list, const char *expected)
{
  GString *ids = g_string_new (NULL);

  settle ();
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (list)); i++)
    {
      g_autoptr (DeskTicket) ticket = g_list_model_get_item (G_LIST_MODEL (list), i);

      g_string_append_printf (ids, "%s%d", i > 0 ? " " : "", (int) desk_ticket_get_id (ticket));
    }

  g_assert_cmpstr (ids->str, ==, expected);
  g_string_free (ids, TRUE);
}

static void
each_queue_has_its_tickets (void)
{
  g_autoptr (DeskStore) store = make_store ();
  g_autoptr (DeskTicketList) mine = NULL;
  g_autoptr (DeskTicketList) unassigned = NULL;
  g_autoptr (DeskTicketList) all = NULL;

  desk_store_set_me (store, 3);
  put (store, 1, 1, 3, 10);
  put (store, 2, 1, 4, 30);
  put (store, 3, 1, 0, 20);
  mine = desk_ticket_list_new (store, DESK_QUEUE_MINE);
  unassigned = desk_ticket_list_new (store, DESK_QUEUE_UNASSIGNED);
  all = desk_ticket_list_new (store, DESK_QUEUE_ALL);
  assert_ids (mine, "1");
  assert_ids (unassigned, "3");
  assert_ids (all, "2 3 1");

  put (store, 3, 2, 3, 40);
  assert_ids (mine, "3 1");
  assert_ids (unassigned, "");
  assert_ids (all, "3 2 1");
}

static void
a_held_list_stands_still (void)
{
  g_autoptr (DeskStore) store = make_store ();
  g_autoptr (DeskTicketList) all = desk_ticket_list_new (store, DESK_QUEUE_ALL);

  put (store, 1, 1, 3, 10);
  put (store, 2, 1, 3, 20);
  desk_ticket_list_set_held (all, TRUE);
  put (store, 1, 2, 3, 30);
  put (store, 3, 1, 3, 40);
  assert_ids (all, "2 1");
  g_assert_cmpuint (desk_ticket_list_get_n_held (all), ==, 2);

  desk_ticket_list_release (all);
  assert_ids (all, "3 1 2");
  g_assert_cmpuint (desk_ticket_list_get_n_held (all), ==, 0);
}

static void
an_empty_list_never_holds_back (void)
{
  g_autoptr (DeskStore) store = make_store ();
  g_autoptr (DeskTicketList) all = desk_ticket_list_new (store, DESK_QUEUE_ALL);

  desk_ticket_list_set_held (all, TRUE);
  put (store, 1, 1, 3, 10);

  assert_ids (all, "1");
}

static void
older_tickets_come_below_a_held_list (void)
{
  g_autoptr (DeskStore) store = make_store ();
  g_autoptr (DeskTicketList) all = desk_ticket_list_new (store, DESK_QUEUE_ALL);

  put (store, 1, 1, 3, 30);
  put (store, 2, 1, 3, 20);
  settle ();
  desk_ticket_list_set_held (all, TRUE);
  put (store, 3, 1, 3, 10);
  put (store, 4, 1, 3, 25);

  assert_ids (all, "1 2 3");
  g_assert_cmpuint (desk_ticket_list_get_n_held (all), ==, 1);
}

static void
a_move_is_one_change (void)
{
  g_autoptr (DeskStore) store = make_store ();
  g_autoptr (DeskTicketList) all = desk_ticket_list_new (store, DESK_QUEUE_ALL);
  DeskTicket *moved;

  moved = put (store, 1, 1, 3, 10);
  put (store, 2, 1, 3, 20);
  put (store, 3, 1, 3, 30);
  put (store, 1, 2, 3, 40);

  assert_ids (all, "1 3 2");
  g_assert_cmpuint (desk_ticket_list_find (all, moved), ==, 0);
}

/* Says when ticket @id sleeps until, or woke, as an event does. */
static void
change (DeskStore *store, gint64 id, gint64 revision, const char *fields)
{
  g_autofree char *text
      = g_strdup_printf ("{'id':%d,'revision':%d,%s}", (int) id, (int) revision, fields);
  g_autoptr (JsonObject) json = parse (text);

  desk_store_take_ticket (store, json);
}

static void
what_sleeps_is_out_of_the_way_and_wakes_on_top (void)
{
  g_autoptr (DeskStore) store = make_store ();
  g_autoptr (DeskTicketList) mine = desk_ticket_list_new (store, DESK_QUEUE_MINE);
  g_autoptr (DeskTicketList) all = desk_ticket_list_new (store, DESK_QUEUE_ALL);

  desk_store_set_me (store, 3);
  put (store, 1, 1, 3, 10);
  put (store, 2, 1, 3, 20);
  change (store, 1, 2, "'snoozed_until':'2026-02-02T09:00:00Z'");
  assert_ids (mine, "2");
  assert_ids (all, "2");

  change (store, 1, 3, "'snoozed_until':null,'woken_at':'2026-02-02T09:00:00Z'");
  assert_ids (mine, "1 2");
  assert_ids (all, "1 2");
}

static void
random_changes_keep_the_order (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);
  g_autoptr (DeskStore) store = make_store ();
  g_autoptr (DeskTicketList) all = desk_ticket_list_new (store, DESK_QUEUE_ALL);
  gint64 last = G_MAXINT64;

  for (gint64 revision = 1; revision < 500; revision++)
    {
      desk_ticket_list_set_held (all, g_rand_boolean (rand));
      put (store, g_rand_int_range (rand, 1, 40), revision, 3, g_rand_int_range (rand, 0, 60));
    }
  desk_ticket_list_set_held (all, FALSE);
  settle ();

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (all)); i++)
    {
      g_autoptr (DeskTicket) ticket = g_list_model_get_item (G_LIST_MODEL (all), i);

      g_assert_cmpint (desk_ticket_get_last_message_at (ticket), <=, last);
      last = desk_ticket_get_last_message_at (ticket);
    }
}

static void
count_change_cb (GListModel *model, guint position, guint removed, guint added, gpointer user_data)
{
  (void) model;
  (void) position;
  (void) removed;
  (void) added;
  *(guint *) user_data += 1;
}

static void
a_page_of_older_tickets_is_one_change (void)
{
  g_autoptr (DeskStore) store = make_store ();
  g_autoptr (DeskTicketList) all = desk_ticket_list_new (store, DESK_QUEUE_ALL);
  guint changes = 0;

  put (store, 1, 1, 3, 59);
  g_signal_connect (all, "items-changed", G_CALLBACK (count_change_cb), &changes);
  for (gint64 id = 2; id < 30; id++)
    put (store, id, 1, 3, 50 - id);
  settle ();

  g_assert_cmpuint (changes, ==, 1);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (all)), ==, 29);
}

static gboolean
has_urgent_row (DeskTicketList *list)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (list)); i++)
    {
      g_autoptr (DeskTicket) ticket = g_list_model_get_item (G_LIST_MODEL (list), i);

      if (desk_ticket_get_priority (ticket) == DESK_PRIORITY_URGENT
          && desk_status_is_active (desk_ticket_get_status (ticket)))
        return TRUE;
    }

  return FALSE;
}

static void
an_urgent_ticket_is_noticed_and_forgotten (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (11);
  g_autoptr (DeskStore) store = make_store ();
  g_autoptr (DeskTicketList) nobodys = desk_ticket_list_new (store, DESK_QUEUE_UNASSIGNED);

  for (gint64 revision = 1; revision < 300; revision++)
    {
      g_autoptr (JsonObject) json
          = make_ticket (g_rand_int_range (rand, 1, 5), revision, g_rand_int_range (rand, 0, 2),
                         g_rand_int_range (rand, 0, 60));

      json_object_set_string_member (json, "priority", g_rand_boolean (rand) ? "urgent" : "low");
      json_object_set_string_member (json, "status", g_rand_boolean (rand) ? "open" : "closed");
      desk_ticket_list_set_held (nobodys, g_rand_boolean (rand));
      desk_store_take_ticket (store, json);
      settle ();
      g_assert_cmpint (desk_ticket_list_has_urgent (nobodys), ==, has_urgent_row (nobodys));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ticket-list/queues", each_queue_has_its_tickets);
  g_test_add_func ("/ticket-list/held", a_held_list_stands_still);
  g_test_add_func ("/ticket-list/empty", an_empty_list_never_holds_back);
  g_test_add_func ("/ticket-list/older", older_tickets_come_below_a_held_list);
  g_test_add_func ("/ticket-list/page", a_page_of_older_tickets_is_one_change);
  g_test_add_func ("/ticket-list/move", a_move_is_one_change);
  g_test_add_func ("/ticket-list/snooze", what_sleeps_is_out_of_the_way_and_wakes_on_top);
  g_test_add_func ("/ticket-list/urgent", an_urgent_ticket_is_noticed_and_forgotten);
  g_test_add_func ("/ticket-list/random", random_changes_keep_the_order);

  return g_test_run ();
}
