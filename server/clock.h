/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Every timed job of the server, in one list (clock.c), on one thread with a connection of its
 * own. */
#pragma once

#include "base/services.h"

typedef struct Clock Clock;

/* Starts the thread; each job runs at once and then at its interval. @services is borrowed. */
Clock *clock_start (const Services *services);
void clock_stop (Clock *clock);
