/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * From `hello` to the welcome: what a client missed is read by the relay, handed over, and followed
 * by live events with nothing missing or doubled in between. */
#pragma once

#include "live/private.h"

/* Longer than any cursor the relay makes. */
#define RESUME_CURSOR_MAX 8192

/* @cursor: the last one the client kept, or NULL to begin with now. */
void resume_begin (LiveSocket *socket, const char *cursor);
