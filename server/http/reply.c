/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Making answers. */
#include "http/reply-private.h"

#include "base/problem.h"

#include <glib/gi18n.h>
#include <string.h>

#define JSON_TYPE "application/json"
#define PROBLEM_TYPE "application/problem+json"

static void
header_clear (gpointer data)
{
  ReplyHeader *header = data;

  g_free (header->value);
}

Reply *
reply_empty (guint status)
{
  Reply *reply = g_new0 (Reply, 1);

  reply->status = status;
  reply->headers = g_array_new (FALSE, FALSE, sizeof (ReplyHeader));
  g_array_set_clear_func (reply->headers, header_clear);
  return reply;
}

Reply *
reply_bytes (guint status, const char *content_type, GBytes *bytes)
{
  Reply *reply = reply_empty (status);

  reply->content_type = content_type;
  reply->body = g_bytes_ref (bytes);
  return reply;
}

Reply *
reply_stream (guint status, guint64 length, ReplyRead read, gpointer source, GDestroyNotify free)
{
  Reply *reply = reply_empty (status);

  reply->stream = (ReplyStream){ length, read, source, free };
  return reply;
}

void
reply_stream_clear (ReplyStream *stream)
{
  if (stream->source != NULL)
    stream->free (stream->source);
  *stream = (ReplyStream){ 0 };
}

static Reply *
take_text (guint status, const char *content_type, char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new_take (text, strlen (text));

  return reply_bytes (status, content_type, bytes);
}

Reply *
reply_take_json (guint status, char *json)
{
  return take_text (status, JSON_TYPE, json);
}

Reply *
reply_json (guint status, const char *json)
{
  return reply_take_json (status, g_strdup (json));
}

void
reply_set_retry_after (Reply *reply, const GError *error)
{
  guint retry_after = problem_retry_after (error);

  if (retry_after > 0)
    {
      g_autofree char *seconds = g_strdup_printf ("%u", retry_after);

      reply_set_header (reply, "Retry-After", seconds);
    }
}

Reply *
reply_error (const GError *error, const char *request_id)
{
  Reply *reply = take_text (problem_status (problem_code (error)), PROBLEM_TYPE,
                            problem_to_json (error, request_id));

  reply_set_retry_after (reply, error);
  return reply;
}

/* What a person reads when a statement says only an outcome. */
static const char *
outcome_sentence (ProblemCode code)
{
  switch (code)
    {
    case PROBLEM_NOT_FOUND:
      return _ ("There is no such thing, or it is not yours to see.");
    case PROBLEM_FORBIDDEN:
      return _ ("Your role does not permit this.");
    case PROBLEM_CONFLICT:
      return _ ("Somebody was faster. Load it again, then decide.");
    case PROBLEM_ILLEGAL_TRANSITION:
      return _ ("The status cannot move there from where it is.");
    case PROBLEM_STALE:
      return _ ("A colleague wrote meanwhile. Your text is kept; nothing was sent.");
    case PROBLEM_IDEMPOTENCY_MISMATCH:
      return _ ("This id came before with other content. Nothing was changed.");
    case PROBLEM_VALIDATION_FAILED:
      return _ ("Some values are not possible. Nothing was changed.");
    default:
      return _ ("This was not possible. Nothing was changed.");
    }
}

static void
set_outcome (GError **error, const char *outcome, const char *detail)
{
  GError *problem = NULL;
  ProblemCode code;

  if (!problem_from_slug (outcome, &code))
    {
      g_critical ("A statement gave the unknown outcome “%s”", outcome);
      problem_set (error, PROBLEM_INTERNAL, "%s", _ ("Something went wrong on the server."));
      return;
    }
  problem_set (&problem, code, "%s", outcome_sentence (code));
  if (detail != NULL)
    problem_set_members (problem, detail);
  g_propagate_error (error, problem);
}

Reply *
reply_outcome (DbResult *result, guint status, GError **error)
{
  g_autoptr (DbResult) owned = result;
  const char *outcome = "not_found";
  const char *detail = NULL;

  if (db_result_rows (owned) > 0)
    {
      outcome = db_result_text (owned, 0, "outcome");
      if (db_result_has (owned, "detail"))
        detail = db_result_text (owned, 0, "detail");
    }
  if (g_strcmp0 (outcome, "done") == 0 || g_strcmp0 (outcome, "repeated") == 0)
    {
      const char *json = db_result_text (owned, 0, "json");

      if (json == NULL)
        return reply_empty (204);
      return reply_json (*outcome == 'r' ? 200 : status, json);
    }
  set_outcome (error, outcome, detail);
  return NULL;
}

void
reply_set_header (Reply *reply, const char *name, const char *value)
{
  ReplyHeader header = { .name = name, .value = g_strdup (value) };

  g_array_append_val (reply->headers, header);
}

guint
reply_status (const Reply *reply)
{
  return reply->status;
}

GBytes *
reply_body (const Reply *reply)
{
  return reply->body;
}

void
reply_free (Reply *reply)
{
  if (reply == NULL)
    return;
  g_clear_pointer (&reply->body, g_bytes_unref);
  reply_stream_clear (&reply->stream);
  g_array_unref (reply->headers);
  g_free (reply);
}
