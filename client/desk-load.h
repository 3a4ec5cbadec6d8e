/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * How many chats an agent has, counted as tickets change. Each event asks for it, and walking
 * through everything the desk knows would make a busy desk slower with every ticket.
 */

#pragma once

#include "desk-store.h"

G_BEGIN_DECLS

typedef struct _DeskLoad DeskLoad;

/** desk_load_new: counts the chats of the account of desk_store_set_me(). */
DeskLoad *desk_load_new (DeskStore *store);
void desk_load_free (DeskLoad *self);

guint desk_load_get (DeskLoad *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DeskLoad, desk_load_free)

G_END_DECLS
