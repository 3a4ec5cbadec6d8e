/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The key is in the keyring before anything is sealed with it, and the sealed text replaces the
 * plain ones in one transaction: a crash leaves the one or the other. A key serves again while the
 * keyring has it, because an older text may still wait for it.
 */

#include "desk-leave.h"

#include "desk-error.h"
#include "desk-json.h"
#include "desk-keyring.h"
#include "desk-seal.h"

typedef struct
{
  DeskCache *cache;
  char *owner;
  char *key; /* a new one, on its way into the keyring */
} Move;

static void
move_free (gpointer data)
{
  Move *move = data;

  g_object_unref (move->cache);
  g_free (move->owner);
  g_free (move->key);
  g_free (move);
}

static GTask *
begin_move (DeskSession *session, DeskCache *cache, GAsyncReadyCallback callback,
            gpointer user_data)
{
  GTask *task = g_task_new (session, NULL, callback, user_data);
  Move *move = g_new0 (Move, 1);

  move->cache = g_object_ref (cache);
  move->owner = g_strdup_printf ("%s\n%s", desk_session_get_server (session),
                                 desk_session_get_email (session));
  g_task_set_task_data (task, move, move_free);

  return task;
}

static void
count_cb (const DeskCacheRow *row, gpointer user_data)
{
  *(guint *) user_data = (guint) desk_cache_row_get_int (row, 0);
}

static guint
count (DeskCache *cache, const char *statement)
{
  guint n = 0;

  desk_cache_query (cache, statement, count_cb, &n, "");

  return n;
}

guint
desk_leave_count_unsent (DeskCache *cache)
{
  return count (cache, "count_unsent");
}

/* Leaving */

static void
collect_message_cb (const DeskCacheRow *row, gpointer user_data)
{
  JsonObject *message = json_object_new ();

  desk_json_set_text (message, "client_id", desk_cache_row_get_text (row, 0));
  json_object_set_int_member (message, "ticket", desk_cache_row_get_int (row, 1));
  desk_json_set_text (message, "body", desk_cache_row_get_text (row, 2));
  json_object_set_int_member (message, "is_internal", desk_cache_row_get_int (row, 3));
  json_object_set_int_member (message, "seen_seq", desk_cache_row_get_int (row, 4));
  json_object_set_int_member (message, "created_at", desk_cache_row_get_int (row, 5));
  desk_json_set_text (message, "code", desk_cache_row_get_text (row, 6));
  desk_json_set_text (message, "detail", desk_cache_row_get_text (row, 7));
  json_array_add_object_element (user_data, message);
}

static void
collect_draft_cb (const DeskCacheRow *row, gpointer user_data)
{
  JsonObject *draft = json_object_new ();

  json_object_set_int_member (draft, "ticket", desk_cache_row_get_int (row, 0));
  desk_json_set_text (draft, "body", desk_cache_row_get_text (row, 1));
  json_object_set_int_member (draft, "is_note", desk_cache_row_get_int (row, 2));
  json_array_add_object_element (user_data, draft);
}

static char *
collect_unsent (DeskCache *cache)
{
  g_autoptr (JsonObject) unsent = json_object_new ();
  JsonArray *outbox = json_array_new ();
  JsonArray *drafts = json_array_new ();

  desk_cache_query (cache, "list_outbox", collect_message_cb, outbox, "");
  desk_cache_query (cache, "list_draft_texts", collect_draft_cb, drafts, "");
  json_object_set_array_member (unsent, "outbox", outbox);
  json_object_set_array_member (unsent, "drafts", drafts);

  return desk_json_print (unsent);
}

static void
wipe_unsent (DeskCache *cache)
{
  desk_cache_run (cache, "wipe_outbox", "");
  desk_cache_run (cache, "wipe_drafts", "");
}

static gboolean
seal_unsent (Move *move, const char *key)
{
  g_autofree char *text = collect_unsent (move->cache);
  g_autoptr (GBytes) sealed = desk_seal_text (key, move->owner, text);

  if (sealed == NULL)
    return FALSE;

  desk_cache_run (move->cache, "begin", "");
  desk_cache_run (move->cache, "put_sealed", "b", sealed);
  wipe_unsent (move->cache);
  desk_cache_run (move->cache, "commit", "");

  return TRUE;
}

static void
end_leave (GTask *task)
{
  Move *move = g_task_get_task_data (task);

  desk_cache_wipe (move->cache);
  desk_cache_close (move->cache);
  desk_session_sign_out (g_task_get_source_object (task));
  g_task_return_boolean (task, TRUE);
}

static void
key_stored_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  DeskSession *session = g_task_get_source_object (task);
  Move *move = g_task_get_task_data (task);

  (void) source;
  if (desk_keyring_store_finish (result, &error) && seal_unsent (move, move->key))
    {
      end_leave (task);
      return;
    }

  /* A keyring in a file that cannot be written would go on giving the key out until we quit. */
  desk_keyring_forget (DESK_SECRET_TEXTS, desk_session_get_server (session),
                       desk_session_get_email (session));
  g_task_return_new_error (task, DESK_ERROR, DESK_ERROR_KEYRING, "no key can be kept: %s",
                           error != NULL ? error->message : "it is no key");
}

static void
key_looked_up_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *key = desk_keyring_lookup_finish (result, &error);
  DeskSession *session = g_task_get_source_object (task);
  Move *move = g_task_get_task_data (task);

  (void) source;
  if (error != NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  if (key != NULL && seal_unsent (move, key))
    {
      end_leave (task);
      return;
    }

  move->key = desk_seal_make_key ();
  desk_keyring_store_async (DESK_SECRET_TEXTS, desk_session_get_server (session),
                            desk_session_get_email (session), move->key, key_stored_cb,
                            g_steal_pointer (&task));
}

void
desk_leave_async (DeskSession *session, DeskCache *cache, gboolean erase,
                  GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = begin_move (session, cache, callback, user_data);

  if (erase)
    wipe_unsent (cache);
  if (desk_leave_count_unsent (cache) == 0)
    end_leave (task);
  else
    desk_keyring_lookup_async (DESK_SECRET_TEXTS, desk_session_get_server (session),
                               desk_session_get_email (session), key_looked_up_cb,
                               g_steal_pointer (&task));
}

gboolean
desk_leave_finish (DeskSession *session, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, session), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* Coming back */

static void
put_message_back (DeskCache *cache, JsonObject *message)
{
  const char *client_id = desk_json_get_string (message, "client_id");

  desk_cache_run (cache, "put_outbox", "sisiii", client_id,
                  desk_json_get_int (message, "ticket", 0), desk_json_get_string (message, "body"),
                  desk_json_get_int (message, "is_internal", 0),
                  desk_json_get_int (message, "seen_seq", 0),
                  desk_json_get_int (message, "created_at", 0));
  desk_cache_run (cache, "fail_outbox", "sss", client_id, desk_json_get_string (message, "code"),
                  desk_json_get_string (message, "detail"));
}

static void
read_body_cb (const DeskCacheRow *row, gpointer user_data)
{
  *(char **) user_data = g_strdup (desk_cache_row_get_text (row, 0));
}

/* Before what was begun since, when the keyring was away in between. */
static void
put_draft_back (DeskCache *cache, JsonObject *draft)
{
  gint64 ticket = desk_json_get_int (draft, "ticket", 0);
  const char *body = desk_json_get_string (draft, "body");
  g_autofree char *begun = NULL;
  g_autofree char *both = NULL;

  desk_cache_query (cache, "get_draft", read_body_cb, &begun, "i", ticket);
  if (begun != NULL && *begun != '\0')
    both = g_strconcat (body, "\n", begun, NULL);
  desk_cache_run (cache, "put_draft", "isi", ticket, both != NULL ? both : body,
                  desk_json_get_int (draft, "is_note", 0));
}

static void
put_back (DeskCache *cache, JsonObject *unsent)
{
  JsonArray *outbox = desk_json_get_array (unsent, "outbox");
  JsonArray *drafts = desk_json_get_array (unsent, "drafts");

  for (guint i = 0; outbox != NULL && i < json_array_get_length (outbox); i++)
    put_message_back (cache, json_array_get_object_element (outbox, i));
  for (guint i = 0; drafts != NULL && i < json_array_get_length (drafts); i++)
    put_draft_back (cache, json_array_get_object_element (drafts, i));
}

typedef struct
{
  gint64 id;
  GBytes *data;
} Sealed;

static void
sealed_clear (gpointer data)
{
  Sealed *sealed = data;

  g_bytes_unref (sealed->data);
}

static void
read_sealed_cb (const DeskCacheRow *row, gpointer user_data)
{
  Sealed sealed = { desk_cache_row_get_int (row, 0), desk_cache_row_get_bytes (row, 1) };

  g_array_append_val (user_data, sealed);
}

static void
open_sealed (Move *move, const char *key)
{
  g_autoptr (GArray) all = g_array_new (FALSE, FALSE, sizeof (Sealed));

  g_array_set_clear_func (all, sealed_clear);
  desk_cache_query (move->cache, "list_sealed", read_sealed_cb, all, "");
  desk_cache_run (move->cache, "begin", "");
  for (guint i = 0; i < all->len; i++)
    {
      const Sealed *sealed = &g_array_index (all, Sealed, i);
      g_autofree char *text = desk_seal_open (key, move->owner, sealed->data);
      g_autoptr (JsonObject) unsent = text != NULL ? desk_json_parse (text, -1, NULL) : NULL;

      if (unsent == NULL)
        continue;
      put_back (move->cache, unsent);
      desk_cache_run (move->cache, "drop_sealed", "i", sealed->id);
    }
  desk_cache_run (move->cache, "commit", "");
}

static void
key_found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *key = desk_keyring_lookup_finish (result, &error);
  Move *move = g_task_get_task_data (task);

  (void) source;
  if (key != NULL)
    open_sealed (move, key);

  if (error != NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else if (count (move->cache, "count_sealed") > 0)
    g_task_return_new_error (task, DESK_ERROR, DESK_ERROR_KEYRING, "the keyring has another key");
  else
    g_task_return_boolean (task, TRUE);
}

void
desk_return_async (DeskSession *session, DeskCache *cache, GAsyncReadyCallback callback,
                   gpointer user_data)
{
  g_autoptr (GTask) task = begin_move (session, cache, callback, user_data);

  if (count (cache, "count_sealed") == 0)
    g_task_return_boolean (task, TRUE);
  else
    desk_keyring_lookup_async (DESK_SECRET_TEXTS, desk_session_get_server (session),
                               desk_session_get_email (session), key_found_cb,
                               g_steal_pointer (&task));
}

gboolean
desk_return_finish (DeskSession *session, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, session), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
