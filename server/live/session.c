/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The table of frames. What is not a frame of this protocol closes the socket; what is one and
 * cannot be done is answered with `refused`. */
#include "live/session.h"

#include "live/command.h"
#include "live/message.h"
#include "live/resume.h"
#include "live/rights.h"
#include "live/socket.h"
#include "live/typing.h"
#include "live/viewing.h"

#include "base/problem.h"

#include <glib/gi18n.h>
#include <string.h>

#define TYPE_MAX 32
#define TOPIC_MAX 32

/* Returns FALSE with a problem: the client gets `refused`. */
typedef gboolean (*FrameHandler) (LiveSocket *socket, Arguments *frame, GError **error);

typedef struct
{
  const char *type;
  FrameHandler handler;
} FrameType;

static gboolean
subscribe (LiveSocket *socket, Arguments *frame, GError **error)
{
  g_auto (GStrv) names = arguments_texts (frame, "topics", TOPICS_MAX, TOPIC_MAX);

  if (arguments_check (frame, NULL)
      && topics_replace (&socket->topics, (const char *const *) names) != NULL)
    arguments_refuse (frame, "topics", "unknown", _ ("There is no such topic."));
  return arguments_check (frame, error);
}

static gboolean
hello (LiveSocket *socket, Arguments *frame, GError **error)
{
  const char *cursor = arguments_text (frame, "resume", RESUME_CURSOR_MAX, ARGUMENT_OPTIONAL);

  if (socket->state != SOCKET_NEW)
    {
      socket_close (socket, CLOSE_NOT_A_FRAME, "hello comes once");
      return TRUE;
    }
  if (!arguments_check (frame, error)
      || (arguments_has (frame, "topics") && !subscribe (socket, frame, error)))
    return FALSE;
  resume_begin (socket, cursor);
  return TRUE;
}

static gboolean
ping (LiveSocket *socket, Arguments *frame G_GNUC_UNUSED, GError **error G_GNUC_UNUSED)
{
  gboolean all_sent = socket->state == SOCKET_JOINED && g_queue_is_empty (&socket->backlog);

  socket_take (socket, frame_pong (all_sent ? hub_cursor (socket->live->hub) : NULL));
  return TRUE;
}

static const FrameType frame_types[] = {
  { "hello", hello },         { "auth", rights_hear_auth },
  { "subscribe", subscribe }, { "message", message_hear },
  { "typing", typing_hear },  { "viewing", viewing_hear },
  { "ping", ping },
};

static FrameHandler
find_handler (const char *type)
{
  for (guint i = 0; i < G_N_ELEMENTS (frame_types); i++)
    {
      if (g_str_equal (type, frame_types[i].type))
        return frame_types[i].handler;
    }
  return NULL;
}

const char *
live_frame_name (guint n)
{
  return n < G_N_ELEMENTS (frame_types) ? frame_types[n].type : NULL;
}

gint64
session_ticket (Arguments *frame)
{
  return arguments_int (frame, "ticket", 1, G_MAXINT64, 0, ARGUMENT_REQUIRED);
}

static void
refuse (LiveSocket *socket, const char *type, Arguments *frame, const GError *error)
{
  const char *client_id = arguments_text (frame, "client_id", 64, ARGUMENT_OPTIONAL);
  gint64 ticket_id = arguments_int (frame, "ticket", 1, G_MAXINT64, 0, ARGUMENT_OPTIONAL);

  socket_take (socket, frame_refused (type, client_id, ticket_id, error));
}

static void
handle (LiveSocket *socket, Arguments *frame, const char *text, gsize length)
{
  const char *type = arguments_text (frame, "type", TYPE_MAX, ARGUMENT_REQUIRED);
  g_autoptr (GError) error = NULL;
  FrameHandler handler;
  gboolean done;

  if (type == NULL)
    {
      socket_close (socket, CLOSE_NOT_A_FRAME, "a frame has a type");
      return;
    }
  handler = find_handler (type);
  if (socket->state == SOCKET_NEW && handler != hello)
    {
      socket_close (socket, CLOSE_NOT_A_FRAME, "say hello first");
      return;
    }
  if (handler != NULL)
    done = handler (socket, frame, &error);
  else
    done = command_hear (socket, type, frame, text, length, &error);
  if (!done)
    refuse (socket, type, frame, error);
}

void
session_hear (LiveSocket *socket, const char *text, gsize length)
{
  g_autoptr (Arguments) frame = NULL;

  if (memchr (text, '\0', length) == NULL && !g_utf8_validate_len (text, length, NULL))
    {
      socket_close (socket, CLOSE_NOT_UTF8, "");
      return;
    }
  frame = arguments_new (text, length, NULL);
  if (frame == NULL)
    socket_close (socket, CLOSE_NOT_A_FRAME, "a frame is one JSON object");
  else
    handle (socket, frame, text, length);
}
