/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * A fetch that fails says so, can be tried again, and is tried again with the next line.
 */

#include "support.h"

typedef struct
{
  Stand *stand;
  DeskSession *session;
  DeskClient *client;
} Desk;

static void
set_up (Desk *desk, gconstpointer refused)
{
  g_autoptr (DeskCache) cache = desk_cache_open (":memory:", NULL);

  desk->stand = stand_new ();
  desk->session = sign_in (desk->stand);
  desk->stand->refused = refused;
  desk->client = desk_client_new (desk->session, cache);
  desk_client_connect (desk->client);
}

static void
tear_down (Desk *desk, gconstpointer refused)
{
  (void) refused;
  desk_client_disconnect (desk->client);
  g_object_unref (desk->client);
  g_object_unref (desk->session);
  stand_free (desk->stand);
}

static gboolean
has_queue_problem (gpointer client)
{
  return desk_client_get_queue_problem (client, DESK_QUEUE_MINE) != NULL;
}

static gboolean
is_known (gpointer client)
{
  return desk_client_is_known (client) && !desk_client_is_loading (client);
}

static gboolean
has_thread_problem (gpointer client)
{
  return desk_client_get_thread_problem (client, 7, DESK_END_NEWEST) != NULL;
}

static gboolean
has_no_thread_problem (gpointer client)
{
  return !has_thread_problem (client) && !desk_client_is_opening (client, 7);
}

static void
test_a_refused_list_is_said_and_fetched_again (Desk *desk, gconstpointer refused)
{
  (void) refused;
  wait_for ("a problem", has_queue_problem, desk->client);
  g_assert_error (desk_client_get_queue_problem (desk->client, DESK_QUEUE_ALL), DESK_ERROR,
                  DESK_ERROR_FORBIDDEN);
  g_assert_false (desk_client_is_known (desk->client));

  desk->stand->refused = NULL;
  desk_client_retry_queue (desk->client, DESK_QUEUE_MINE);
  wait_for ("the lists", is_known, desk->client);
  g_assert_false (has_queue_problem (desk->client));
}

static void
test_a_refused_list_is_fetched_with_the_next_line (Desk *desk, gconstpointer refused)
{
  (void) refused;
  wait_for ("a problem", has_queue_problem, desk->client);
  desk->stand->refused = NULL;
  desk->stand->resumed = TRUE;
  stand_hang_up (desk->stand);
  wait_for ("the lists, although the line resumed", is_known, desk->client);
}

static void
test_a_refused_thread_is_fetched_with_the_next_line (Desk *desk, gconstpointer refused)
{
  (void) refused;
  wait_for ("the lists", is_known, desk->client);
  desk_client_open (desk->client, 7);
  g_assert_true (desk_client_is_opening (desk->client, 7));
  wait_for ("a problem", has_thread_problem, desk->client);

  desk->stand->refused = NULL;
  desk->stand->resumed = TRUE;
  stand_hang_up (desk->stand);
  wait_for ("the thread", has_no_thread_problem, desk->client);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/client/sync/refused-list", Desk, "/tickets", set_up,
              test_a_refused_list_is_said_and_fetched_again, tear_down);
  g_test_add ("/client/sync/refused-list-resumed", Desk, "/tickets", set_up,
              test_a_refused_list_is_fetched_with_the_next_line, tear_down);
  g_test_add ("/client/sync/refused-thread", Desk, "/tickets/7", set_up,
              test_a_refused_thread_is_fetched_with_the_next_line, tear_down);

  return g_test_run ();
}
