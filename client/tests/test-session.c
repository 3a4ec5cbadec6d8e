/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Signing in, renewing a token in the middle of calls, and what happens when the server is away.
 */

#include "support.h"

typedef struct
{
  guint n_done;
  guint n_failed;
  GError *error;
} Calls;

static void
called_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Calls *calls = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) answer = desk_session_call_finish (DESK_SESSION (source), result, &error);

  calls->n_done++;
  if (answer == NULL)
    {
      calls->n_failed++;
      g_clear_error (&calls->error);
      calls->error = g_steal_pointer (&error);
    }
}

static gboolean
three_done (gpointer user_data)
{
  return ((Calls *) user_data)->n_done == 3;
}

static gboolean
one_done (gpointer user_data)
{
  return ((Calls *) user_data)->n_done == 1;
}

static void
ended_cb (DeskSession *session, gpointer user_data)
{
  (void) session;
  *(gboolean *) user_data = TRUE;
}

static void
addresses_are_completed (void)
{
  const char *cases[][2] = {
    { "desk.example.com", "https://desk.example.com" },
    { " https://desk.example.com/path ", "https://desk.example.com" },
    { "localhost:8080", "http://localhost:8080" },
    { "127.0.0.1:8080", "http://127.0.0.1:8080" },
    { "http://10.0.0.5:9000", "http://10.0.0.5:9000" },
    { "", NULL },
    { "ftp://x", NULL },
    { "http://", NULL },
    { "two words", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *got = desk_session_normalize_server (cases[i][0]);

      g_assert_cmpstr (got, ==, cases[i][1]);
    }
}

static void
calls_carry_the_token (void)
{
  g_autoptr (Stand) stand = stand_new ();
  g_autoptr (DeskSession) session = sign_in (stand);
  Calls calls = { 0 };

  desk_session_call_async (session, "GET", "/tickets", NULL, NULL, called_cb, &calls);
  wait_for ("an answer", one_done, &calls);

  g_assert_cmpuint (calls.n_failed, ==, 0);
  g_assert_cmpstr (g_ptr_array_index (stand->bearers, 1), ==, "Bearer a0");
}

static void
one_renewal_serves_all_calls (void)
{
  g_autoptr (Stand) stand = stand_new ();
  g_autoptr (DeskSession) session = sign_in (stand);
  Calls calls = { 0 };

  stand->token_expired = TRUE;
  for (guint i = 0; i < 3; i++)
    desk_session_call_async (session, "GET", "/tickets", NULL, NULL, called_cb, &calls);
  wait_for ("three answers", three_done, &calls);

  g_assert_cmpuint (calls.n_failed, ==, 0);
  g_assert_cmpuint (stand->n_refreshes, ==, 1);
}

static void
a_refused_renewal_ends_the_session (void)
{
  g_autoptr (Stand) stand = stand_new ();
  g_autoptr (DeskSession) session = sign_in (stand);
  gboolean ended = FALSE;
  Calls calls = { 0 };

  g_signal_connect (session, "ended", G_CALLBACK (ended_cb), &ended);
  stand->token_expired = TRUE;
  stand->refuse_refresh = TRUE;
  desk_session_call_async (session, "GET", "/tickets", NULL, NULL, called_cb, &calls);
  wait_for ("an answer", one_done, &calls);

  g_assert_error (calls.error, DESK_ERROR, DESK_ERROR_UNAUTHENTICATED);
  g_assert_true (ended);
  g_clear_error (&calls.error);
}

static void
a_server_that_is_away_is_asked_again (void)
{
  g_autoptr (Stand) stand = stand_new ();
  g_autoptr (DeskSession) session = sign_in (stand);
  Calls calls = { 0 };

  stand->n_unavailable = 1;
  desk_session_call_async (session, "GET", "/tickets", NULL, NULL, called_cb, &calls);
  wait_for ("an answer", one_done, &calls);

  g_assert_cmpuint (calls.n_failed, ==, 0);
}

static void
a_post_is_not_repeated_by_itself (void)
{
  g_autoptr (Stand) stand = stand_new ();
  g_autoptr (DeskSession) session = sign_in (stand);
  Calls calls = { 0 };

  stand->n_unavailable = 1;
  desk_session_call_async (session, "POST", "/tickets", NULL, NULL, called_cb, &calls);
  wait_for ("an answer", one_done, &calls);

  g_assert_error (calls.error, DESK_ERROR, DESK_ERROR_UNAVAILABLE);
  g_clear_error (&calls.error);
}

static void
nobody_there_is_unreachable (void)
{
  g_autoptr (Stand) stand = stand_new ();
  g_autoptr (DeskSession) session = sign_in (stand);
  Calls calls = { 0 };

  soup_server_disconnect (stand->server);
  desk_session_call_async (session, "POST", "/tickets", NULL, NULL, called_cb, &calls);
  wait_for ("an answer", one_done, &calls);

  g_assert_error (calls.error, DESK_ERROR, DESK_ERROR_UNREACHABLE);
  g_clear_error (&calls.error);
}

typedef struct
{
  gboolean done;
  GError *error;
} SignIn;

static void
tried_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  SignIn *sign_in = user_data;

  g_clear_error (&sign_in->error);
  desk_session_sign_in_finish (DESK_SESSION (source), result, &sign_in->error);
  sign_in->done = TRUE;
}

static gboolean
is_done (gpointer user_data)
{
  return ((SignIn *) user_data)->done;
}

static void
answer_code (DeskSession *session, const char *code, SignIn *sign_in)
{
  sign_in->done = FALSE;
  desk_session_answer_async (session, code, tried_cb, sign_in);
  wait_for ("an answer to the code", is_done, sign_in);
}

static void
a_second_step_takes_a_code (void)
{
  g_autoptr (Stand) stand = stand_new ();
  g_autoptr (DeskSession) session = desk_session_new ();
  SignIn sign_in = { FALSE };

  stand->two_steps = TRUE;
  desk_session_sign_in_async (session, stand->address, "rina@example.com", "secret", tried_cb,
                              &sign_in);
  wait_for ("an answer to the password", is_done, &sign_in);
  g_assert_error (sign_in.error, DESK_ERROR, DESK_ERROR_SECOND_STEP);
  g_assert_null (desk_session_get_token (session));

  answer_code (session, "000000", &sign_in);
  g_assert_error (sign_in.error, DESK_ERROR, DESK_ERROR_WRONG_CREDENTIALS);
  answer_code (session, "123456", &sign_in);
  g_assert_no_error (sign_in.error);
  g_assert_cmpstr (desk_session_get_token (session), ==, "a0");
}

static void
too_many_tries_say_for_how_long (void)
{
  g_autoptr (Stand) stand = stand_new ();
  g_autoptr (DeskSession) session = desk_session_new ();
  SignIn sign_in = { FALSE };

  stand->refuse_sign_in = TRUE;
  desk_session_sign_in_async (session, stand->address, "rina@example.com", "secret", tried_cb,
                              &sign_in);
  wait_for ("an answer to the password", is_done, &sign_in);
  g_assert_error (sign_in.error, DESK_ERROR, DESK_ERROR_RATE_LIMITED);
  g_assert_cmpuint (desk_session_get_wait (session), ==, 30);
  g_clear_error (&sign_in.error);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/session/addresses", addresses_are_completed);
  g_test_add_func ("/session/token", calls_carry_the_token);
  g_test_add_func ("/session/second-step", a_second_step_takes_a_code);
  g_test_add_func ("/session/too-many", too_many_tries_say_for_how_long);
  g_test_add_func ("/session/renewal", one_renewal_serves_all_calls);
  g_test_add_func ("/session/ended", a_refused_renewal_ends_the_session);
  g_test_add_func ("/session/away", a_server_that_is_away_is_asked_again);
  g_test_add_func ("/session/post", a_post_is_not_repeated_by_itself);
  g_test_add_func ("/session/unreachable", nobody_there_is_unreachable);

  return g_test_run ();
}
