/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The last minutes of events in memory, so that thousands of clients that come back at once do not
 * fall on PostgreSQL. Belongs to the relay's thread. */
#pragma once

#include "event/event.h"

typedef struct Ring Ring;

/* @events_max: how many events are kept. */
Ring *ring_new (guint events_max);

/* Adds a batch: @before is the cursor it starts from, @after the one it leads to. References the
 * events. */
void ring_add (Ring *ring, const char *before, const char *after, const GPtrArray *events);

/* Appends to @events (element-type Event, referenced) what came after @cursor, oldest first.
 * FALSE when the ring does not reach back that far. */
gboolean ring_since (Ring *ring, const char *cursor, GPtrArray *events);

void ring_free (Ring *ring);
