/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * A message that was written is sent once, whatever happens to line, server and app meanwhile.
 */

#include "support.h"

typedef struct
{
  Stand *stand;
  Folder *folder;
  char *path;
  DeskSession *session;
  DeskClient *client;
} Fixture;

static gboolean
is_online (gpointer user_data)
{
  return desk_client_is_online (((Fixture *) user_data)->client);
}

static gboolean
is_sent (gpointer user_data)
{
  return desk_outbox_get_n_waiting (desk_client_get_outbox (((Fixture *) user_data)->client)) == 0;
}

static gboolean
was_heard (gpointer user_data)
{
  return stand_count (((Fixture *) user_data)->stand, "message") > 0;
}

static gboolean
was_heard_twice (gpointer user_data)
{
  return stand_count (((Fixture *) user_data)->stand, "message") == 2;
}

static void
start_app (Fixture *fixture)
{
  g_autoptr (DeskCache) cache = desk_cache_open (fixture->path, NULL);

  fixture->client = desk_client_new (fixture->session, cache);
  desk_store_set_me (desk_client_get_store (fixture->client), 3);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  (void) data;
  fixture->folder = folder_new ();
  fixture->stand = stand_new ();
  fixture->session = sign_in (fixture->stand);
  fixture->path = g_build_filename (fixture->folder, "account.db", NULL);
  start_app (fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  (void) data;
  g_object_run_dispose (G_OBJECT (fixture->client));
  g_clear_object (&fixture->client);
  g_clear_object (&fixture->session);
  stand_free (fixture->stand);
  g_free (fixture->path);
  folder_free (fixture->folder);
}

static DeskMessage *
write_message (Fixture *fixture)
{
  desk_store_open_thread (desk_client_get_store (fixture->client), 1);

  return desk_outbox_send (desk_client_get_outbox (fixture->client), 1, "Of course", FALSE, 1, 0);
}

static void
go_online (Fixture *fixture)
{
  desk_client_connect (fixture->client);
  wait_for ("the line", is_online, fixture);
}

static void
what_was_written_offline_is_sent_later (Fixture *fixture, gconstpointer data)
{
  DeskMessage *message = write_message (fixture);

  (void) data;
  g_assert_cmpint (desk_message_get_delivery (message), ==, DESK_DELIVERY_QUEUED);
  go_online (fixture);
  wait_for ("the acknowledgement", is_sent, fixture);

  g_assert_cmpint (desk_message_get_delivery (message), ==, DESK_DELIVERY_SENT);
  g_assert_cmpint (desk_message_get_seq (message), ==, 2);
}

static void
only_what_is_stuck_is_counted (Fixture *fixture, gconstpointer data)
{
  DeskStore *store = desk_client_get_store (fixture->client);
  g_autoptr (JsonObject) json = make_ticket (1, 1, 3, 10);
  DeskTicket *ticket = desk_store_take_ticket (store, json);

  (void) data;
  write_message (fixture);
  g_assert_cmpuint (desk_ticket_get_n_unsent (ticket), ==, 1);

  fixture->stand->mute = TRUE;
  go_online (fixture);
  wait_for ("the sending", was_heard, fixture);
  g_assert_cmpuint (desk_ticket_get_n_unsent (ticket), ==, 0);

  desk_outbox_send (desk_client_get_outbox (fixture->client), 1, "Held", FALSE, 1, 20);
  g_assert_cmpuint (desk_ticket_get_n_unsent (ticket), ==, 0);
}

static void
the_outbox_survives_a_restart (Fixture *fixture, gconstpointer data)
{
  g_autofree char *client_id = g_strdup (desk_message_get_client_id (write_message (fixture)));
  DeskThread *thread;
  JsonObject *frame;

  (void) data;
  g_object_run_dispose (G_OBJECT (fixture->client));
  g_clear_object (&fixture->client);
  start_app (fixture);
  thread = desk_client_open (fixture->client, 1);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (thread)), ==, 1);

  go_online (fixture);
  wait_for ("the acknowledgement", is_sent, fixture);
  for (guint i = 0; i < fixture->stand->heard->len; i++)
    {
      frame = g_ptr_array_index (fixture->stand->heard, i);
      if (g_strcmp0 (desk_json_get_string (frame, "type"), "message") == 0)
        g_assert_cmpstr (desk_json_get_string (frame, "client_id"), ==, client_id);
    }
}

static void
a_lost_acknowledgement_doubles_nothing (Fixture *fixture, gconstpointer data)
{
  (void) data;
  fixture->stand->mute = TRUE;
  go_online (fixture);
  write_message (fixture);
  wait_for ("the first sending", was_heard, fixture);
  fixture->stand->mute = FALSE;
  stand_hang_up (fixture->stand);
  wait_for ("the second sending", was_heard_twice, fixture);
  wait_for ("the acknowledgement", is_sent, fixture);

  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (
                        desk_store_find_thread (desk_client_get_store (fixture->client), 1))),
                    ==, 1);
}

static gboolean
is_refused (gpointer user_data)
{
  return desk_message_get_delivery (user_data) == DESK_DELIVERY_FAILED;
}

static void
a_refused_message_waits_for_a_decision (Fixture *fixture, gconstpointer data)
{
  g_autofree char *frame = NULL;
  DeskMessage *message;

  (void) data;
  fixture->stand->mute = TRUE;
  go_online (fixture);
  message = write_message (fixture);
  wait_for ("the first sending", was_heard, fixture);
  frame = g_strdup_printf ("{'type':'refused','frame':'message','client_id':'%s','ticket':1,"
                           "'code':'stale','detail':'Rina wrote meanwhile'}",
                           desk_message_get_client_id (message));
  stand_say (fixture->stand, frame);
  wait_for ("the refusal", is_refused, message);
  g_assert_cmpint (desk_message_get_error_code (message), ==, DESK_ERROR_STALE);

  fixture->stand->mute = FALSE;
  desk_outbox_retry (desk_client_get_outbox (fixture->client), message, 2);
  wait_for ("the acknowledgement", is_sent, fixture);
  g_assert_cmpint (desk_message_get_delivery (message), ==, DESK_DELIVERY_SENT);
}

static gboolean
is_queued (gpointer user_data)
{
  return desk_message_get_delivery (user_data) != DESK_DELIVERY_HELD;
}

static void
what_is_held_can_be_taken_back (Fixture *fixture, gconstpointer data)
{
  DeskOutbox *outbox = desk_client_get_outbox (fixture->client);
  DeskMessage *kept;

  (void) data;
  go_online (fixture);
  desk_store_open_thread (desk_client_get_store (fixture->client), 1);
  desk_outbox_send (outbox, 1, "Taken back", FALSE, 1, 20);
  kept = desk_outbox_send (outbox, 2, "Sent after a while", FALSE, 1, 1);
  g_assert_cmpuint (desk_outbox_get_n_waiting (outbox), ==, 2);
  desk_outbox_discard (outbox, desk_outbox_find_held (outbox, 1));
  g_assert_null (desk_outbox_find_held (outbox, 1));

  wait_for ("the end of the hold", is_queued, kept);
  wait_for ("the acknowledgement", is_sent, fixture);
  g_assert_cmpuint (stand_count (fixture->stand, "message"), ==, 1);
}

static gboolean
was_moved (gpointer user_data)
{
  return g_ptr_array_find_with_equal_func (((Fixture *) user_data)->stand->commands,
                                           "PUT /api/v1/tickets/1/status", g_str_equal, NULL);
}

static void
a_status_follows_only_what_was_sent (Fixture *fixture, gconstpointer data)
{
  DeskOutbox *outbox = desk_client_get_outbox (fixture->client);

  (void) data;
  fixture->stand->mute = TRUE;
  go_online (fixture);
  desk_outbox_follow_up (outbox, write_message (fixture), DESK_STATUS_RESOLVED);
  wait_for ("the first sending", was_heard, fixture);
  g_assert_false (was_moved (fixture));

  fixture->stand->mute = FALSE;
  stand_hang_up (fixture->stand);
  wait_for ("the status", was_moved, fixture);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/outbox/offline", Fixture, NULL, set_up, what_was_written_offline_is_sent_later,
              tear_down);
  g_test_add ("/outbox/stuck", Fixture, NULL, set_up, only_what_is_stuck_is_counted, tear_down);
  g_test_add ("/outbox/restart", Fixture, NULL, set_up, the_outbox_survives_a_restart, tear_down);
  g_test_add ("/outbox/lost-ack", Fixture, NULL, set_up, a_lost_acknowledgement_doubles_nothing,
              tear_down);
  g_test_add ("/outbox/refused", Fixture, NULL, set_up, a_refused_message_waits_for_a_decision,
              tear_down);
  g_test_add ("/outbox/held", Fixture, NULL, set_up, what_is_held_can_be_taken_back, tear_down);
  g_test_add ("/outbox/follow-up", Fixture, NULL, set_up, a_status_follows_only_what_was_sent,
              tear_down);

  return g_test_run ();
}
