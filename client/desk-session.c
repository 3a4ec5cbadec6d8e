/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Accounts and tokens. A refresh token is good for one use, so renewals never run side by side: who
 * comes while one is under way waits for its outcome. The new pair goes to the keyring before
 * anybody learns of it, so that a crash loses as little as possible.
 */

#include "desk-session.h"

#include "desk-error.h"
#include "desk-json.h"
#include "desk-keyring.h"
#include "desk-request.h"

/* A token is renewed this long before it ends, so that clocks may differ a little. */
#define MARGIN_US (30 * G_USEC_PER_SEC)
#define MOST_TRIES 3

struct _DeskSession
{
  GObject parent_instance;

  SoupSession *soup;
  char *server;
  char *email;
  char *access_token;
  char *refresh_token;
  char *challenge; /* of the second step, while that is under way */
  guint wait_s; /* after a sign-in that came too often */
  gint64 ends_at; /* monotonic */
  gboolean kept;
  gboolean renewing;
  GPtrArray *waiting; /* GTask, for the renewal under way */
};

typedef struct
{
  char *method;
  char *path;
  GBytes *body;
  char *token; /* it was sent with */
  guint tries;
  gboolean renewed;
} Call;

enum
{
  RENEWED,
  ENDED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (DeskSession, desk_session, G_TYPE_OBJECT)

static void send_call (GTask *task);

static void
call_free (gpointer data)
{
  Call *call = data;

  g_free (call->method);
  g_free (call->path);
  g_free (call->token);
  g_clear_pointer (&call->body, g_bytes_unref);
  g_free (call);
}

static void
name_read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) answer = desk_request_send_finish (result, NULL, &error);
  const char *name;

  (void) source;
  if (answer == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  name = desk_json_get_string (answer, "name");
  if (json_object_has_member (answer, "enabled"))
    g_task_return_pointer (task, g_strdup (name != NULL ? name : ""), g_free);
  else
    g_task_return_new_error (task, DESK_ERROR, DESK_ERROR_BAD_ANSWER,
                             "another program answers there");
}

void
desk_session_check_server_async (DeskSession *self, const char *server, GCancellable *cancellable,
                                 GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  desk_request_send_async (self->soup, "GET", server, "/widget/config", NULL, NULL, cancellable,
                           name_read_cb, task);
}

char *
desk_session_check_server_finish (DeskSession *self, GAsyncResult *result, GError **error)
{
  (void) self;

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* Whoever signed in elsewhere is called what the server says. */
static void
take_email (DeskSession *self, JsonObject *answer)
{
  JsonObject *user = desk_json_get_object (answer, "user");
  const char *email = user != NULL ? desk_json_get_string (user, "email") : NULL;

  if (self->email == NULL)
    self->email = g_strdup (email != NULL ? email : "");
}

static void
take_tokens (DeskSession *self, JsonObject *answer)
{
  take_email (self, answer);
  g_free (self->access_token);
  self->access_token = g_strdup (desk_json_get_string (answer, "access_token"));
  g_free (self->refresh_token);
  self->refresh_token = g_strdup (desk_json_get_string (answer, "refresh_token"));
  self->ends_at = g_get_monotonic_time ()
                  + desk_json_get_int (answer, "expires_in", 0) * G_USEC_PER_SEC - MARGIN_US;
}

static void
set_account (DeskSession *self, const char *server, const char *email)
{
  g_free (self->server);
  self->server = g_strdup (server);
  g_free (self->email);
  self->email = g_strdup (email);
}

static void
forget_tokens (DeskSession *self)
{
  g_clear_pointer (&self->access_token, g_free);
  g_clear_pointer (&self->refresh_token, g_free);
  g_clear_pointer (&self->challenge, g_free);
  self->ends_at = 0;
}

static void
tokens_kept_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  DeskSession *self = g_task_get_source_object (task);

  (void) source;
  self->kept = desk_keyring_store_finish (result, &error);
  if (!self->kept)
    g_info ("The next start needs the password again: %s", error->message);

  g_task_return_boolean (task, TRUE);
}

static void
signed_in_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  DeskSession *self = g_task_get_source_object (task);
  g_autoptr (JsonObject) answer = desk_request_send_finish (result, &self->wait_s, &error);

  (void) source;
  if (answer == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  g_clear_pointer (&self->challenge, g_free);
  if (json_object_has_member (answer, "challenge"))
    {
      self->challenge = g_strdup (desk_json_get_string (answer, "challenge"));
      g_task_return_new_error (task, DESK_ERROR, DESK_ERROR_SECOND_STEP, "a code is asked for");
      return;
    }

  take_tokens (self, answer);
  desk_keyring_store_async (DESK_SECRET_TOKEN, self->server, self->email, self->refresh_token,
                            tokens_kept_cb, g_steal_pointer (&task));
}

void
desk_session_sign_in_async (DeskSession *self, const char *server, const char *email,
                            const char *password, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, NULL, callback, user_data);
  g_autoptr (JsonObject) body = json_object_new ();

  json_object_set_string_member (body, "email", email);
  json_object_set_string_member (body, "password", password);
  set_account (self, server, email);
  desk_request_send_async (self->soup, "POST", server, "/auth/login", NULL, body, NULL,
                           signed_in_cb, task);
}

void
desk_session_answer_async (DeskSession *self, const char *code, GAsyncReadyCallback callback,
                           gpointer user_data)
{
  GTask *task = g_task_new (self, NULL, callback, user_data);
  g_autoptr (JsonObject) body = json_object_new ();

  json_object_set_string_member (body, "challenge", self->challenge);
  json_object_set_string_member (body, "code", code);
  desk_request_send_async (self->soup, "POST", self->server, "/auth/challenge", NULL, body, NULL,
                           signed_in_cb, task);
}

void
desk_session_exchange_async (DeskSession *self, const char *server, const char *code,
                             const char *verifier, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, NULL, callback, user_data);
  g_autoptr (JsonObject) body = json_object_new ();

  json_object_set_string_member (body, "code", code);
  json_object_set_string_member (body, "verifier", verifier);
  set_account (self, server, NULL);
  desk_request_send_async (self->soup, "POST", server, "/auth/code", NULL, body, NULL, signed_in_cb,
                           task);
}

static void
restored_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;

  if (desk_session_renew_finish (DESK_SESSION (source), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void
token_found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  DeskSession *self = g_task_get_source_object (task);

  (void) source;
  g_free (self->refresh_token);
  self->refresh_token = desk_keyring_lookup_finish (result, &error);
  if (self->refresh_token == NULL)
    {
      if (error == NULL)
        g_set_error (&error, DESK_ERROR, DESK_ERROR_KEYRING, "no session is kept");
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  desk_session_renew_async (self, restored_cb, g_steal_pointer (&task));
}

void
desk_session_restore_async (DeskSession *self, const char *server, const char *email,
                            GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, NULL, callback, user_data);

  set_account (self, server, email);
  desk_keyring_lookup_async (DESK_SECRET_TOKEN, server, email, token_found_cb, task);
}

gboolean
desk_session_sign_in_finish (DeskSession *self, GAsyncResult *result, GError **error)
{
  (void) self;

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
revoked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) answer = desk_request_send_finish (result, NULL, &error);

  (void) source;
  (void) user_data;
  if (answer == NULL)
    g_info ("The session ends on the server by itself: %s", error->message);
}

void
desk_session_sign_out (DeskSession *self)
{
  if (self->access_token != NULL)
    desk_request_send_async (self->soup, "POST", self->server, "/auth/logout", self->access_token,
                             NULL, NULL, revoked_cb, NULL);
  if (self->server != NULL)
    desk_keyring_forget (DESK_SECRET_TOKEN, self->server, self->email);

  forget_tokens (self);
  self->kept = FALSE;
}

static void
end_renewal (DeskSession *self, const GError *error)
{
  g_autoptr (GPtrArray) waiting = g_steal_pointer (&self->waiting);

  self->waiting = g_ptr_array_new_with_free_func (g_object_unref);
  self->renewing = FALSE;
  for (guint i = 0; i < waiting->len; i++)
    {
      GTask *task = g_ptr_array_index (waiting, i);

      if (error != NULL)
        g_task_return_error (task, g_error_copy (error));
      else
        g_task_return_boolean (task, TRUE);
    }
}

static void
renewal_kept_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (DeskSession) self = user_data;

  (void) source;
  self->kept = desk_keyring_store_finish (result, NULL);
  g_signal_emit (self, signals[RENEWED], 0);
  end_renewal (self, NULL);
}

static void
renewed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (DeskSession) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) answer = desk_request_send_finish (result, NULL, &error);

  (void) source;
  if (answer != NULL)
    {
      take_tokens (self, answer);
      desk_keyring_store_async (DESK_SECRET_TOKEN, self->server, self->email, self->refresh_token,
                                renewal_kept_cb, g_object_ref (self));
      return;
    }

  if (!desk_error_is_passing (error))
    {
      forget_tokens (self);
      end_renewal (self, error);
      g_signal_emit (self, signals[ENDED], 0);
      return;
    }

  end_renewal (self, error);
}

void
desk_session_renew_async (DeskSession *self, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);
  g_autoptr (JsonObject) body = NULL;

  if (self->refresh_token == NULL)
    {
      g_task_return_new_error (task, DESK_ERROR, DESK_ERROR_UNAUTHENTICATED, "nobody is signed in");
      return;
    }

  g_ptr_array_add (self->waiting, g_steal_pointer (&task));
  if (self->renewing)
    return;

  self->renewing = TRUE;
  body = json_object_new ();
  json_object_set_string_member (body, "refresh_token", self->refresh_token);
  desk_request_send_async (self->soup, "POST", self->server, "/auth/refresh", NULL, body, NULL,
                           renewed_cb, g_object_ref (self));
}

gboolean
desk_session_renew_finish (DeskSession *self, GAsyncResult *result, GError **error)
{
  (void) self;

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
call_renewed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;

  if (desk_session_renew_finish (DESK_SESSION (source), result, &error))
    send_call (g_steal_pointer (&task));
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static gboolean
try_again_cb (gpointer user_data)
{
  send_call (user_data);

  return G_SOURCE_REMOVE;
}

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  DeskSession *self = g_task_get_source_object (task);
  Call *call = g_task_get_task_data (task);
  guint retry_after_s = 1;
  g_autoptr (JsonObject) answer = desk_request_send_finish (result, &retry_after_s, &error);

  (void) source;
  if (answer != NULL)
    {
      g_task_return_pointer (task, g_steal_pointer (&answer), (GDestroyNotify) json_object_unref);
      return;
    }

  if (g_error_matches (error, DESK_ERROR, DESK_ERROR_TOKEN_EXPIRED) && !call->renewed)
    {
      call->renewed = TRUE;
      /* Calls under way together fail one by one; the first one's renewal serves them all. */
      if (self->access_token != NULL && g_strcmp0 (call->token, self->access_token) != 0)
        send_call (g_steal_pointer (&task));
      else
        desk_session_renew_async (self, call_renewed_cb, g_steal_pointer (&task));
      return;
    }

  call->tries++;
  if (desk_error_is_passing (error) && call->tries < MOST_TRIES
      && g_strcmp0 (call->method, "POST") != 0)
    {
      g_timeout_add (retry_after_s * 1000, try_again_cb, g_steal_pointer (&task));
      return;
    }

  g_task_return_error (task, g_steal_pointer (&error));
}

static void
send_call (GTask *task)
{
  DeskSession *self = g_task_get_source_object (task);
  Call *call = g_task_get_task_data (task);
  g_autoptr (JsonObject) body = NULL;

  if (desk_session_get_token (self) == NULL && !call->renewed)
    {
      call->renewed = TRUE;
      desk_session_renew_async (self, call_renewed_cb, task);
      return;
    }

  g_free (call->token);
  call->token = g_strdup (self->access_token);
  if (call->body != NULL)
    body = desk_json_parse (g_bytes_get_data (call->body, NULL),
                            (gssize) g_bytes_get_size (call->body), NULL);
  desk_request_send_async (self->soup, call->method, self->server, call->path, self->access_token,
                           body, g_task_get_cancellable (task), answered_cb, task);
}

void
desk_session_call_async (DeskSession *self, const char *method, const char *path, JsonObject *body,
                         GCancellable *cancellable, GAsyncReadyCallback callback,
                         gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  Call *call = g_new0 (Call, 1);

  call->method = g_strdup (method);
  call->path = g_strdup (path);
  if (body != NULL)
    {
      char *text = desk_json_print (body);

      call->body = g_bytes_new_take (text, strlen (text));
    }
  g_task_set_task_data (task, call, call_free);

  send_call (task);
}

JsonObject *
desk_session_call_finish (DeskSession *self, GAsyncResult *result, GError **error)
{
  (void) self;

  return g_task_propagate_pointer (G_TASK (result), error);
}

const char *
desk_session_get_token (DeskSession *self)
{
  return g_get_monotonic_time () < self->ends_at ? self->access_token : NULL;
}

const char *
desk_session_get_server (DeskSession *self)
{
  return self->server;
}

const char *
desk_session_get_email (DeskSession *self)
{
  return self->email;
}

SoupSession *
desk_session_get_soup (DeskSession *self)
{
  return self->soup;
}

guint
desk_session_get_wait (DeskSession *self)
{
  return self->wait_s;
}

gboolean
desk_session_is_kept (DeskSession *self)
{
  return self->kept;
}

static void
desk_session_finalize (GObject *object)
{
  DeskSession *self = DESK_SESSION (object);

  g_object_unref (self->soup);
  g_ptr_array_unref (self->waiting);
  forget_tokens (self);
  g_free (self->server);
  g_free (self->email);

  G_OBJECT_CLASS (desk_session_parent_class)->finalize (object);
}

static void
desk_session_class_init (DeskSessionClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = desk_session_finalize;

  signals[RENEWED] = g_signal_new ("renewed", DESK_TYPE_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 0);
  signals[ENDED] = g_signal_new ("ended", DESK_TYPE_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 0);
}

static void
desk_session_init (DeskSession *self)
{
  self->soup
      = soup_session_new_with_options ("user-agent", "Deskbell (Linux) ", "timeout", 15, NULL);
  soup_session_remove_feature_by_type (self->soup, SOUP_TYPE_WEBSOCKET_EXTENSION_MANAGER);
  self->waiting = g_ptr_array_new_with_free_func (g_object_unref);
}

DeskSession *
desk_session_new (void)
{
  return g_object_new (DESK_TYPE_SESSION, NULL);
}
