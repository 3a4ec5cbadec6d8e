/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The text of a client's frame, or the body of a request: JSON that is read by name, with every
 * kind of reader, as a message and as a subscription. */
#include "fuzz.h"

#include "base/json.h"
#include "live/topics.h"
#include "live/writer.h"

#include <string.h>

static void
check_text (const char *text, guint max)
{
  if (text == NULL)
    return;
  g_assert_true (g_utf8_validate (text, -1, NULL));
  g_assert_cmpint (g_utf8_strlen (text, -1), <=, max);
}

static void
read_everything (Arguments *arguments)
{
  static const char *const choices[] = { "open", "closed", NULL };
  g_autoptr (Arguments) object = arguments_object (arguments, "object", ARGUMENT_OPTIONAL);
  g_auto (GStrv) names = arguments_names (arguments);
  g_auto (GStrv) texts = arguments_texts (arguments, "tags", 20, 50);
  g_autoptr (GArray) ids = arguments_ints (arguments, "tickets", 10, 1, 1000);
  g_autofree char *scalars = arguments_scalars (arguments, "variables", 8, 40, ARGUMENT_OPTIONAL);

  check_text (arguments_text (arguments, "subject", 200, ARGUMENT_REQUIRED), 200);
  check_text (arguments_text (object, "name", 10, ARGUMENT_OPTIONAL | ARGUMENT_EMPTY), 10);
  arguments_choice (arguments, "status", choices, ARGUMENT_OPTIONAL);
  arguments_int (arguments, "limit", 1, 100, 20, ARGUMENT_OPTIONAL);
  arguments_bool (arguments, "on", TRUE);
  g_assert_cmpuint (g_strv_length (texts), <=, 20);
  g_assert_cmpuint (ids->len, <=, 10);
  g_assert_true (scalars == NULL || json_check (scalars, strlen (scalars), NULL));
  for (guint i = 0; i < ids->len; i++)
    g_assert_true (g_array_index (ids, gint64, i) >= 1 && g_array_index (ids, gint64, i) <= 1000);
}

static void
read_message (Arguments *arguments)
{
  Actor author = { .user_id = 7, .role = ROLE_AGENT, .permissions = PERMISSION_SEND_MESSAGES };
  g_autoptr (GError) error = NULL;
  WriterMessage *message = writer_message_read (arguments, &author, 1, NULL, &error);

  g_assert_true ((message != NULL) == (error == NULL));
  if (message == NULL)
    return;
  check_text (message->body, WRITER_BODY_MAX);
  g_assert_true (json_check (message->spans, strlen (message->spans), NULL));
  writer_message_free (message);
}

static void
read_topics (Arguments *arguments)
{
  g_auto (GStrv) names = arguments_texts (arguments, "topics", TOPICS_MAX, 32);
  Topics topics;

  topics_init (&topics);
  topics_replace (&topics, (const char *const *) names);
  topics_cover_ticket (&topics, 42);
  topics_clear (&topics);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Arguments) body = arguments_new ((const char *) data, size, &error);
  g_autoptr (Arguments) frame = arguments_new ((const char *) data, size, NULL);

  g_assert_true ((body != NULL) == (error == NULL));
  if (body == NULL)
    return 0;
  read_everything (body);
  read_topics (frame);
  read_message (frame);
  return 0;
}
