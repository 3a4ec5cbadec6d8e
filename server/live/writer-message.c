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

char *
writer_read_mentions (Arguments *arguments)
{
  g_autoptr (GArray) ids = arguments_ints (arguments, "mentions", MENTIONS_MAX, 1, G_MAXINT64);
  GString *list;

  if (!arguments_has (arguments, "mentions"))
    return NULL;
  list = db_array_new ();
  for (guint i = 0; i < ids->len; i++)
    {
      gint64 id = g_array_index (ids, gint64, i);

      if (!is_there (ids, i, id))
        db_array_add_int (list, id);
    }
  db_array_close (list);
  return g_string_free (list, FALSE);
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
  if (arguments_has (arguments, "attachment"))
    arguments_refuse (arguments, "attachment", "unknown", _ ("There is no such attachment."));
}

WriterMessage *
writer_message_read (Arguments *arguments, const Actor *author, gint64 ticket_id, const char *key,
                     GError **error)
{
  const char *client_id = arguments_text (arguments, "client_id", CLIENT_ID_MAX, ARGUMENT_OPTIONAL);
  const char *body
      = arguments_text (arguments, "body", WRITER_BODY_MAX, ARGUMENT_REQUIRED | ARGUMENT_MULTILINE);
  g_autoptr (WriterMessage) message = g_new0 (WriterMessage, 1);

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
  if (!actor_may (author, PERMISSION_SEND_MESSAGES)
      || (message->is_internal && !message->author_is_staff))
    {
      problem_set (error, PROBLEM_FORBIDDEN, _ ("Your account can't send this."));
      return NULL;
    }
  if (message->client_id == NULL)
    message->client_id = id_random (CLIENT_ID_BYTES);
  message->body = g_strdup (body);
  message->spans = spans_from_markdown (body);
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
  g_free (message);
}
