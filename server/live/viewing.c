/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * A viewer says so again from time to time, and at once when a colleague comes who cannot know:
 * so nothing has to be kept here but which ticket to take back when the socket closes. */
#include "live/viewing.h"

#include "live/hub.h"
#include "live/session.h"

#include "base/problem.h"

#include <glib/gi18n.h>

static void
tell (LiveSocket *socket, gint64 ticket_id, gboolean on)
{
  g_autoptr (GBytes) frame = frame_viewing (ticket_id, socket->actor, on);

  hub_send_others (socket->live->hub, ticket_id, 0, socket->actor, frame);
}

void
viewing_stop (LiveSocket *socket)
{
  if (socket->viewing != 0)
    tell (socket, socket->viewing, FALSE);
  socket->viewing = 0;
}

gboolean
viewing_hear (LiveSocket *socket, Arguments *frame, GError **error)
{
  gint64 ticket_id = session_ticket (frame);
  gboolean on = arguments_bool (frame, "on", TRUE);

  if (!arguments_check (frame, error))
    return FALSE;
  if (!actor_is_staff (socket->actor) || !actor_may (socket->actor, PERMISSION_VIEW_TICKETS))
    {
      actor_refuse (socket->actor, error);
      return FALSE;
    }
  if (socket->viewing != 0 && (socket->viewing != ticket_id) == on)
    viewing_stop (socket);
  if (on)
    {
      socket->viewing = ticket_id;
      tell (socket, ticket_id, TRUE);
    }
  return TRUE;
}
