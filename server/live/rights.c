/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Tokens are looked at by a worker; the answer comes back to the live thread. While an answer about
 * rights is to come, the socket's events wait in its backlog. */
#include "live/rights.h"

#include "live/backlog.h"
#include "live/socket.h"

#include "base/problem.h"
#include "db/db.h"

#include <glib/gi18n.h>

#define TOKEN_MAX 4096

typedef struct
{
  Live *live;
  gint64 socket_id;
  gboolean is_auth; /* a fresh token rather than another look at the old one */
  char *token;
  Actor *actor;
  GError *error;
} Look;

static void
look_free (Look *look)
{
  g_free (look->token);
  g_clear_pointer (&look->actor, actor_free);
  g_clear_error (&look->error);
  g_free (look);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Look, look_free)

static gboolean
is_passing (const GError *error)
{
  ProblemCode code = problem_code (error);

  return code == PROBLEM_UNAVAILABLE || code == PROBLEM_INTERNAL;
}

/* A fresh token that is no good changes nothing: the old one may still be. */
static void
take_auth (LiveSocket *socket, Look *look)
{
  if (look->actor != NULL && look->actor->user_id != socket->actor->user_id)
    problem_set (&look->error, PROBLEM_UNAUTHENTICATED,
                 _ ("This token belongs to another account."));
  if (look->error != NULL)
    {
      socket_take (socket, frame_refused ("auth", NULL, 0, look->error));
      return;
    }
  g_free (socket->token);
  socket->token = g_steal_pointer (&look->token);
  socket_set_actor (socket, g_steal_pointer (&look->actor));
}

static void
take_recheck (LiveSocket *socket, Look *look)
{
  if (look->error != NULL && is_passing (look->error))
    {
      socket->recheck_again = TRUE;
      socket_plan (socket);
      return;
    }
  socket->rechecks--;
  if (g_strcmp0 (look->token, socket->token) != 0)
    {
      /* A fresh token came meanwhile: it is the one that counts. */
      rights_recheck_socket (socket);
      return;
    }
  if (look->error != NULL)
    {
      socket_close (socket, CLOSE_TOKEN, "the token was revoked");
      return;
    }
  socket_set_actor (socket, g_steal_pointer (&look->actor));
  backlog_pump (socket);
}

static void
looked (gpointer context, gpointer data)
{
  Live *live = context;
  g_autoptr (Look) look = data;
  LiveSocket *socket = hub_find (live->hub, look->socket_id);

  if (socket == NULL || socket->state >= SOCKET_CLOSING)
    return;
  if (look->is_auth)
    take_auth (socket, look);
  else
    take_recheck (socket, look);
}

static void
look_cb (Db *db, const GError *unavailable, gpointer data)
{
  Look *look = data;

  if (db == NULL)
    look->error = g_error_copy (unavailable);
  else
    look->actor = look->live->authenticate (db, look->live->services, look->token, &look->error);
  loop_post (look->live->loop, looked, look);
}

static gboolean
put_look (LiveSocket *socket, const char *token, gboolean is_auth)
{
  Look *look = g_new0 (Look, 1);

  look->live = socket->live;
  look->socket_id = socket->id;
  look->is_auth = is_auth;
  look->token = g_strdup (token);
  if (workers_put (socket->live->workers, socket->id, look_cb, look))
    return TRUE;
  look_free (look);
  return FALSE;
}

gboolean
rights_hear_auth (LiveSocket *socket, Arguments *frame, GError **error)
{
  const char *token = arguments_text (frame, "token", TOKEN_MAX, ARGUMENT_REQUIRED);

  if (!arguments_check (frame, error))
    return FALSE;
  if (put_look (socket, token, TRUE))
    return TRUE;
  problem_set (error, PROBLEM_UNAVAILABLE, _ ("The server is busy. Try again."));
  return FALSE;
}

void
rights_recheck_socket (LiveSocket *socket)
{
  if (socket->state >= SOCKET_CLOSING)
    return;
  if (!socket->recheck_again)
    socket->rechecks++;
  socket->recheck_again = !put_look (socket, socket->token, FALSE);
  if (socket->recheck_again)
    socket_plan (socket);
}

static void
recheck_cb (LiveSocket *socket, gpointer data)
{
  const char *session_id = data;

  if (session_id == NULL || g_strcmp0 (session_id, socket->actor->session_id) == 0)
    rights_recheck_socket (socket);
}

void
rights_recheck (Live *live, gint64 user_id, const char *session_id)
{
  recent_put (live->changed, user_id, 0);
  if (user_id == RIGHTS_OF_EVERYBODY)
    hub_visit_all (live->hub, recheck_cb, NULL);
  else
    hub_visit_user (live->hub, user_id, recheck_cb, (gpointer) session_id);
}
