/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * A1, I3: waiting for the browser. The one with the right state is heard, once; whatever else
 * knocks at the port is told that there is nothing.
 */

#include "desk-browser.h"
#include "support.h"

#include <sodium.h>

#define SERVER "https://desk.example.com"

typedef struct
{
  DeskBrowser *browser;
  SoupSession *soup;
  GHashTable *query; /* of the address that the browser opens */
  GString *codes; /* that came */
} Fixture;

static void
answered_cb (DeskBrowser *browser, const char *code, gpointer user_data)
{
  Fixture *fixture = user_data;

  (void) browser;
  g_string_append_printf (fixture->codes, "%s.", code);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  const char *mark;

  (void) data;
  fixture->browser = desk_browser_new (SERVER, NULL);
  g_assert_nonnull (fixture->browser);
  mark = strchr (desk_browser_get_address (fixture->browser), '?');
  fixture->query = soup_form_decode (mark + 1);
  fixture->soup = soup_session_new ();
  fixture->codes = g_string_new (NULL);
  g_signal_connect (fixture->browser, "answered", G_CALLBACK (answered_cb), fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  (void) data;
  g_object_unref (fixture->browser);
  g_object_unref (fixture->soup);
  g_hash_table_unref (fixture->query);
  g_string_free (fixture->codes, TRUE);
}

static const char *
said (Fixture *fixture, const char *name)
{
  return g_hash_table_lookup (fixture->query, name);
}

static void
sent_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GBytes) body = soup_session_send_and_read_finish (SOUP_SESSION (source), result, NULL);

  *(gboolean *) user_data = body != NULL;
}

static gboolean
is_true (gpointer user_data)
{
  return *(gboolean *) user_data;
}

/* What is answered there. */
static guint
knock (Fixture *fixture, const char *method, const char *path)
{
  g_autofree char *address
      = g_strdup_printf ("http://127.0.0.1:%s%s", said (fixture, "port"), path);
  g_autoptr (SoupMessage) message = soup_message_new (method, address);
  gboolean done = FALSE;

  soup_session_send_and_read_async (fixture->soup, message, G_PRIORITY_DEFAULT, NULL, sent_cb,
                                    &done);
  wait_for ("an answer", is_true, &done);

  return soup_message_get_status (message);
}

static gboolean
has_code (gpointer user_data)
{
  return ((Fixture *) user_data)->codes->len > 0;
}

static void
the_browser_is_told_where_to_go (Fixture *fixture, gconstpointer data)
{
  const char *verifier = desk_browser_get_verifier (fixture->browser);
  guint8 digest[crypto_hash_sha256_BYTES];
  char challenge[64];

  (void) data;
  crypto_hash_sha256 (digest, (const guint8 *) verifier, strlen (verifier));
  sodium_bin2base64 (challenge, sizeof challenge, digest, sizeof digest,
                     sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  g_assert_true (
      g_str_has_prefix (desk_browser_get_address (fixture->browser), SERVER "/sign-in/app?"));
  g_assert_cmpuint (strlen (verifier), ==, 43);
  g_assert_cmpuint (strlen (said (fixture, "state")), ==, 43);
  g_assert_cmpstr (said (fixture, "challenge"), ==, challenge);
  g_assert_null (strstr (desk_browser_get_address (fixture->browser), verifier));
}

static void
only_the_right_state_counts_and_only_once (Fixture *fixture, gconstpointer data)
{
  g_autofree char *right = g_strdup_printf ("/?state=%s&code=c-1", said (fixture, "state"));
  g_autofree char *elsewhere = g_strdup_printf ("/x?state=%s&code=c-2", said (fixture, "state"));
  g_autofree char *empty = g_strdup_printf ("/?state=%s&code=", said (fixture, "state"));
  g_autofree char *again = g_strdup_printf ("/?state=%s&code=c-3", said (fixture, "state"));

  (void) data;
  g_assert_cmpuint (knock (fixture, "GET", "/"), ==, 404);
  g_assert_cmpuint (knock (fixture, "GET", "/?state=x&code=c-0"), ==, 404);
  g_assert_cmpuint (knock (fixture, "GET", elsewhere), ==, 404);
  g_assert_cmpuint (knock (fixture, "GET", empty), ==, 404);
  g_assert_cmpuint (knock (fixture, "POST", right), ==, 404);
  g_assert_cmpuint (fixture->codes->len, ==, 0);
  g_assert_cmpuint (knock (fixture, "GET", right), ==, 200);
  wait_for ("the code", has_code, fixture);
  g_assert_cmpuint (knock (fixture, "GET", again), ==, 404);
  g_assert_cmpstr (fixture->codes->str, ==, "c-1.");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/browser/the-browser-is-told-where-to-go", Fixture, NULL, set_up,
              the_browser_is_told_where_to_go, tear_down);
  g_test_add ("/browser/only-the-right-state-counts-and-only-once", Fixture, NULL, set_up,
              only_the_right_state_counts_and_only_once, tear_down);
  return g_test_run ();
}
