/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Customers type to the staff who hear the ticket, staff to its customer and to their colleagues,
 * who then know that somebody answers already. Whose a ticket is is known from the events that
 * passed, or else looked up once. */
#include "live/typing.h"

#include "live/session.h"
#include "live/socket.h"

#include "base/problem.h"
#include "db/db.h"

#include <glib/gi18n.h>

#define TYPING_S 6

typedef struct
{
  Live *live;
  gint64 socket_id;
  gint64 ticket_id;
  gint64 user_id; /* who types */
  gint64 customer_id; /* 0: there is no such ticket */
  gboolean takes_part; /* who types does, in another customer's ticket */
  gboolean draft; /* only its customer knows of it yet */
  GError *error;
} LookUp;

static void
look_up_free (LookUp *look_up)
{
  g_clear_error (&look_up->error);
  g_free (look_up);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LookUp, look_up_free)

static void
tell (LiveSocket *socket, gint64 ticket_id, gint64 customer_id, gboolean on)
{
  g_autoptr (GBytes) frame = frame_typing (ticket_id, socket->actor, on);

  hub_send_others (socket->live->hub, ticket_id, customer_id, socket->actor, frame);
}

void
typing_stop (LiveSocket *socket)
{
  gint64 customer_id;

  if (socket->typing != 0 && recent_get (socket->live->customers, socket->typing, &customer_id))
    tell (socket, socket->typing, customer_id, FALSE);
  socket->typing = 0;
}

static gboolean
is_concerned (const LiveSocket *socket, gint64 customer_id)
{
  return actor_is_staff (socket->actor) || socket->actor->user_id == customer_id;
}

/* The customer of @ticket_id is known. */
static gboolean
start (LiveSocket *socket, gint64 ticket_id, gint64 customer_id, gboolean takes_part,
       GError **error)
{
  if (customer_id == 0 || !(takes_part || is_concerned (socket, customer_id)))
    {
      problem_set (error, PROBLEM_NOT_FOUND, _ ("There is no such ticket."));
      return FALSE;
    }
  if (socket->typing != ticket_id)
    typing_stop (socket);
  socket->typing = ticket_id;
  socket->typing_until = loop_second () + TYPING_S;
  socket_plan (socket);
  tell (socket, ticket_id, customer_id, TRUE);
  return TRUE;
}

static void
looked_up (gpointer context, gpointer data)
{
  Live *live = context;
  g_autoptr (LookUp) look_up = data;
  LiveSocket *socket = hub_find (live->hub, look_up->socket_id);

  if (look_up->customer_id != 0 && !look_up->draft)
    recent_put (live->customers, look_up->ticket_id, look_up->customer_id);
  if (socket == NULL || socket->state >= SOCKET_CLOSING || look_up->draft)
    return;
  if (look_up->error == NULL)
    start (socket, look_up->ticket_id, look_up->customer_id, look_up->takes_part, &look_up->error);
  if (look_up->error != NULL)
    socket_take (socket, frame_refused ("typing", NULL, look_up->ticket_id, look_up->error));
}

static void
look_up_cb (Db *db, const GError *unavailable, gpointer data)
{
  LookUp *look_up = data;
  g_autoptr (DbResult) rows = NULL;

  if (db == NULL)
    look_up->error = g_error_copy (unavailable);
  else
    rows = db_run (db, "live_ticket_customer",
                   (DbParam[]){ db_int (look_up->ticket_id), db_int (look_up->user_id), DB_END },
                   &look_up->error);
  if (rows != NULL && db_result_rows (rows) > 0)
    {
      look_up->customer_id = db_result_int (rows, 0, "customer_id");
      look_up->draft = db_result_bool (rows, 0, "draft");
      look_up->takes_part = db_result_bool (rows, 0, "takes_part");
    }
  loop_post (look_up->live->loop, looked_up, look_up);
}

static gboolean
ask (LiveSocket *socket, gint64 ticket_id, GError **error)
{
  LookUp *look_up = g_new0 (LookUp, 1);

  look_up->live = socket->live;
  look_up->socket_id = socket->id;
  look_up->ticket_id = ticket_id;
  look_up->user_id = socket->actor->user_id;
  if (workers_put (socket->live->workers, socket->id, look_up_cb, look_up))
    return TRUE;
  look_up_free (look_up);
  problem_set (error, PROBLEM_UNAVAILABLE, _ ("The server is busy. Try again."));
  return FALSE;
}

gboolean
typing_hear (LiveSocket *socket, Arguments *frame, GError **error)
{
  gint64 ticket_id = session_ticket (frame);
  gboolean on = arguments_bool (frame, "on", TRUE);
  gint64 customer_id;

  if (!arguments_check (frame, error))
    return FALSE;
  if (!actor_may (socket->actor, PERMISSION_SEND_MESSAGES))
    {
      actor_refuse (socket->actor, error);
      return FALSE;
    }
  if (!on)
    {
      if (socket->typing == ticket_id)
        typing_stop (socket);
      return TRUE;
    }
  if (recent_get (socket->live->customers, ticket_id, &customer_id)
      && is_concerned (socket, customer_id))
    return start (socket, ticket_id, customer_id, FALSE, error);
  return ask (socket, ticket_id, error);
}
