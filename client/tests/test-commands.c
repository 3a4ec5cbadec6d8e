/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * What a person asks for reaches the server, and a refusal reaches the person.
 */

#include "desk-client-commands.h"
#include "support.h"

typedef struct
{
  Stand *stand;
  DeskSession *session;
  DeskClient *client;
  DeskMessage *message; /* of our own, that the server has */
  guint n_failed;
  char *taken_back;
} Fixture;

static void
failed_cb (DeskClient *client, const char *sentence, gpointer user_data)
{
  (void) client;
  g_assert_nonnull (sentence);
  ((Fixture *) user_data)->n_failed++;
}

static void
taken_back_cb (DeskClient *client, DeskMessage *message, const char *body, gpointer user_data)
{
  (void) client;
  (void) message;
  ((Fixture *) user_data)->taken_back = g_strdup (body);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (DeskCache) cache = desk_cache_open (":memory:", NULL);
  g_autoptr (JsonObject) json = make_message (1, 2, "x");

  (void) data;
  fixture->stand = stand_new ();
  fixture->session = sign_in (fixture->stand);
  fixture->client = desk_client_new (fixture->session, cache);
  fixture->message = desk_message_new_from_json (json);
  g_signal_connect (fixture->client, "failed", G_CALLBACK (failed_cb), fixture);
  g_signal_connect (fixture->client, "taken-back", G_CALLBACK (taken_back_cb), fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  (void) data;
  g_object_run_dispose (G_OBJECT (fixture->client));
  g_clear_object (&fixture->client);
  g_clear_object (&fixture->session);
  g_clear_object (&fixture->message);
  g_free (fixture->taken_back);
  stand_free (fixture->stand);
}

static gboolean
was_asked (Fixture *fixture, const char *command)
{
  return g_ptr_array_find_with_equal_func (fixture->stand->commands, command, g_str_equal, NULL);
}

static gboolean
is_not_edited (gpointer user_data)
{
  return desk_message_get_edit (((Fixture *) user_data)->message) == NULL;
}

static gboolean
has_failed (gpointer user_data)
{
  return ((Fixture *) user_data)->n_failed > 0;
}

static gboolean
is_taken_back (gpointer user_data)
{
  return ((Fixture *) user_data)->taken_back != NULL;
}

static gboolean
was_patched (gpointer user_data)
{
  return was_asked (user_data, "PATCH /api/v1/messages/102");
}

static void
an_edit_ends_when_the_server_has_it (Fixture *fixture, gconstpointer data)
{
  (void) data;
  desk_message_keep_edit (fixture->message, "Better words");
  desk_client_edit_message (fixture->client, fixture->message, "Better words");
  wait_for ("the end of the edit", is_not_edited, fixture);

  g_assert_true (was_patched (fixture));
  g_assert_cmpuint (fixture->n_failed, ==, 0);
}

static void
a_refused_edit_keeps_its_words (Fixture *fixture, gconstpointer data)
{
  (void) data;
  fixture->stand->refused = "/messages/";
  desk_message_keep_edit (fixture->message, "Better words");
  desk_client_edit_message (fixture->client, fixture->message, "Better words");
  wait_for ("the refusal", has_failed, fixture);

  g_assert_cmpstr (desk_message_get_edit (fixture->message), ==, "Better words");
}

static void
what_is_taken_back_can_be_written_anew (Fixture *fixture, gconstpointer data)
{
  (void) data;
  desk_client_take_back_message (fixture->client, fixture->message);
  wait_for ("the answer", is_taken_back, fixture);

  g_assert_true (was_asked (fixture, "DELETE /api/v1/messages/102"));
  g_assert_cmpstr (fixture->taken_back, ==, "Number 2");
}

static gboolean
was_claimed (gpointer user_data)
{
  return was_asked (user_data, "POST /api/v1/tickets/1/claim");
}

static gboolean
was_assigned (gpointer user_data)
{
  return was_asked (user_data, "PUT /api/v1/tickets/2/assign");
}

static void
what_nobody_has_is_claimed_and_nothing_else (Fixture *fixture, gconstpointer data)
{
  DeskStore *store = desk_client_get_store (fixture->client);
  g_autoptr (JsonObject) nobodys = make_ticket (1, 1, 0, 10);
  g_autoptr (JsonObject) colleagues = make_ticket (2, 1, 4, 10);

  (void) data;
  desk_store_set_me (store, 3);
  desk_store_take_ticket (store, nobodys);
  desk_store_take_ticket (store, colleagues);
  desk_client_assign (fixture->client, 1, 3);
  wait_for ("the claim", was_claimed, fixture);
  desk_client_assign (fixture->client, 2, 3);
  wait_for ("the hand-over", was_assigned, fixture);

  g_assert_false (was_asked (fixture, "PUT /api/v1/tickets/1/assign"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/commands/edit", Fixture, NULL, set_up, an_edit_ends_when_the_server_has_it,
              tear_down);
  g_test_add ("/commands/refused", Fixture, NULL, set_up, a_refused_edit_keeps_its_words,
              tear_down);
  g_test_add ("/commands/claim", Fixture, NULL, set_up, what_nobody_has_is_claimed_and_nothing_else,
              tear_down);
  g_test_add ("/commands/take-back", Fixture, NULL, set_up, what_is_taken_back_can_be_written_anew,
              tear_down);

  return g_test_run ();
}
