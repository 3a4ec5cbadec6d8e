/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Old snapshot + events = fresh snapshot, in any order, any number of times, also over a restart.
 */

#include <glib/gstdio.h>

#include "desk-ticket-record.h"
#include "support.h"

static void
count_cb (DeskStore *store, DeskTicket *ticket, gpointer user_data)
{
  (void) store;
  (void) ticket;
  *(guint *) user_data += 1;
}

static void
missing_cb (DeskStore *store, gint64 id, gpointer user_data)
{
  (void) store;
  *(gint64 *) user_data = id;
}

static char *
print_ticket (DeskStore *store, gint64 id)
{
  g_autoptr (GBytes) record = desk_ticket_write_record (desk_store_find_ticket (store, id));

  return g_base64_encode (g_bytes_get_data (record, NULL), g_bytes_get_size (record));
}

static void
update (DeskStore *store, gint64 event, const char *fields)
{
  g_autofree char *text = g_strdup_printf ("{'ticket':%s}", fields);
  g_autoptr (JsonObject) frame = make_event (event, "ticket.updated", 1, parse (text));

  desk_store_apply_event (store, frame);
}

static void
a_ticket_comes_back_as_it_was_sent (void)
{
  g_autoptr (JsonObject) json = make_ticket (1, 4, 3, 10);
  g_autoptr (DeskTicket) sent = desk_ticket_new (1);
  g_autoptr (DeskTicket) kept = NULL;
  g_autoptr (GBytes) record = NULL;
  g_autoptr (GBytes) again = NULL;

  json_object_set_string_member (json, "woken_at", "2026-02-02T09:00:00.000000Z");
  desk_ticket_apply (sent, json);
  record = desk_ticket_write_record (sent);
  kept = desk_ticket_new_from_record (record);
  again = desk_ticket_write_record (kept);

  g_assert_true (g_bytes_equal (record, again));
  g_assert_cmpint (desk_ticket_get_id (kept), ==, 1);
  g_assert_cmpint (desk_ticket_get_revision (kept), ==, 4);
  g_assert_cmpstr (desk_ticket_get_number (kept), ==, "TKT-000001");
  g_assert_cmpstr (desk_ticket_get_customer_email (kept), ==, "ada@example.com");
  g_assert_cmpstr (desk_ticket_get_assignee_name (kept), ==, "Rina Das");
  g_assert_cmpint (desk_ticket_get_status (kept), ==, DESK_STATUS_ASSIGNED);
  g_assert_cmpuint (desk_ticket_get_unread (kept), ==, 1);
  g_assert_cmpint (desk_ticket_get_sorted_at (kept), >, desk_ticket_get_last_message_at (kept));
}

static void
a_record_of_another_version_is_not_read (void)
{
  g_autoptr (GBytes) older = g_bytes_new_static ("{\"id\":1,\"revision\":4}", 21);
  g_autoptr (GBytes) nothing = g_bytes_new_static ("", 0);

  g_assert_null (desk_ticket_new_from_record (older));
  g_assert_null (desk_ticket_new_from_record (nothing));
}

static void
one_object_for_one_id (void)
{
  g_autoptr (DeskStore) store = make_store ();
  g_autoptr (JsonObject) old = make_ticket (1, 1, 0, 10);
  g_autoptr (JsonObject) new = make_ticket (1, 2, 3, 11);
  DeskTicket *ticket = desk_store_take_ticket (store, old);

  g_assert_true (desk_store_take_ticket (store, new) == ticket);
  g_assert_true (desk_store_take_ticket (store, old) == ticket);
  g_assert_cmpint (desk_ticket_get_assignee_id (ticket), ==, 3);
}

static void
old_snapshot_and_events_equal_fresh_snapshot (void)
{
  g_autoptr (DeskStore) old = make_store ();
  g_autoptr (DeskStore) fresh = make_store ();
  g_autoptr (JsonObject) before = make_ticket (1, 1, 0, 10);
  g_autoptr (JsonObject) after = make_ticket (1, 3, 3, 10);
  g_autofree char *expected = NULL;
  g_autofree char *got = NULL;

  json_object_set_string_member (after, "priority", "urgent");
  desk_store_take_ticket (fresh, after);
  expected = print_ticket (fresh, 1);

  desk_store_take_ticket (old, before);
  for (guint twice = 0; twice < 2; twice++)
    {
      update (old, 1,
              "{'id':1,'revision':2,'status':'assigned','waiting':false,"
              "'assigned_to':{'id':3,'name':'Rina Das','presence':'online'}}");
      update (old, 2, "{'id':1,'revision':3,'priority':'urgent'}");
    }
  got = print_ticket (old, 1);

  g_assert_cmpstr (got, ==, expected);
}

static void
an_event_of_an_unknown_ticket_asks_for_it (void)
{
  g_autoptr (DeskStore) store = make_store ();
  gint64 missing = 0;

  g_signal_connect (store, "ticket-missing", G_CALLBACK (missing_cb), &missing);
  update (store, 1, "{'id':1,'revision':2,'priority':'urgent'}");

  g_assert_cmpint (missing, ==, 1);
  g_assert_null (desk_store_find_ticket (store, 1));
}

static void
getting_a_ticket_is_said_once (void)
{
  g_autoptr (DeskStore) store = make_store ();
  g_autoptr (JsonObject) json = make_ticket (1, 1, 0, 10);
  guint n = 0;

  desk_store_set_me (store, 3);
  desk_store_take_ticket (store, json);
  g_signal_connect (store, "ticket-assigned", G_CALLBACK (count_cb), &n);
  update (store, 1, "{'id':1,'revision':2,'assigned_to':{'id':3,'name':'Rina Das'}}");
  update (store, 1, "{'id':1,'revision':2,'assigned_to':{'id':3,'name':'Rina Das'}}");
  update (store, 2, "{'id':1,'revision':3,'priority':'high'}");

  g_assert_cmpuint (n, ==, 1);
}

static void
what_staff_may_see_is_merged (void)
{
  g_autoptr (DeskStore) store = make_store ();
  g_autoptr (JsonObject) json = make_ticket (1, 1, 0, 10);
  g_autoptr (JsonObject) frame
      = make_event (1, "ticket.updated", 1, parse ("{'ticket':{'id':1,'revision':2}}"));

  json_object_set_object_member (frame, "staff", parse ("{'agent_unread_count':4}"));
  desk_store_take_ticket (store, json);
  desk_store_apply_event (store, frame);

  g_assert_cmpuint (desk_ticket_get_unread (desk_store_find_ticket (store, 1)), ==, 4);
}

static void
a_change_reaches_thread_preview_and_cache (void)
{
  g_autoptr (DeskStore) store = make_store ();
  g_autoptr (JsonObject) json = make_ticket (1, 1, 0, 10);
  g_autoptr (JsonObject) sent = make_message_event (1, 1, 1, NULL);
  g_autoptr (JsonObject) gone = make_message_event (2, 1, 1, NULL);
  JsonObject *data = desk_json_get_object (gone, "data");
  JsonObject *message = desk_json_get_object (data, "message");
  DeskTicket *ticket = desk_store_take_ticket (store, json);
  g_autoptr (DeskMessage) shown = NULL;

  desk_store_apply_event (store, sent);
  json_object_set_string_member (gone, "kind", "message.updated");
  json_object_set_string_member (message, "body", "");
  json_object_set_string_member (message, "taken_back_at", "2026-01-31T09:32:00.000000Z");
  json_object_set_object_member (data, "ticket",
                                 parse ("{'id':1,'revision':2,'last_message':null}"));
  desk_store_apply_event (store, gone);
  shown = g_list_model_get_item (G_LIST_MODEL (desk_store_open_thread (store, 1)), 0);

  g_assert_true (desk_message_is_taken_back (shown));
  g_assert_cmpint (desk_ticket_get_last_seq (ticket), ==, 1);
  g_assert_null (desk_ticket_get_preview (ticket));
}

static void
an_undone_merge_cuts_the_thread (void)
{
  g_autoptr (DeskStore) store = make_store ();
  g_autoptr (JsonObject) json = make_ticket (1, 1, 0, 10);
  g_autoptr (JsonObject) removed = parse (
      "{'kind':'messages.removed','ticket':1,'seq':3,'data':{'ticket':{'id':1,'revision':9}},"
      "'staff':{'last_seq':2,'agent_read_seq':2}}");
  DeskTicket *ticket = desk_store_take_ticket (store, json);
  DeskThread *thread = desk_store_open_thread (store, 1);

  for (gint64 seq = 1; seq < 5; seq++)
    {
      g_autoptr (JsonObject) frame = make_message_event (seq, 1, seq, NULL);

      desk_store_apply_event (store, frame);
    }
  g_assert_cmpint (desk_ticket_get_last_seq (ticket), ==, 4);
  desk_store_apply_event (store, removed);

  g_assert_cmpint (desk_ticket_get_last_seq (ticket), ==, 2);
  g_assert_cmpint (desk_thread_get_last_seq (thread), ==, 2);
}

static void
a_snapshot_sweeps_what_it_does_not_name (void)
{
  g_autoptr (DeskStore) store = make_store ();
  g_autoptr (JsonObject) first = make_ticket (1, 1, 0, 10);
  g_autoptr (JsonObject) second = make_ticket (2, 1, 0, 10);

  desk_store_take_ticket (store, first);
  desk_store_take_ticket (store, second);
  desk_store_begin_snapshot (store);
  desk_store_take_ticket (store, second);
  desk_store_end_snapshot (store);

  g_assert_null (desk_store_find_ticket (store, 1));
  g_assert_nonnull (desk_store_find_ticket (store, 2));
}

static void
a_snapshot_forgets_messages_that_may_have_changed (void)
{
  g_autoptr (DeskStore) store = make_store ();
  g_autoptr (JsonObject) json = make_ticket (1, 1, 0, 10);
  g_autoptr (JsonObject) frame = make_message_event (1, 1, 1, NULL);

  desk_store_take_ticket (store, json);
  desk_store_apply_event (store, frame);
  desk_store_begin_snapshot (store);
  desk_store_take_ticket (store, json);
  desk_store_end_snapshot (store);

  g_assert_cmpint (desk_thread_get_last_seq (desk_store_open_thread (store, 1)), ==, 0);
}

static void
read_cb (const DeskCacheRow *row, gpointer user_data)
{
  (void) row;
  *(guint *) user_data += 1;
}

static void
a_deleted_ticket_leaves_nothing (void)
{
  g_autoptr (DeskStore) store = make_store ();
  g_autoptr (JsonObject) json = make_ticket (1, 1, 3, 10);
  g_autoptr (JsonObject) said = make_message_event (1, 1, 2, NULL);
  g_autoptr (JsonObject) deleted
      = make_event (2, "ticket.deleted", 1, parse ("{'ticket':{'id':1,'revision':3}}"));
  guint removed = 0;
  guint kept = 0;

  g_signal_connect (store, "ticket-removed", G_CALLBACK (count_cb), &removed);
  desk_store_take_ticket (store, json);
  desk_store_open_thread (store, 1);
  desk_store_apply_event (store, said);
  desk_store_apply_event (store, deleted);
  desk_store_apply_event (store, deleted);
  desk_store_flush (store);

  g_assert_cmpuint (removed, ==, 1);
  g_assert_null (desk_store_find_ticket (store, 1));
  g_assert_null (desk_store_find_thread (store, 1));
  desk_cache_query (desk_store_get_cache (store), "list_tickets", read_cb, &kept, "i", (gint64) 9);
  desk_cache_query (desk_store_get_cache (store), "list_messages", read_cb, &kept, "ii", (gint64) 1,
                    (gint64) 9);
  g_assert_cmpuint (kept, ==, 0);
}

static void
a_customers_new_name_stands_everywhere (void)
{
  g_autoptr (DeskStore) store = make_store ();
  g_autoptr (JsonObject) json = make_ticket (1, 1, 3, 10);
  g_autoptr (JsonObject) said = make_message_event (1, 1, 2, NULL);
  g_autoptr (JsonObject) renamed
      = make_event (2, "customer.updated", 0,
                    parse ("{'customer':{'id':17,'name':'Ada King','email':'ada@example.com'}}"));
  DeskTicket *ticket = desk_store_take_ticket (store, json);
  g_autoptr (DeskMessage) message = NULL;

  json_object_set_object_member (renamed, "staff", parse ("{'tier':'vip'}"));
  desk_store_open_thread (store, 1);
  desk_store_apply_event (store, said);
  desk_store_apply_event (store, renamed);

  message = g_list_model_get_item (G_LIST_MODEL (desk_store_find_thread (store, 1)), 0);
  g_assert_cmpstr (desk_ticket_get_customer_name (ticket), ==, "Ada King");
  g_assert_true (desk_ticket_is_vip (ticket));
  g_assert_cmpstr (desk_message_get_author_name (message), ==, "Ada King");
}

static void
a_restart_shows_the_last_state (void)
{
  g_autoptr (Folder) folder = folder_new ();
  g_autofree char *path = g_build_filename (folder, "account.db", NULL);
  g_autoptr (DeskCache) cache = desk_cache_open (path, NULL);
  g_autoptr (DeskStore) store = desk_store_new (cache);
  g_autoptr (JsonObject) json = make_ticket (1, 1, 3, 10);
  g_autofree char *cursor = NULL;
  DeskThread *thread;

  desk_store_take_ticket (store, json);
  for (gint64 seq = 1; seq < 5; seq++)
    {
      g_autoptr (JsonObject) frame = make_message_event (seq, 1, seq, NULL);

      /* Number 2 never arrived: only what follows the hole may be shown. */
      if (seq != 2)
        desk_store_apply_event (store, frame);
    }
  desk_store_keep_position (store, "c4", "4");
  g_clear_object (&store);
  g_clear_object (&cache);

  cache = desk_cache_open (path, NULL);
  store = desk_store_new (cache);
  desk_store_load (store, 10);
  thread = desk_store_open_thread (store, 1);
  cursor = desk_cache_recall (cache, "cursor");

  g_assert_cmpint (desk_ticket_get_last_seq (desk_store_find_ticket (store, 1)), ==, 4);
  g_assert_cmpint (desk_thread_get_first_seq (thread), ==, 3);
  g_assert_cmpint (desk_thread_get_last_seq (thread), ==, 4);
  g_assert_cmpstr (cursor, ==, "c4");
}

static void
a_damaged_cache_is_put_aside (void)
{
  g_autoptr (Folder) folder = folder_new ();
  g_autofree char *path = g_build_filename (folder, "account.db", NULL);
  g_autofree char *aside = g_strconcat (path, ".damaged", NULL);
  g_autoptr (DeskCache) cache = NULL;
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, "this is not a database, it is a sentence of text", -1, NULL);
  g_log_set_always_fatal (G_LOG_FATAL_MASK);
  cache = desk_cache_open (path, &error);

  g_assert_no_error (error);
  g_assert_nonnull (cache);
  g_assert_true (g_file_test (aside, G_FILE_TEST_EXISTS));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/round-trip", a_ticket_comes_back_as_it_was_sent);
  g_test_add_func ("/store/other-version", a_record_of_another_version_is_not_read);
  g_test_add_func ("/store/one-object", one_object_for_one_id);
  g_test_add_func ("/store/snapshot", old_snapshot_and_events_equal_fresh_snapshot);
  g_test_add_func ("/store/unknown", an_event_of_an_unknown_ticket_asks_for_it);
  g_test_add_func ("/store/assigned", getting_a_ticket_is_said_once);
  g_test_add_func ("/store/staff", what_staff_may_see_is_merged);
  g_test_add_func ("/store/change", a_change_reaches_thread_preview_and_cache);
  g_test_add_func ("/store/unmerge", an_undone_merge_cuts_the_thread);
  g_test_add_func ("/store/sweep", a_snapshot_sweeps_what_it_does_not_name);
  g_test_add_func ("/store/forget", a_snapshot_forgets_messages_that_may_have_changed);
  g_test_add_func ("/store/deleted", a_deleted_ticket_leaves_nothing);
  g_test_add_func ("/store/renamed", a_customers_new_name_stands_everywhere);
  g_test_add_func ("/store/restart", a_restart_shows_the_last_state);
  g_test_add_func ("/store/damaged", a_damaged_cache_is_put_aside);

  return g_test_run ();
}
