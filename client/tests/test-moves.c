/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The moves that a menu offers are the server's, also before it has answered.
 */

#include "support.h"

typedef struct
{
  DeskMoves *moves;
  guint n_changes;
} Watched;

static void
changed_cb (gpointer user_data)
{
  Watched *watched = user_data;

  watched->n_changes++;
}

static gboolean
has_changed (gpointer user_data)
{
  Watched *watched = user_data;

  return watched->n_changes > 0;
}

static void
test_the_table_is_the_servers (void)
{
  g_autoptr (Stand) stand = stand_new ();
  g_autoptr (DeskSession) session = sign_in (stand);
  g_autoptr (DeskCache) cache = desk_cache_open (":memory:", NULL);
  Watched watched = { 0 };
  g_autoptr (DeskMoves) moves = desk_moves_new (session, cache, changed_cb, &watched);
  g_autoptr (DeskMoves) next = NULL;

  g_assert_false (desk_moves_allow (moves, DESK_STATUS_OPEN, DESK_STATUS_CLOSED));
  desk_moves_fetch (moves);
  wait_for ("the table", has_changed, &watched);
  g_assert_true (desk_moves_allow (moves, DESK_STATUS_OPEN, DESK_STATUS_CLOSED));
  g_assert_true (desk_moves_allow (moves, DESK_STATUS_CLOSED, DESK_STATUS_OPEN));
  g_assert_false (desk_moves_allow (moves, DESK_STATUS_OPEN, DESK_STATUS_OPEN));
  g_assert_false (desk_moves_allow (moves, DESK_STATUS_CLOSED, DESK_STATUS_IN_PROGRESS));

  next = desk_moves_new (session, cache, changed_cb, &watched);
  g_assert_true (desk_moves_allow (next, DESK_STATUS_OPEN, DESK_STATUS_IN_PROGRESS));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/client/moves/the-servers", test_the_table_is_the_servers);

  return g_test_run ();
}
