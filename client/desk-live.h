/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The live socket: connects, says hello with the last cursor, connects again when the line breaks,
 * and hands on every event exactly once.
 */

#pragma once

#include "desk-session.h"

G_BEGIN_DECLS

typedef enum
{
  DESK_LIVE_STOPPED,
  DESK_LIVE_BROKEN, /* waits for the next try */
  DESK_LIVE_CONNECTING, /* no welcome yet */
  DESK_LIVE_WELCOME, /* up */
} DeskLiveState;

#define DESK_TYPE_LIVE (desk_live_get_type ())

G_DECLARE_FINAL_TYPE (DeskLive, desk_live, DESK, LIVE, GObject)

/**
 * desk_live_new:
 *
 * Signals: `state-changed`; `welcome (gboolean resumed)`: with %FALSE what is shown has to be
 * fetched; `event (JsonObject)`; `frame (JsonObject)`, every other frame.
 *
 * Returns: (transfer full): a socket for the account of @session, stopped.
 */
DeskLive *desk_live_new (DeskSession *session);

void desk_live_start (DeskLive *self);
void desk_live_stop (DeskLive *self);

/** desk_live_hurry: tries at once instead of after the delay, for example when a network came. */
void desk_live_hurry (DeskLive *self);

DeskLiveState desk_live_get_state (DeskLive *self);

/**
 * desk_live_send:
 * @frame: (transfer none): a frame of the protocol
 *
 * Returns: %FALSE when the line is not up; nothing is kept.
 */
gboolean desk_live_send (DeskLive *self, JsonObject *frame);

/**
 * desk_live_set_position:
 * @cursor: (nullable): the last cursor kept, %NULL to start afresh
 * @ids: (nullable): the ids of the events that came under it, parted by commas
 */
void desk_live_set_position (DeskLive *self, const char *cursor, const char *ids);

/** desk_live_get_cursor: Returns: (nullable): the cursor of the last event. */
const char *desk_live_get_cursor (DeskLive *self);

/** desk_live_dup_ids: Returns: (transfer full): ids under the cursor, parted by commas. */
char *desk_live_dup_ids (DeskLive *self);

G_END_DECLS
