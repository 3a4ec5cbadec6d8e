/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * A message before it is queued: everything that could make the database refuse it is checked here,
 * so that one sender's data can never fail a batch of others. */
#include "live/writer.h"

#include "base/ids.h"
#include "base/problem.h"
#include "base/spans.h"
#include "db/db.h"

#include <glib/gi18n.h>
#include <string.h>

#define CLIENT_ID_MAX 64
#define CLIENT_ID_BYTES 12
#define MENTIONS_MAX 50
#define ATTACHMENTS_MAX 10

static gboolean
is_there (const GArray *ids, guint before, gint64 id)
{
  for (guint i = 0; i < before; i++)
    {
      if (g_array_index (ids, gint64, i) == id)
        return TRUE;
    }
  return FALSE;
}

/* A list of ids, each once. */
static GArray *
read_ids (Arguments *arguments, const char *name, guint max)
{
  GArray *ids = arguments_ints (arguments, name, max, 1, G_MAXINT64);

  for (guint i = ids->len; i > 0; i--)
    {
      if (is_there (ids, i - 1, g_array_index (ids, gint64, i - 1)))
        g_array_remove_index (ids, i - 1);
    }
  return ids;
}

char *
writer_list_ids (const GArray *ids)
{
  GString *list = db_array_new ();

  for (guint i = 0; i < ids->len; i++)
    db_array_add_int (list, g_array_index (ids, gint64, i));
  db_array_close (list);
  return g_string_free (list, FALSE);
}

char *
writer_read_mentions (Arguments *arguments)
{
  g_autoptr (GArray) ids = read_ids (arguments, "mentions", MENTIONS_MAX);

  return arguments_has (arguments, "mentions") ? writer_list_ids (ids) : NULL;
}

GArray *
writer_read_attachments (Arguments *arguments)
{
  return read_ids (arguments, "attachments", ATTACHMENTS_MAX);
}

/* What is said, which may be nothing beside files. */
static const char *
read_body (Arguments *arguments, const GArray *attachments)
{
  ArgumentFlags flags
      = attachments->len > 0 ? ARGUMENT_OPTIONAL | ARGUMENT_EMPTY : ARGUMENT_REQUIRED;
  const char *body
      = arguments_text (arguments, "body", WRITER_BODY_MAX, flags | ARGUMENT_MULTILINE);

  return body != NULL ? body : "";
}

/* Notes what is wrong with @message as a whole. */
static void
check_whole (Arguments *arguments, const WriterMessage *message)
{
  if (message->client_id != NULL && !id_is_plain (message->client_id))
    arguments_refuse (arguments, "client_id", "bad_format", _ ("Letters, digits, or - _ . :"));
  if (!message->is_internal && strcmp (message->mentions, "{}") != 0)
    arguments_refuse (arguments, "mentions", "not_allowed",
                      _ ("Only an internal note can mention somebody."));
}

WriterMessage *
writer_message_read (Arguments *arguments, const Actor *author, gint64 ticket_id, const char *key,
                     GError **error)
{
  const char *client_id = arguments_text (arguments, "client_id", CLIENT_ID_MAX, ARGUMENT_OPTIONAL);
  g_autoptr (WriterMessage) message = g_new0 (WriterMessage, 1);
  const char *body;

  message->attachments = writer_read_attachments (arguments);
  body = read_body (arguments, message->attachments);
  message->ticket_id = ticket_id;
  message->author_id = author->user_id;
  message->author_is_staff = actor_is_staff (author);
  message->client_id = g_strdup (client_id != NULL ? client_id : key);
  message->is_internal = arguments_bool (arguments, "is_internal", FALSE);
  message->seen_seq = arguments_int (arguments, "seen_seq", 0, G_MAXINT32, -1, ARGUMENT_OPTIONAL);
  message->mentions = writer_read_mentions (arguments);
  if (message->mentions == NULL)
    message->mentions = g_strdup ("{}");
  check_whole (arguments, message);
  if (!arguments_check (arguments, error))
    return NULL;
  if (!actor_may (author, PERMISSION_SEND_MESSAGES))
    {
      actor_refuse (author, error);
      return NULL;
    }
  if (message->is_internal && !message->author_is_staff)
    {
      problem_set (error, PROBLEM_FORBIDDEN, _ ("Your account can't send this."));
      return NULL;
    }
  if (message->client_id == NULL)
    message->client_id = id_random (CLIENT_ID_BYTES);
  message->body = g_strdup (body);
  message->spans = *body != '\0' ? spans_from_markdown (body) : g_strdup ("[]");
  return g_steal_pointer (&message);
}

void
writer_message_free (WriterMessage *message)
{
  if (message == NULL)
    return;
  g_free (message->client_id);
  g_free (message->body);
  g_free (message->spans);
  g_free (message->mentions);
  g_clear_pointer (&message->attachments, g_array_unref);
  g_free (message);
}
