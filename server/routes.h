/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The two tables of what the server answers to. */
#pragma once

#include "http/route.h"
#include "live/live.h"

/* Every path; ends with a line of NULLs. */
extern const Route routes[];

/* Every frame of the live socket that a domain answers; ends with a line of NULLs. */
extern const LiveCommand live_commands[];
