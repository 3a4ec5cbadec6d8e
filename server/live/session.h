/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * What a client says: each text frame is read, and handed to whoever handles its type. */
#pragma once

#include "base/arguments.h"
#include "live/private.h"

/* @text: a whole message, not checked in any way. */
void session_hear (LiveSocket *socket, const char *text, gsize length);

/* The ticket that a frame is about; notes when there is none. */
gint64 session_ticket (Arguments *frame);
