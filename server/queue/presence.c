/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Presence over both ways in, and the life of leases. */
#include "queue/presence.h"

#include "base/config.h"
#include "event/relay.h"
#include "queue/handlers.h"

static const char *const states[] = { "online", "away", "offline", NULL };

/* Reads the state from @arguments and writes it for @device.
 * Returns: (transfer full): the rows with `outcome`, or NULL with a problem. */
static DbResult *
choose (Db *db, const Services *services, const Actor *actor, const char *device,
        Arguments *arguments, guint lease, GError **error)
{
  const char *state = arguments_choice (arguments, "state", states, ARGUMENT_REQUIRED);
  DbResult *result;

  if (!arguments_check (arguments, error))
    return NULL;
  /* Who leaves needs no lease; the grace time is for a second thought. */
  if (g_str_equal (state, "offline"))
    lease = MIN (lease, services->config->grace_seconds);
  result = db_run (db, "presence_set",
                   (DbParam[]){ db_int (actor->user_id), db_text (device), db_text (state),
                                db_int (lease), DB_END },
                   error);
  if (result != NULL)
    relay_nudge (services->relay);
  return result;
}

Reply *
presence_put (Db *db, const Request *request, GError **error)
{
  const Actor *actor = request_actor (request);
  g_autoptr (Arguments) arguments = request_arguments (request, error);
  g_autofree char *device = g_strdup_printf ("rest.%s", actor->session_id);
  DbResult *result;

  if (arguments == NULL)
    return NULL;
  result = choose (db, request_services (request), actor, device, arguments, PRESENCE_REST_SECONDS,
                   error);
  return result != NULL ? reply_outcome (result, 200, error) : NULL;
}

char *
presence_command (Db *db, const Services *services, const Actor *actor, const char *device,
                  const char *frame, gsize length, GError **error)
{
  g_autoptr (Arguments) arguments = arguments_new (frame, length, error);
  DbResult *result;
  Reply *reply;

  if (arguments == NULL)
    return NULL;
  result = choose (db, services, actor, device, arguments, services->config->grace_seconds, error);
  if (result == NULL)
    return NULL;
  reply = reply_outcome (result, 204, error);
  if (reply != NULL)
    reply_free (reply);
  return NULL;
}

gboolean
presence_connection (Db *db, const Services *services, gint64 user_id, const char *device,
                     gboolean connected, GError **error)
{
  g_autoptr (DbResult) result = NULL;

  if (connected)
    result = db_run (db, "presence_connected",
                     (DbParam[]){ db_int (user_id), db_text (device), DB_END }, error);
  else
    result = db_run (db, "presence_lost",
                     (DbParam[]){ db_int (user_id), db_text (device),
                                  db_int (services->config->grace_seconds), DB_END },
                     error);
  return result != NULL;
}

gboolean
presence_begin (Db *db, const Services *services, GError **error)
{
  g_autoptr (DbResult) result
      = db_run (db, "presence_begin",
                (DbParam[]){ db_int (services->config->grace_seconds), DB_END }, error);

  return result != NULL;
}
