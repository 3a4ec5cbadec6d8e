/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Who is typing: told to the other side, kept by nobody, over by itself after a few seconds. */
#pragma once

#include "base/arguments.h"
#include "live/private.h"

/* FrameHandler. */
gboolean typing_hear (LiveSocket *socket, Arguments *frame, GError **error);

/* Tells the other side that @socket's account no longer types, if it did. */
void typing_stop (LiveSocket *socket);
