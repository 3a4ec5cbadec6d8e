/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * A message before it is queued: everything that could make the database refuse it is checked here,
 * so that one sender's data can never fail a batch of others. */
#include "live/writer.h"

#include "base/ids.h"
#include "base/problem.h"
#include "base/spans.h"

#include <glib/gi18n.h>
#include <string.h>

#define BODY_MAX 16000
#define CLIENT_ID_BYTES 12

static gboolean
check_body (const char *body, GError **error)
{
  GError *problem = NULL;

  if (g_utf8_strlen (body, -1) <= BODY_MAX && *body != '\0')
    return TRUE;
  problem_set (&problem, PROBLEM_VALIDATION_FAILED, _ ("A message has 1 to 16,000 characters."));
  problem_add_field (problem, "body", *body == '\0' ? "too_short" : "too_long",
                     _ ("1 to 16,000 characters."));
  g_propagate_error (error, problem);
  return FALSE;
}

static gboolean
check_client_id (const char *client_id, GError **error)
{
  GError *problem = NULL;

  if (client_id == NULL || id_is_plain (client_id))
    return TRUE;
  problem_set (&problem, PROBLEM_VALIDATION_FAILED,
               _ ("A client_id has 1 to 64 letters, digits, or - _ . :"));
  problem_add_field (problem, "client_id", "bad_format", _ ("Letters, digits, or - _ . :"));
  g_propagate_error (error, problem);
  return FALSE;
}

WriterMessage *
writer_message_new (const Actor *author, gint64 ticket_id, const char *client_id, const char *body,
                    gboolean is_internal, gint64 seen_seq, GError **error)
{
  WriterMessage *message;

  if (!check_body (body, error) || !check_client_id (client_id, error))
    return NULL;
  if (!actor_may (author, PERMISSION_SEND_MESSAGES) || (is_internal && !actor_is_staff (author)))
    {
      problem_set (error, PROBLEM_FORBIDDEN, _ ("Your account can't send this."));
      return NULL;
    }
  message = g_new0 (WriterMessage, 1);
  message->ticket_id = ticket_id;
  message->author_id = author->user_id;
  message->author_is_staff = actor_is_staff (author);
  message->client_id = client_id != NULL ? g_strdup (client_id) : id_random (CLIENT_ID_BYTES);
  message->body = g_strdup (body);
  message->spans = spans_from_markdown (body);
  message->is_internal = is_internal;
  message->seen_seq = seen_seq;
  return message;
}
