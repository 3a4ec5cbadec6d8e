/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Presence over both ways in, and the life of leases. */
#include "queue/presence.h"

#include "base/config.h"
#include "base/fields.h"
#include "event/relay.h"
#include "queue/handlers.h"

#include <glib/gi18n.h>

/* Nobody goes away for longer and means to come back by themselves. */
#define AWAY_MAX_US (30 * G_TIME_SPAN_DAY)
#define IDLE_MAX_S (30 * 24 * 60 * 60)

static const char *const states[] = { "online", "away", "offline", NULL };
static const char *const reasons[] = { "idle", "lock", "suspend", NULL };

/* Returns: when somebody who goes away means to be back; NULL where a body does not say. */
static DbParam
read_until (Arguments *arguments, const char *state)
{
  gint64 now = g_get_real_time ();
  gint64 until = field_time (arguments, "until", ARGUMENT_OPTIONAL);

  if (!arguments_has (arguments, "until"))
    return db_null ();
  if (g_strcmp0 (state, "away") != 0)
    arguments_refuse (arguments, "until", "not_allowed", _ ("Only who is away comes back."));
  else if (until <= now || until > now + AWAY_MAX_US)
    arguments_refuse (arguments, "until", "out_of_range",
                      _ ("A time from now on, within 30 days."));
  return db_int (until);
}

/* Reads the state from @arguments and writes it for @device.
 * Returns: (transfer full): the rows with `outcome`, or NULL with a problem. */
static DbResult *
choose (Db *db, const Services *services, const Actor *actor, const char *device,
        Arguments *arguments, guint lease, GError **error)
{
  const char *state = arguments_choice (arguments, "state", states, ARGUMENT_REQUIRED);
  DbParam until = read_until (arguments, state);
  gboolean hands_over = arguments_bool (arguments, "hand_over", FALSE);
  DbResult *result;

  if (hands_over && g_strcmp0 (state, "online") == 0)
    arguments_refuse (arguments, "hand_over", "not_allowed", _ ("Only who leaves hands over."));
  if (!arguments_check (arguments, error))
    return NULL;
  /* Who leaves needs no lease; the grace time is for a second thought. */
  if (g_str_equal (state, "offline"))
    lease = MIN (lease, services->config->grace_seconds);
  result = db_run (db, "presence_set",
                   (DbParam[]){ db_int (actor->user_id), db_text (device), db_text (state),
                                db_int (lease), until, db_bool (hands_over), DB_END },
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

/* For how many seconds nobody has been at a device: NULL when somebody is, -1 when it does not
 * matter for how long. */
static DbParam
read_idle (Arguments *arguments)
{
  gboolean on = arguments_bool (arguments, "on", TRUE);
  const char *why = arguments_choice (arguments, "why", reasons, ARGUMENT_OPTIONAL);
  gint64 seconds = arguments_int (arguments, "seconds", 0, IDLE_MAX_S, 0, ARGUMENT_OPTIONAL);

  if (!on)
    return db_null ();
  return db_int (why == NULL || g_str_equal (why, "idle") ? seconds : -1);
}

char *
presence_idle_command (Db *db, const Services *services, const Actor *actor, const char *device,
                       const char *frame, gsize length, GError **error)
{
  g_autoptr (Arguments) arguments = arguments_new (frame, length, error);
  DbResult *result;
  Reply *reply;
  DbParam idle;

  if (arguments == NULL)
    return NULL;
  idle = read_idle (arguments);
  if (!arguments_has (arguments, "on"))
    arguments_refuse (arguments, "on", "required", _ ("Whether nobody is there."));
  if (!arguments_check (arguments, error))
    return NULL;
  result = db_run (db, "presence_idle",
                   (DbParam[]){ db_int (actor->user_id), db_text (device), idle,
                                db_int (services->config->grace_seconds), DB_END },
                   error);
  if (result == NULL)
    return NULL;
  relay_nudge (services->relay);
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
