/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * `message` frames: to the writer, and its answer back as `ack` or `refused`. */
#pragma once

#include "base/arguments.h"
#include "live/private.h"

/* FrameHandler. */
gboolean message_hear (LiveSocket *socket, Arguments *frame, GError **error);
