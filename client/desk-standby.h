/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Whether this account may be called in while away, and whether it is called now: fetched after
 * each welcome, kept by events.
 */

#pragma once

#include "desk-client.h"

G_BEGIN_DECLS

#define DESK_TYPE_STANDBY (desk_standby_get_type ())

G_DECLARE_FINAL_TYPE (DeskStandby, desk_standby, DESK, STANDBY, GObject)

typedef enum
{
  DESK_CALL_WAITED,
  DESK_CALL_PREDICTED,
  DESK_CALL_BY_HAND,
} DeskCallReason;

/* A department that needs somebody. */
typedef struct
{
  gint64 id;
  char *department;
  DeskCallReason reason;
  guint seconds; /* of waiting */
} DeskCall;

/**
 * desk_standby_new:
 * @client: the desk whose account it is
 *
 * Signals: `changed`, any of what is told here is another; `released`, who had joined is needed no
 * more, and Away.
 *
 * Returns: (transfer full): nothing is known before the next welcome.
 */
DeskStandby *desk_standby_new (DeskClient *client);

/** desk_standby_get_call: Returns: (nullable) (transfer none): the call that is open, if any. */
const DeskCall *desk_standby_get_call (DeskStandby *self);

/** desk_standby_join: goes online, which answers the call. */
void desk_standby_join (DeskStandby *self);

/** desk_standby_dismiss: does not join; the call is not shown again. */
void desk_standby_dismiss (DeskStandby *self);

/** desk_standby_is_ready: Returns: whether the account may be called in while away. */
gboolean desk_standby_is_ready (DeskStandby *self);
void desk_standby_set_ready (DeskStandby *self, gboolean ready);

G_END_DECLS
