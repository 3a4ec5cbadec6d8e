/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The relay: one thread that reads what was committed since its last look, by snapshot cursor so
 * that nothing is missed or doubled whatever the order of commits, keeps the last minutes in a
 * ring, and hands every batch to its listeners. All delivery starts here. */
#pragma once

#include "event/event.h"

struct Database;
struct Metrics;

typedef struct Relay Relay;

/* Called on the relay's thread with a batch (element-type Event), in order. Must not block. */
typedef void (*RelayListener) (const GPtrArray *events, gpointer data);

/* Called with the events since a cursor, oldest first, or NULL when the cursor is too old, from
 * another epoch or not readable: then the client has to fetch again. @now is the cursor that the
 * events lead to. Runs on the relay's thread, so that no live batch can come between. */
typedef void (*RelayReplay) (const GPtrArray *events, const char *now, gpointer data);

/* @database is borrowed. Nothing runs before relay_start(). */
Relay *relay_new (struct Database *database, struct Metrics *metrics);

/* Listeners are added before the start and stay. */
void relay_add_listener (Relay *relay, RelayListener listener, gpointer data);

/* Reads the database's present cursor and starts the thread. */
gboolean relay_start (Relay *relay, GError **error);

/* Says that something was committed: the relay looks at once. From any thread, cheap. */
void relay_nudge (Relay *relay);

/* Asks for what came after @cursor (NULL: nothing, only `now`). At most a bounded number of replays
 * go to the database at once; the others wait their turn. From any thread. */
void relay_replay (Relay *relay, const char *cursor, RelayReplay replay, gpointer data);

/* Stops the thread; waiting replays are answered with NULL. */
void relay_stop (Relay *relay);
void relay_free (Relay *relay);
