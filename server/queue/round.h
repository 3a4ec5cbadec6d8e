/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * One round of handing out: read the heads of the lanes and who is free, match them here, apply
 * all pairs in one transaction that judges each again. */
#pragma once

#include "db/db.h"
#include "queue/marks.h"
#include "queue/refusals.h"

/* Tickets that stand behind this place in a lane are not looked at in a round. */
#define ROUND_HEADS 32

/* Pairs in one transaction: enough to share the price of a commit, few enough that a message to one
 * of the tickets hardly waits. */
#define ROUND_PAIRS 32

/* @refusals are left out, and get what was refused now. The look begins at @marks, and moves them.
 * @assigned (out) is the number of tickets that got an agent; 0 says that nothing more can be done.
 * FALSE with a problem when the database did not do it. */
gboolean round_run (Db *db, Refusals *refusals, Marks *marks, guint *assigned, GError **error);
