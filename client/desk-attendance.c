/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Away that the server found out by itself ends with the first return and is not said again after a
 * reconnect; Away that somebody chose, at whichever desk, is.
 */

#include "desk-attendance.h"

#include "desk-json.h"

struct _DeskAttendance
{
  DeskLive *live;
  DeskCache *cache;
  DeskPresence chosen;
  DeskPresence shown;
  gint64 until; /* when Away ends, microseconds since 1970; 0 for never */
  const char *idle; /* why nobody is here; NULL when somebody is */
  gint64 idle_since; /* monotonic */
};

static void
say_idle (DeskAttendance *self)
{
  g_autoptr (JsonObject) frame = json_object_new ();

  json_object_set_string_member (frame, "type", "idle");
  json_object_set_boolean_member (frame, "on", self->idle != NULL);
  if (self->idle != NULL)
    {
      json_object_set_string_member (frame, "why", self->idle);
      json_object_set_int_member (frame, "seconds",
                                  (g_get_monotonic_time () - self->idle_since) / G_USEC_PER_SEC);
    }
  desk_live_send (self->live, frame);
}

static void
say_presence (DeskAttendance *self, gboolean hands_over)
{
  g_autoptr (JsonObject) frame = json_object_new ();

  json_object_set_string_member (frame, "type", "presence");
  json_object_set_string_member (frame, "state", desk_presence_to_string (self->chosen));
  if (self->until != 0)
    desk_json_set_time (frame, "until", self->until);
  if (hands_over)
    json_object_set_boolean_member (frame, "hand_over", TRUE);
  desk_live_send (self->live, frame);
}

static void
keep (DeskAttendance *self, DeskPresence presence)
{
  self->chosen = presence;
  self->shown = presence;
  if (presence != DESK_PRESENCE_AWAY)
    self->until = 0;
  desk_cache_keep (self->cache, "presence", desk_presence_to_string (presence));
}

DeskPresence
desk_attendance_get (DeskAttendance *self)
{
  return self->shown;
}

void
desk_attendance_choose (DeskAttendance *self, DeskPresence presence, guint minutes,
                        gboolean hands_over)
{
  self->until = minutes > 0 ? g_get_real_time () + minutes * G_TIME_SPAN_MINUTE : 0;
  keep (self, presence);
  say_presence (self, hands_over);
}

void
desk_attendance_say (DeskAttendance *self)
{
  if (self->until != 0 && self->until <= g_get_real_time ())
    keep (self, DESK_PRESENCE_ONLINE);
  self->shown = self->chosen;
  say_presence (self, FALSE);
  if (self->idle != NULL)
    say_idle (self);
}

void
desk_attendance_report (DeskAttendance *self, const char *why)
{
  if (g_strcmp0 (self->idle, why) == 0)
    return;

  if (self->idle == NULL)
    self->idle_since = g_get_monotonic_time ();
  self->idle = g_intern_string (why);
  say_idle (self);
}

/* Offline is what comes of a lost line; whoever hears it is back. */
void
desk_attendance_hear (DeskAttendance *self, DeskPresence state)
{
  if (self->idle != NULL || state == DESK_PRESENCE_OFFLINE)
    self->shown = state;
  else
    keep (self, state);
}

DeskAttendance *
desk_attendance_new (DeskLive *live, DeskCache *cache)
{
  DeskAttendance *self = g_new0 (DeskAttendance, 1);
  g_autofree char *presence = desk_cache_recall (cache, "presence");

  self->live = g_object_ref (live);
  self->cache = g_object_ref (cache);
  self->chosen = presence != NULL ? desk_presence_parse (presence) : DESK_PRESENCE_ONLINE;
  self->shown = self->chosen;

  return self;
}

void
desk_attendance_free (DeskAttendance *self)
{
  g_object_unref (self->live);
  g_object_unref (self->cache);
  g_free (self);
}
