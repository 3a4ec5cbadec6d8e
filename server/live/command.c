/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * A command takes along a copy of whatever it needs of its socket, which may be gone before it is
 * answered. */
#include "live/command.h"

#include "live/socket.h"

#include "base/origin.h"
#include "base/problem.h"
#include "db/db.h"

#include <glib/gi18n.h>
#include <string.h>
#include <wslay/wslay.h>

typedef struct
{
  Live *live;
  gint64 socket_id;
  const LiveCommand *command;
  Actor *actor;
  char *device;
  char *address;
  char *text;
  gsize length;
  char *client_id;
  gint64 ticket_id;
} Call;

static void
call_free (Call *call)
{
  actor_free (call->actor);
  g_free (call->device);
  g_free (call->address);
  g_free (call->text);
  g_free (call->client_id);
  g_free (call);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Call, call_free)

static void
run_call_cb (Db *db, const GError *unavailable, gpointer data)
{
  g_autoptr (Call) call = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *answer = NULL;
  GBytes *frame = NULL;

  if (db != NULL)
    {
      origin_set (&(Origin){ .actor_id = call->actor->user_id, .address = call->address });
      answer = call->command->handler (db, call->live->services, call->actor, call->device,
                                       call->text, call->length, &error);
      origin_set (NULL);
    }
  else
    error = g_error_copy (unavailable);
  if (error != NULL)
    frame = frame_refused (call->command->type, call->client_id, call->ticket_id, error);
  else if (answer != NULL)
    frame = frame_encode (WSLAY_TEXT_FRAME, answer, strlen (answer));
  if (frame != NULL)
    live_post_frame (call->live, call->socket_id, frame);
}

static const LiveCommand *
find_command (const Live *live, const char *type)
{
  for (const LiveCommand *command = live->commands; command->type != NULL; command++)
    {
      if (g_str_equal (command->type, type))
        return command;
    }
  return NULL;
}

gboolean
command_hear (LiveSocket *socket, const char *type, Arguments *frame, const char *text,
              gsize length, GError **error)
{
  const LiveCommand *command = find_command (socket->live, type);
  Call *call;

  if (command == NULL)
    {
      problem_set (error, PROBLEM_BAD_REQUEST, _ ("There is no frame of this type."));
      return FALSE;
    }
  if (!actor_may (socket->actor, command->permissions))
    {
      actor_refuse (socket->actor, error);
      return FALSE;
    }
  call = g_new (Call, 1);
  call->live = socket->live;
  call->socket_id = socket->id;
  call->command = command;
  call->actor = actor_copy (socket->actor);
  call->device = socket_device (socket);
  call->address = g_strdup (socket->address);
  call->text = g_strndup (text, length);
  call->length = length;
  call->client_id = g_strdup (arguments_text (frame, "client_id", G_MAXINT8, ARGUMENT_OPTIONAL));
  call->ticket_id = arguments_int (frame, "ticket", 1, G_MAXINT64, 0, ARGUMENT_OPTIONAL);
  if (workers_put (socket->live->workers, socket->id, run_call_cb, call))
    return TRUE;
  call_free (call);
  problem_set (error, PROBLEM_UNAVAILABLE, _ ("The server is busy. Try again."));
  return FALSE;
}
