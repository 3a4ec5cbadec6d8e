/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The idle crowd: what it costs to let many sockets in and to keep them. */
#pragma once

#include "loop.h"
#include "options.h"

typedef struct _Idle Idle;

/**
 * IdleFigures:
 * @accepts_per_second: sockets opened and authenticated a second
 * @welcomes_per_second: sockets that said hello and were welcomed, a second
 * @memory_per_socket: growth of the server's resident memory, in bytes
 */
typedef struct
{
  double accepts_per_second;
  double welcomes_per_second;
  double memory_per_socket;
} IdleFigures;

/**
 * idle_new:
 *
 * Opens the idle sockets of @options, with their hello, and measures what that took.
 */
Idle *idle_new (Loop *loop, const Options *options, IdleFigures *figures, GError **error);
void idle_free (Idle *idle);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Idle, idle_free)

/**
 * idle_check:
 *
 * Returns: whether every idle socket is still open
 */
gboolean idle_check (Idle *idle, GError **error);
