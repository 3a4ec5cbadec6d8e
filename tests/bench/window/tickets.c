/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * What a list of tickets costs: one after another they are put in, then random ones get a message
 * and move to the top, which is what a busy desk does all day. Prints microseconds for each and the
 * bytes that a ticket holds. The argument says how many tickets.
 */

#include <glib/gstdio.h>
#include <malloc.h>

#include "desk-json.h"
#include "desk-ticket-list.h"

#define MOVES 20000
#define PREVIEW "Could you tell me when the parcel that I ordered on Monday is going to arrive?"
#define LATER 1000000000 /* seconds; later than every ticket began */

static JsonObject *
describe (gint64 id, gint64 revision, gint64 at)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (at);
  g_autofree char *when = g_date_time_format_iso8601 (time);
  g_autofree char *text = g_strdup_printf (
      "{\"id\":%" G_GINT64_FORMAT ",\"ticket_number\":\"TKT-%06" G_GINT64_FORMAT "\","
      "\"channel\":\"chat\",\"subject\":\"Where is my order?\",\"status\":\"in_progress\","
      "\"priority\":\"normal\",\"category\":\"general\",\"language\":\"en\","
      "\"department\":{\"id\":1,\"name\":\"Orders\"},"
      "\"user\":{\"id\":%" G_GINT64_FORMAT ",\"name\":\"Ada Roy\",\"email\":\"ada@example.com\","
      "\"tier\":\"standard\"},"
      "\"assigned_to\":{\"id\":2,\"name\":\"Rina Das\",\"presence\":\"online\"},"
      "\"waiting\":false,\"last_seq\":%" G_GINT64_FORMAT ","
      "\"last_message\":{\"preview\":\"" PREVIEW "\",\"author_role\":\"customer\"},"
      "\"last_message_at\":\"%s\",\"created_at\":\"%s\",\"updated_at\":\"%s\",\"revision\":"
      "%" G_GINT64_FORMAT "}",
      id, id, id, revision, when, when, when, revision);

  return desk_json_parse (text, -1, NULL);
}

/* Parsing is the network's affair; only what the model does with it is timed. */
static double
put (DeskStore *store, gint64 id, gint64 revision, gint64 at)
{
  g_autoptr (JsonObject) json = describe (id, revision, at);
  gint64 began = g_get_monotonic_time ();

  desk_store_take_ticket (store, json);

  return (double) (g_get_monotonic_time () - began);
}

int
main (int argc, char **argv)
{
  gint64 n = argc > 1 ? g_ascii_strtoll (argv[1], NULL, 10) : 1000;
  g_autofree char *folder = g_dir_make_tmp ("deskbell-tickets-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "account.db", NULL);
  g_autoptr (DeskCache) cache = desk_cache_open (path, NULL);
  g_autoptr (DeskStore) store = desk_store_new (cache);
  g_autoptr (GRand) rand = g_rand_new_with_seed (3);
  g_autoptr (GPtrArray) lists = g_ptr_array_new_with_free_func (g_object_unref);
  double inserting = 0;
  double moving = 0;
  gsize before;
  gsize after;

  desk_store_set_me (store, 2);
  for (guint queue = 0; queue < DESK_N_QUEUES; queue++)
    g_ptr_array_add (lists, desk_ticket_list_new (store, queue));

  before = mallinfo2 ().uordblks;
  for (gint64 id = 1; id <= n; id++)
    inserting += put (store, id, 1, id);
  desk_store_flush (store);
  after = mallinfo2 ().uordblks;

  for (gint64 move = 1; move <= MOVES; move++)
    moving += put (store, g_rand_int_range (rand, 1, (gint32) n + 1), move + 1, LATER + move);

  g_print ("{\"insert_us\": %.3f, \"move_us\": %.3f, \"bytes\": %.0f}\n", inserting / (double) n,
           moving / MOVES, (double) (after - before) / (double) n);
  g_clear_object (&store);
  g_clear_object (&cache);
  g_unlink (path);
  g_rmdir (folder);

  return 0;
}
