/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * One REST request and its answer. Whatever happens below HTTP becomes "unreachable", whatever is
 * not our protocol becomes "bad answer": callers decide by code, never by text.
 */

#include "desk-request.h"

#include "desk-error.h"
#include "desk-json.h"

static SoupMessage *
build_message (const char *method, const char *server, const char *path, const char *token,
               JsonObject *body)
{
  g_autofree char *address = g_strconcat (server, "/api/v1", path, NULL);
  SoupMessage *message = soup_message_new (method, address);

  if (message == NULL)
    return NULL;

  if (token != NULL)
    {
      g_autofree char *bearer = g_strconcat ("Bearer ", token, NULL);

      soup_message_headers_replace (soup_message_get_request_headers (message), "Authorization",
                                    bearer);
    }

  if (body != NULL)
    {
      char *text = desk_json_print (body);
      g_autoptr (GBytes) bytes = g_bytes_new_take (text, strlen (text));

      soup_message_set_request_body_from_bytes (message, "application/json", bytes);
    }

  return message;
}

static void
set_problem (SoupMessage *message, JsonObject *problem, GError **error)
{
  guint status = soup_message_get_status (message);
  const char *code = problem != NULL ? desk_json_get_string (problem, "code") : NULL;
  const char *detail = problem != NULL ? desk_json_get_string (problem, "detail") : NULL;

  if (code != NULL)
    g_set_error_literal (error, DESK_ERROR, desk_error_parse_code (code),
                         detail != NULL ? detail : code);
  else if (status == SOUP_STATUS_BAD_GATEWAY || status == SOUP_STATUS_SERVICE_UNAVAILABLE
           || status == SOUP_STATUS_GATEWAY_TIMEOUT)
    g_set_error (error, DESK_ERROR, DESK_ERROR_UNAVAILABLE, "the server is away (%u)", status);
  else
    g_set_error (error, DESK_ERROR, DESK_ERROR_BAD_ANSWER, "another program answers there (%u)",
                 status);
}

static guint
read_retry_after (SoupMessage *message)
{
  const char *text
      = soup_message_headers_get_one (soup_message_get_response_headers (message), "Retry-After");
  guint64 seconds = 0;

  if (text == NULL || !g_ascii_string_to_unsigned (text, 10, 0, 3600, &seconds, NULL))
    return 0;

  return (guint) seconds;
}

static void
sent_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  SoupMessage *message = g_task_get_task_data (task);
  g_autoptr (GBytes) bytes
      = soup_session_send_and_read_finish (SOUP_SESSION (source), result, &error);
  g_autoptr (JsonObject) answer = NULL;

  if (bytes == NULL)
    {
      g_task_return_new_error (task, DESK_ERROR, DESK_ERROR_UNREACHABLE, "%s", error->message);
      return;
    }

  if (soup_message_get_status (message) == SOUP_STATUS_NO_CONTENT)
    {
      g_task_return_pointer (task, json_object_new (), (GDestroyNotify) json_object_unref);
      return;
    }

  answer
      = desk_json_parse (g_bytes_get_data (bytes, NULL), (gssize) g_bytes_get_size (bytes), &error);
  if (!SOUP_STATUS_IS_SUCCESSFUL (soup_message_get_status (message)))
    {
      g_clear_error (&error);
      set_problem (message, answer, &error);
    }

  if (error != NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_pointer (task, g_steal_pointer (&answer), (GDestroyNotify) json_object_unref);
}

void
desk_request_send_async (SoupSession *soup, const char *method, const char *server,
                         const char *path, const char *token, JsonObject *body,
                         GCancellable *cancellable, GAsyncReadyCallback callback,
                         gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (soup, cancellable, callback, user_data);
  SoupMessage *message = build_message (method, server, path, token, body);

  if (message == NULL)
    {
      g_task_return_new_error (task, DESK_ERROR, DESK_ERROR_UNREACHABLE, "%s is not an address",
                               server);
      return;
    }

  g_task_set_task_data (task, message, g_object_unref);
  soup_session_send_and_read_async (soup, message, G_PRIORITY_DEFAULT, cancellable, sent_cb,
                                    g_steal_pointer (&task));
}

JsonObject *
desk_request_send_finish (GAsyncResult *result, guint *retry_after_s, GError **error)
{
  GTask *task = G_TASK (result);
  SoupMessage *message = g_task_get_task_data (task);
  guint seconds = message != NULL ? read_retry_after (message) : 0;

  if (retry_after_s != NULL && seconds != 0)
    *retry_after_s = seconds;

  return g_task_propagate_pointer (task, error);
}
