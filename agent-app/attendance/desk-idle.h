/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Whether somebody is at this computer, as the session says: idle, locked, about to sleep.
 */

#pragma once

#include "desk-client.h"

G_BEGIN_DECLS

typedef struct _DeskIdle DeskIdle;

/** desk_idle_new: Returns: (transfer full): reports what it hears to @client. */
DeskIdle *desk_idle_new (DeskClient *client);
void desk_idle_free (DeskIdle *self);

G_END_DECLS
