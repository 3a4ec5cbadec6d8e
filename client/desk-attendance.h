/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Whether somebody is at this desk: what the person chose, said anew after each welcome, what the
 * server made of it, and whether hands are on this computer. Part of #DeskClient.
 */

#pragma once

#include "desk-cache.h"
#include "desk-live.h"
#include "desk-types.h"

G_BEGIN_DECLS

typedef struct _DeskAttendance DeskAttendance;

/** desk_attendance_new: Returns: (transfer full): what was chosen last, online at first. */
DeskAttendance *desk_attendance_new (DeskLive *live, DeskCache *cache);
void desk_attendance_free (DeskAttendance *self);

/** desk_attendance_get: Returns: what others see of the person, as far as this desk knows. */
DeskPresence desk_attendance_get (DeskAttendance *self);

/**
 * desk_attendance_choose:
 * @minutes: for how long, when @presence is Away; 0 for until the person says otherwise
 * @hands_over: whether the live chats go back to the queue, when the person leaves
 */
void desk_attendance_choose (DeskAttendance *self, DeskPresence presence, guint minutes,
                             gboolean hands_over);

/** desk_attendance_say: after a welcome. */
void desk_attendance_say (DeskAttendance *self);

/** desk_attendance_report: @why: (nullable): a word of the protocol; %NULL: somebody is here. */
void desk_attendance_report (DeskAttendance *self, const char *why);

/** desk_attendance_hear: @state: what the server says of the person. */
void desk_attendance_hear (DeskAttendance *self, DeskPresence state);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DeskAttendance, desk_attendance_free)

G_END_DECLS
