/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Who of the staff has a ticket open: told to their colleagues, kept by nobody. */
#pragma once

#include "base/arguments.h"
#include "live/private.h"

/* FrameHandler. */
gboolean viewing_hear (LiveSocket *socket, Arguments *frame, GError **error);

/* Tells the colleagues that @socket's account no longer views, if it did. */
void viewing_stop (LiveSocket *socket);
