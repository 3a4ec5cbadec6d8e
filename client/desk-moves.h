/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Where a ticket's status may move, as the server's table says it. Kept in the cache, so that menus
 * are right before the first answer.
 */

#pragma once

#include "desk-cache.h"
#include "desk-session.h"
#include "desk-types.h"

G_BEGIN_DECLS

typedef struct _DeskMoves DeskMoves;

/**
 * desk_moves_new:
 * @changed: called with @user_data when the server's table is another one than was known
 *
 * Returns: (transfer full): the table as the cache has it; without it no move is known.
 */
DeskMoves *desk_moves_new (DeskSession *session, DeskCache *cache,
                           void (*changed) (gpointer user_data), gpointer user_data);
void desk_moves_free (DeskMoves *self);

/** desk_moves_fetch: asks the server for its table. */
void desk_moves_fetch (DeskMoves *self);

/**
 * desk_moves_allow:
 *
 * Returns: whether a person may move a ticket from @from to @to. Assigning, which moves open to
 * assigned, is a command of its own and not counted.
 */
gboolean desk_moves_allow (DeskMoves *self, DeskStatus from, DeskStatus to);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DeskMoves, desk_moves_free)

G_END_DECLS
