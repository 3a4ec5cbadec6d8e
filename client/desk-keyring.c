/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * libsecret with a time limit. The limit answers our caller itself and only then cancels: libsecret
 * is free to notice the cancellation late or never.
 */

#include "desk-keyring.h"

#include <glib/gi18n-lib.h>
#include <libsecret/secret.h>

#include "desk-error.h"

typedef struct
{
  GCancellable *cancellable;
  guint limit_source;
} Call;

/* One schema, because a keyring in a file tells secrets apart by their attributes only. */
static const SecretSchema schema = {
  .name = "io.github.deskbell.Secret",
  .attributes = { { "kind", SECRET_SCHEMA_ATTRIBUTE_STRING },
                  { "server", SECRET_SCHEMA_ATTRIBUTE_STRING },
                  { "email", SECRET_SCHEMA_ATTRIBUTE_STRING },
                  { NULL, 0 } },
};

static const char *const kinds[] = {
  [DESK_SECRET_TOKEN] = "session",
  [DESK_SECRET_TEXTS] = "texts",
};

/* What a person reads in the keyring's own app. */
static const char *const labels[] = {
  [DESK_SECRET_TOKEN] = N_ ("Deskbell session"),
  [DESK_SECRET_TEXTS] = N_ ("Key of unsent texts in Deskbell"),
};

static void
call_free (gpointer data)
{
  Call *call = data;

  g_clear_handle_id (&call->limit_source, g_source_remove);
  g_object_unref (call->cancellable);
  g_free (call);
}

static gboolean
limit_cb (gpointer user_data)
{
  GTask *task = user_data;
  Call *call = g_task_get_task_data (task);

  call->limit_source = 0;
  g_task_return_new_error (task, DESK_ERROR, DESK_ERROR_KEYRING,
                           "the keyring did not answer within %d ms", DESK_KEYRING_LIMIT_MS);
  g_cancellable_cancel (call->cancellable);

  return G_SOURCE_REMOVE;
}

static GTask *
begin_call (GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (NULL, NULL, callback, user_data);
  Call *call = g_new0 (Call, 1);

  call->cancellable = g_cancellable_new ();
  call->limit_source = g_timeout_add (DESK_KEYRING_LIMIT_MS, limit_cb, task);
  g_task_set_task_data (task, call, call_free);

  return task;
}

/* Returns whether the caller still waits, that is, the limit has not answered it. */
static gboolean
end_call (GTask *task)
{
  Call *call = g_task_get_task_data (task);

  if (call->limit_source == 0)
    return FALSE;

  g_clear_handle_id (&call->limit_source, g_source_remove);

  return TRUE;
}

static void
return_failure (GTask *task, const GError *error)
{
  g_task_return_new_error (task, DESK_ERROR, DESK_ERROR_KEYRING, "the keyring refused: %s",
                           error->message);
}

static void
stored_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;

  (void) source;
  secret_password_store_finish (result, &error);
  if (!end_call (task))
    return;

  if (error != NULL)
    return_failure (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

static void
found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  char *secret;

  (void) source;
  secret = secret_password_lookup_finish (result, &error);
  if (!end_call (task))
    {
      secret_password_free (secret);
      return;
    }

  if (error != NULL)
    return_failure (task, error);
  else
    g_task_return_pointer (task, secret, (GDestroyNotify) secret_password_free);
}

void
desk_keyring_store_async (DeskSecret secret, const char *server, const char *email,
                          const char *value, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = begin_call (callback, user_data);
  Call *call = g_task_get_task_data (task);

  secret_password_store (&schema, SECRET_COLLECTION_DEFAULT, _ (labels[secret]), value,
                         call->cancellable, stored_cb, task, "kind", kinds[secret], "server",
                         server, "email", email, NULL);
}

gboolean
desk_keyring_store_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
cleared_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  (void) source;
  (void) user_data;
  secret_password_clear_finish (result, &error);
  if (error != NULL)
    g_info ("The keyring may still hold what is of no use any more: %s", error->message);
}

void
desk_keyring_forget (DeskSecret secret, const char *server, const char *email)
{
  secret_password_clear (&schema, NULL, cleared_cb, NULL, "kind", kinds[secret], "server", server,
                         "email", email, NULL);
}

void
desk_keyring_lookup_async (DeskSecret secret, const char *server, const char *email,
                           GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = begin_call (callback, user_data);
  Call *call = g_task_get_task_data (task);

  secret_password_lookup (&schema, call->cancellable, found_cb, task, "kind", kinds[secret],
                          "server", server, "email", email, NULL);
}

char *
desk_keyring_lookup_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
