/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * After a sign-out nothing of a conversation can be read on the disk; after the next sign-in what
 * was not sent is there again. Without a keyring the person decides.
 */

#include <glib/gstdio.h>
#include <string.h>

#include "desk-leave.h"
#include "support.h"

#define DRAFT "a draft about the refund"
#define WAITING "a reply that was never sent"

typedef struct
{
  Stand *stand;
  DeskSession *session;
  char *folder;
  char *path;
} Account;

typedef struct
{
  gboolean done;
  gboolean good;
  GError *error;
} Outcome;

static void
account_set_up (Account *account, gconstpointer data)
{
  (void) data;
  account->stand = stand_new ();
  account->session = sign_in (account->stand);
  account->folder = g_dir_make_tmp ("desk-leave-XXXXXX", NULL);
  account->path = g_build_filename (account->folder, "account.db", NULL);
}

static void
account_tear_down (Account *account, gconstpointer data)
{
  g_autoptr (GDir) folder = g_dir_open (account->folder, 0, NULL);
  const char *name;

  (void) data;
  while ((name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *path = g_build_filename (account->folder, name, NULL);

      g_unlink (path);
    }
  g_rmdir (account->folder);
  g_object_unref (account->session);
  stand_free (account->stand);
  g_free (account->folder);
  g_free (account->path);
}

static gboolean
is_done (gpointer user_data)
{
  return ((Outcome *) user_data)->done;
}

static void
left_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Outcome *outcome = user_data;

  outcome->good = desk_leave_finish (DESK_SESSION (source), result, &outcome->error);
  outcome->done = TRUE;
}

static void
returned_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Outcome *outcome = user_data;

  outcome->good = desk_return_finish (DESK_SESSION (source), result, &outcome->error);
  outcome->done = TRUE;
}

static Outcome
leave (Account *account, DeskCache *cache, gboolean erase)
{
  Outcome outcome = { FALSE, FALSE, NULL };

  desk_leave_async (account->session, cache, erase, left_cb, &outcome);
  wait_for ("the account to be left", is_done, &outcome);

  return outcome;
}

static void
come_back (Account *account, DeskCache *cache)
{
  Outcome outcome = { FALSE, FALSE, NULL };

  desk_return_async (account->session, cache, returned_cb, &outcome);
  wait_for ("the texts to be there again", is_done, &outcome);
  g_assert_no_error (outcome.error);
  g_assert_true (outcome.good);
}

/* A ticket with a message, a draft for it and a message in the outbox. */
static DeskCache *
work (Account *account)
{
  DeskCache *cache = desk_cache_open (account->path, NULL);
  g_autoptr (DeskStore) store = desk_store_new (cache);
  g_autoptr (JsonObject) ticket = make_ticket (1, 1, 3, 10);
  g_autoptr (JsonObject) frame = make_message_event (1, 1, 1, NULL);

  desk_store_take_ticket (store, ticket);
  desk_store_apply_event (store, frame);
  desk_store_keep_draft (store, 1, DRAFT, TRUE);
  desk_store_flush (store);
  desk_cache_keep (cache, "me", "{}");
  desk_cache_run (cache, "put_outbox", "sisiii", "client-1", (gint64) 1, WAITING, (gint64) 0,
                  (gint64) 1, (gint64) 99);
  desk_cache_run (cache, "fail_outbox", "sss", "client-1", "conflict", "somebody was faster");

  return cache;
}

static gboolean
is_on_disk (Account *account, const char *text)
{
  g_autoptr (GDir) folder = g_dir_open (account->folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *path = g_build_filename (account->folder, name, NULL);
      g_autofree char *content = NULL;
      gsize size = 0;

      if (g_file_get_contents (path, &content, &size, NULL)
          && memmem (content, size, text, strlen (text)) != NULL)
        return TRUE;
    }

  return FALSE;
}

static void
read_outbox_cb (const DeskCacheRow *row, gpointer user_data)
{
  g_string_append_printf (user_data, "%s|%d|%s|%d|%d|%d|%s|%s;", desk_cache_row_get_text (row, 0),
                          (int) desk_cache_row_get_int (row, 1), desk_cache_row_get_text (row, 2),
                          (int) desk_cache_row_get_int (row, 3),
                          (int) desk_cache_row_get_int (row, 4),
                          (int) desk_cache_row_get_int (row, 5), desk_cache_row_get_text (row, 6),
                          desk_cache_row_get_text (row, 7));
}

static char *
print_outbox (DeskCache *cache)
{
  GString *text = g_string_new (NULL);

  desk_cache_query (cache, "list_outbox", read_outbox_cb, text, "");

  return g_string_free (text, FALSE);
}

static void
nothing_can_be_read_after_a_sign_out (Account *account, gconstpointer data)
{
  const char *secrets[] = { DRAFT, WAITING, "Ada", "client-1", "refund" };
  g_autofree char *aside = g_strconcat (account->path, ".damaged", NULL);
  g_autoptr (DeskCache) cache = work (account);
  Outcome outcome;

  (void) data;
  g_file_set_contents (aside, "Ada wrote this before the file was damaged", -1, NULL);
  g_assert_true (is_on_disk (account, DRAFT));
  g_assert_cmpuint (desk_leave_count_unsent (cache), ==, 2);
  outcome = leave (account, cache, FALSE);

  g_assert_no_error (outcome.error);
  g_assert_true (outcome.good);
  for (gsize i = 0; i < G_N_ELEMENTS (secrets); i++)
    g_assert_false (is_on_disk (account, secrets[i]));
  g_assert_null (desk_session_get_token (account->session));
}

static void
what_was_not_sent_comes_back (Account *account, gconstpointer data)
{
  g_autoptr (DeskCache) cache = work (account);
  g_autofree char *outbox = print_outbox (cache);
  g_autofree char *outbox_again = NULL;
  g_autoptr (DeskStore) store = NULL;
  g_autofree char *draft = NULL;
  gboolean is_note = FALSE;

  (void) data;
  g_assert_true (leave (account, cache, FALSE).good);
  g_clear_object (&cache);
  cache = desk_cache_open (account->path, NULL);
  come_back (account, cache);

  store = desk_store_new (cache);
  draft = desk_store_recall_draft (store, 1, &is_note);
  outbox_again = print_outbox (cache);
  g_assert_cmpstr (draft, ==, DRAFT);
  g_assert_true (is_note);
  g_assert_cmpstr (outbox_again, ==, outbox);
  come_back (account, cache);
}

static void
a_text_begun_since_is_not_lost (Account *account, gconstpointer data)
{
  g_autoptr (DeskCache) cache = work (account);
  g_autoptr (DeskStore) store = NULL;
  g_autofree char *draft = NULL;
  gboolean is_note;

  (void) data;
  g_assert_true (leave (account, cache, FALSE).good);
  g_clear_object (&cache);
  cache = desk_cache_open (account->path, NULL);
  store = desk_store_new (cache);
  desk_store_keep_draft (store, 1, "and a newer thought", FALSE);
  come_back (account, cache);

  draft = desk_store_recall_draft (store, 1, &is_note);
  g_assert_cmpstr (draft, ==, DRAFT "\nand a newer thought");
}

static void
nothing_is_kept_of_an_account_that_was_left (Account *account, gconstpointer data)
{
  g_autoptr (DeskCache) cache = work (account);
  g_autoptr (DeskStore) store = desk_store_new (cache);

  (void) data;
  g_assert_true (leave (account, cache, FALSE).good);
  desk_store_keep_draft (store, 1, "typed too late", FALSE);

  g_assert_false (is_on_disk (account, "typed too late"));
}

/* Runs with a keyring that nobody can open. */
static void
without_a_keyring (Account *account, gconstpointer data)
{
  g_autoptr (DeskCache) cache = work (account);

  (void) data;
  for (guint times = 0; times < 2; times++)
    {
      Outcome outcome = leave (account, cache, FALSE);

      g_assert_error (outcome.error, DESK_ERROR, DESK_ERROR_KEYRING);
      g_clear_error (&outcome.error);
    }
  g_assert_cmpuint (desk_leave_count_unsent (cache), ==, 2);
  g_assert_nonnull (desk_session_get_token (account->session));

  g_assert_true (leave (account, cache, TRUE).good);
  g_assert_false (is_on_disk (account, DRAFT));
  g_assert_null (desk_session_get_token (account->session));
}

static void
without_a_keyring_nothing_is_erased_unasked (void)
{
  g_autofree char *path = g_strdup (g_getenv ("SECRET_FILE_TEST_PATH"));

  g_setenv ("SECRET_FILE_TEST_PATH", "/dev/null/keyring", TRUE);
  g_test_trap_subprocess ("/leave/subprocess/no-keyring", 0, G_TEST_SUBPROCESS_DEFAULT);
  g_setenv ("SECRET_FILE_TEST_PATH", path != NULL ? path : "", TRUE);
  g_test_trap_assert_passed ();
}

static void
add_test (const char *path, void (*test) (Account *account, gconstpointer data))
{
  g_test_add (path, Account, NULL, account_set_up, test, account_tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add_test ("/leave/unreadable", nothing_can_be_read_after_a_sign_out);
  add_test ("/leave/back", what_was_not_sent_comes_back);
  add_test ("/leave/since", a_text_begun_since_is_not_lost);
  add_test ("/leave/late", nothing_is_kept_of_an_account_that_was_left);
  add_test ("/leave/subprocess/no-keyring", without_a_keyring);
  g_test_add_func ("/leave/no-keyring", without_a_keyring_nothing_is_erased_unasked);

  return g_test_run ();
}
