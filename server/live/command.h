/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Frames that other rooms handle: the commands given to live_new(), run on a worker thread. */
#pragma once

#include "base/arguments.h"
#include "live/private.h"

/* Queues the command @type with @text, the whole frame. FALSE with a problem when there is no such
 * command, or the account may not use it. */
gboolean command_hear (LiveSocket *socket, const char *type, Arguments *frame, const char *text,
                       gsize length, GError **error);
