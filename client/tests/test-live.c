/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The live socket comes back by itself, resumes where it was, and hands on no event twice.
 */

#include "support.h"

typedef struct
{
  Stand *stand;
  DeskLive *live;
  GString *events;
  guint n_welcomes;
  gboolean resumed;
} Fixture;

static void
event_cb (DeskLive *live, JsonObject *frame, gpointer user_data)
{
  Fixture *fixture = user_data;

  (void) live;
  g_string_append_printf (fixture->events, "%d ", (int) desk_json_get_int (frame, "id", 0));
}

static void
welcome_cb (DeskLive *live, gboolean resumed, gpointer user_data)
{
  Fixture *fixture = user_data;

  (void) live;
  fixture->n_welcomes++;
  fixture->resumed = resumed;
}

static gboolean
is_up (gpointer user_data)
{
  return ((Fixture *) user_data)->n_welcomes == 1;
}

static gboolean
is_up_again (gpointer user_data)
{
  return ((Fixture *) user_data)->n_welcomes == 2;
}

static gboolean
has_three_events (gpointer user_data)
{
  return g_str_has_suffix (((Fixture *) user_data)->events->str, "3 ");
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (DeskSession) session = NULL;

  (void) data;
  fixture->stand = stand_new ();
  fixture->events = g_string_new (NULL);
  session = sign_in (fixture->stand);
  fixture->live = desk_live_new (session);
  g_signal_connect (fixture->live, "event", G_CALLBACK (event_cb), fixture);
  g_signal_connect (fixture->live, "welcome", G_CALLBACK (welcome_cb), fixture);
  desk_live_start (fixture->live);
  wait_for ("a welcome", is_up, fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  (void) data;
  g_object_unref (fixture->live);
  stand_free (fixture->stand);
  g_string_free (fixture->events, TRUE);
}

static void
say_event (Fixture *fixture, int id, const char *cursor)
{
  g_autofree char *frame = g_strdup_printf (
      "{'type':'event','id':%d,'cursor':'%s','kind':'ticket.updated','ticket':1,'data':{}}", id,
      cursor);

  stand_say (fixture->stand, frame);
}

static void
a_broken_line_resumes_without_doubles (Fixture *fixture, gconstpointer data)
{
  JsonObject *hello;

  (void) data;
  say_event (fixture, 1, "c1");
  say_event (fixture, 2, "c1");
  say_event (fixture, 3, "c1");
  wait_for ("three events", has_three_events, fixture);

  fixture->stand->resumed = TRUE;
  stand_hang_up (fixture->stand);
  wait_for ("a second welcome", is_up_again, fixture);
  hello = g_ptr_array_index (fixture->stand->heard, fixture->stand->heard->len - 1);
  g_assert_cmpstr (desk_json_get_string (hello, "resume"), ==, "c1");
  g_assert_true (fixture->resumed);

  g_string_truncate (fixture->events, 0);
  say_event (fixture, 2, "c1");
  say_event (fixture, 3, "c1");
  say_event (fixture, 4, "c2");
  say_event (fixture, 3, "c2");
  wait_for ("the new events", has_three_events, fixture);
  g_assert_cmpstr (fixture->events->str, ==, "4 3 ");
}

static void
a_welcome_that_cannot_resume_starts_afresh (Fixture *fixture, gconstpointer data)
{
  (void) data;
  g_assert_false (fixture->resumed);
  g_assert_cmpstr (desk_live_get_cursor (fixture->live), ==, "c0");

  stand_hang_up (fixture->stand);
  wait_for ("a second welcome", is_up_again, fixture);
  g_assert_false (fixture->resumed);
}

static void
resync_is_a_welcome_without_resume (Fixture *fixture, gconstpointer data)
{
  (void) data;
  stand_say (fixture->stand, "{'type':'resync','cursor':'c7'}");
  wait_for ("a second welcome", is_up_again, fixture);

  g_assert_false (fixture->resumed);
  g_assert_cmpstr (desk_live_get_cursor (fixture->live), ==, "c7");
}

static void
an_ended_token_is_renewed_first (Fixture *fixture, gconstpointer data)
{
  (void) data;
  soup_websocket_connection_close (fixture->stand->socket, 4401, NULL);
  wait_for ("a second welcome", is_up_again, fixture);

  g_assert_cmpuint (fixture->stand->n_refreshes, ==, 1);
}

static void
nonsense_is_ignored (Fixture *fixture, gconstpointer data)
{
  (void) data;
  stand_say (fixture->stand, "[1]");
  stand_say (fixture->stand, "{'type':");
  stand_say (fixture->stand, "{'type':17}");
  say_event (fixture, 3, "c1");
  wait_for ("the event after it", has_three_events, fixture);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/live/resume", Fixture, NULL, set_up, a_broken_line_resumes_without_doubles,
              tear_down);
  g_test_add ("/live/afresh", Fixture, NULL, set_up, a_welcome_that_cannot_resume_starts_afresh,
              tear_down);
  g_test_add ("/live/resync", Fixture, NULL, set_up, resync_is_a_welcome_without_resume, tear_down);
  g_test_add ("/live/token", Fixture, NULL, set_up, an_ended_token_is_renewed_first, tear_down);
  g_test_add ("/live/nonsense", Fixture, NULL, set_up, nonsense_is_ignored, tear_down);

  return g_test_run ();
}
