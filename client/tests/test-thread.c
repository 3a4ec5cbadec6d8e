/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * A thread holds every message once, in order, whichever way and however often it arrives.
 */

#include "support.h"

static void
take (DeskThread *thread, gint64 seq, const char *client_id)
{
  g_autoptr (JsonObject) json = make_message (1, seq, client_id);

  desk_thread_take (thread, json);
}

static void
assert_seqs (DeskThread *thread, const char *expected)
{
  GString *seqs = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (thread)); i++)
    {
      g_autoptr (DeskMessage) message = g_list_model_get_item (G_LIST_MODEL (thread), i);

      g_string_append_printf (seqs, "%s%d", i > 0 ? " " : "", (int) desk_message_get_seq (message));
    }

  g_assert_cmpstr (seqs->str, ==, expected);
  g_string_free (seqs, TRUE);
}

static void
write_pending (DeskThread *thread, const char *client_id)
{
  g_autoptr (DeskMessage) message = desk_message_new_draft (client_id, 1, "mine", FALSE, 1);

  desk_thread_add_pending (thread, message);
}

static void
messages_stand_once_and_in_order (void)
{
  g_autoptr (DeskThread) thread = desk_thread_new (1);

  take (thread, 3, NULL);
  take (thread, 1, NULL);
  take (thread, 2, NULL);
  take (thread, 3, NULL);
  take (thread, 1, NULL);

  assert_seqs (thread, "1 2 3");
}

static void
any_order_gives_the_same_thread (void)
{
  for (guint32 seed = 0; seed < 50; seed++)
    {
      g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
      g_autoptr (DeskThread) thread = desk_thread_new (1);

      for (guint i = 0; i < 60; i++)
        take (thread, g_rand_int_range (rand, 1, 9), NULL);
      for (gint64 seq = 8; seq > 0; seq--)
        take (thread, seq, NULL);

      assert_seqs (thread, "1 2 3 4 5 6 7 8");
    }
}

static void
holes_are_found (void)
{
  g_autoptr (DeskThread) thread = desk_thread_new (1);

  g_assert_cmpint (desk_thread_find_gap (thread, 0), ==, -1);
  g_assert_cmpint (desk_thread_find_gap (thread, 5), ==, 0);
  take (thread, 4, NULL);
  take (thread, 5, NULL);
  g_assert_cmpint (desk_thread_find_gap (thread, 5), ==, -1);
  take (thread, 8, NULL);
  g_assert_cmpint (desk_thread_find_gap (thread, 8), ==, 5);
  take (thread, 6, NULL);
  take (thread, 7, NULL);
  g_assert_cmpint (desk_thread_find_gap (thread, 9), ==, 8);
}

static void
acknowledged_before_its_event (void)
{
  g_autoptr (DeskThread) thread = desk_thread_new (1);
  DeskMessage *mine;
  g_autoptr (DeskMessage) last = NULL;

  take (thread, 1, NULL);
  write_pending (thread, "x");
  mine = desk_thread_find_pending (thread, "x");
  desk_thread_acknowledge (thread, "x", 9, 2, 5);
  take (thread, 2, "x");

  last = g_list_model_get_item (G_LIST_MODEL (thread), 1);
  assert_seqs (thread, "1 2");
  g_assert_true (last == mine);
  g_assert_cmpint (desk_message_get_delivery (mine), ==, DESK_DELIVERY_SENT);
}

static void
event_before_the_acknowledgement (void)
{
  g_autoptr (DeskThread) thread = desk_thread_new (1);

  write_pending (thread, "x");
  take (thread, 1, "x");
  desk_thread_acknowledge (thread, "x", 9, 1, 5);

  assert_seqs (thread, "1");
}

static void
a_pending_message_makes_room_for_a_faster_one (void)
{
  g_autoptr (DeskThread) thread = desk_thread_new (1);

  write_pending (thread, "x");
  write_pending (thread, "y");
  take (thread, 1, NULL);
  take (thread, 3, "y");
  assert_seqs (thread, "1 3 0");
  take (thread, 2, "x");

  assert_seqs (thread, "1 2 3");
}

static DeskDelivery
mark_of (DeskThread *thread, guint index)
{
  g_autoptr (DeskMessage) message = g_list_model_get_item (G_LIST_MODEL (thread), index);

  return desk_message_get_delivery (message);
}

static void
delivery_comes_before_reading_and_never_after (void)
{
  g_autoptr (DeskThread) thread = desk_thread_new (1);

  take (thread, 1, "x");
  take (thread, 2, "y");
  desk_thread_set_marks (thread, 2, 0);
  g_assert_cmpint (mark_of (thread, 0), ==, DESK_DELIVERY_DELIVERED);
  desk_thread_set_marks (thread, 2, 1);
  desk_thread_set_marks (thread, 1, 0);
  take (thread, 1, "x");
  take (thread, 2, "y");
  take (thread, 3, "z");

  g_assert_cmpint (mark_of (thread, 0), ==, DESK_DELIVERY_READ);
  g_assert_cmpint (mark_of (thread, 1), ==, DESK_DELIVERY_DELIVERED);
  g_assert_cmpint (mark_of (thread, 2), ==, DESK_DELIVERY_SENT);
}

static void
a_changed_message_stays_in_its_place (void)
{
  g_autoptr (DeskThread) thread = desk_thread_new (1);
  g_autoptr (JsonObject) edited = make_message (1, 1, "x");
  g_autoptr (JsonObject) elsewhere = make_message (1, 7, NULL);
  g_autoptr (DeskMessage) message = NULL;

  take (thread, 1, "x");
  desk_thread_set_marks (thread, 1, 0);
  message = g_list_model_get_item (G_LIST_MODEL (thread), 0);
  json_object_set_string_member (edited, "edited_at", "2026-01-31T09:31:00.000000Z");
  json_object_set_array_member (edited, "spans", json_array_new ());
  json_object_set_string_member (edited, "body", "other words");
  desk_thread_amend (thread, edited);
  g_assert_true (desk_message_is_edited (message));
  g_assert_cmpstr (desk_message_get_markup (message), ==, "other words");
  g_assert_cmpint (desk_message_get_delivery (message), ==, DESK_DELIVERY_DELIVERED);

  json_object_set_string_member (edited, "taken_back_at", "2026-01-31T09:32:00.000000Z");
  json_object_set_string_member (edited, "body", "");
  desk_thread_amend (thread, edited);
  g_assert_true (desk_message_is_taken_back (message));
  g_assert_false (desk_message_is_edited (message));
  g_assert_cmpstr (desk_message_get_body (message), ==, "This message was taken back.");

  desk_thread_amend (thread, elsewhere);
  assert_seqs (thread, "1");
}

static void
read_marks_reach_only_public_staff_messages (void)
{
  g_autoptr (DeskThread) thread = desk_thread_new (1);
  g_autoptr (DeskMessage) theirs = NULL;
  g_autoptr (DeskMessage) read = NULL;
  g_autoptr (DeskMessage) unread = NULL;

  take (thread, 1, NULL);
  take (thread, 2, "x");
  desk_thread_set_marks (thread, 0, 2);
  take (thread, 3, "y");

  theirs = g_list_model_get_item (G_LIST_MODEL (thread), 0);
  read = g_list_model_get_item (G_LIST_MODEL (thread), 1);
  unread = g_list_model_get_item (G_LIST_MODEL (thread), 2);
  g_assert_cmpint (desk_message_get_delivery (theirs), ==, DESK_DELIVERY_SENT);
  g_assert_cmpint (desk_message_get_delivery (read), ==, DESK_DELIVERY_READ);
  g_assert_cmpint (desk_message_get_delivery (unread), ==, DESK_DELIVERY_SENT);
}

static void
what_is_cut_off_makes_room (void)
{
  g_autoptr (DeskThread) thread = desk_thread_new (1);

  for (gint64 seq = 1; seq < 6; seq++)
    take (thread, seq, NULL);
  write_pending (thread, "mine");
  desk_thread_cut (thread, 9);
  desk_thread_cut (thread, 3);
  assert_seqs (thread, "1 2 0");
  g_assert_cmpint (desk_thread_find_gap (thread, 4), ==, 2);
  take (thread, 3, NULL);
  assert_seqs (thread, "1 2 3 0");
}

static void
a_file_without_words_has_a_line (void)
{
  g_autoptr (JsonObject) json = make_message (1, 1, NULL);
  g_autoptr (JsonObject) held
      = parse ("{'files':[{'name':'a<b.pdf','size':2000,'state':'ready'}]}");
  g_autoptr (DeskMessage) message = NULL;

  json_object_set_string_member (json, "body", "");
  json_object_set_array_member (json, "spans", json_array_new ());
  json_object_set_array_member (json, "attachments",
                                json_array_ref (desk_json_get_array (held, "files")));
  message = desk_message_new_from_json (json);

  g_assert_nonnull (strstr (desk_message_get_summary (message), "a<b.pdf"));
  g_assert_nonnull (strstr (desk_message_get_markup (message), "a&lt;b.pdf"));
  g_assert_cmpstr (desk_message_get_body (message), ==, "");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/thread/once", messages_stand_once_and_in_order);
  g_test_add_func ("/thread/any-order", any_order_gives_the_same_thread);
  g_test_add_func ("/thread/holes", holes_are_found);
  g_test_add_func ("/thread/ack-first", acknowledged_before_its_event);
  g_test_add_func ("/thread/event-first", event_before_the_acknowledgement);
  g_test_add_func ("/thread/overtaken", a_pending_message_makes_room_for_a_faster_one);
  g_test_add_func ("/thread/delivered", delivery_comes_before_reading_and_never_after);
  g_test_add_func ("/thread/changed", a_changed_message_stays_in_its_place);
  g_test_add_func ("/thread/cut", what_is_cut_off_makes_room);
  g_test_add_func ("/thread/read", read_marks_reach_only_public_staff_messages);
  g_test_add_func ("/thread/file", a_file_without_words_has_a_line);

  return g_test_run ();
}
