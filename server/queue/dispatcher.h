/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The dispatcher: one thread with a connection of its own that hands waiting tickets to agents,
 * tells waiting customers their place, and writes down which sockets of agents come and go.
 * Committed events wake it; it looks by itself once a second, so that nothing depends on an
 * event alone. */
#pragma once

#include "base/actor.h"
#include "base/services.h"

typedef struct Dispatcher Dispatcher;

/* @services is borrowed and must be complete before dispatcher_start(). */
Dispatcher *dispatcher_new (const Services *services);

/* Gives whoever was there before the last stop the grace time, opens and closes departments, then
 * starts the thread. Call
 * before the first socket is taken. FALSE with a problem when the database does not answer. */
gboolean dispatcher_start (Dispatcher *dispatcher, GError **error);

/* RelayListener: tickets or presence changed. @data is the Dispatcher. */
void dispatcher_hear (const GPtrArray *events, gpointer data);

/* LivePresence: a socket opened or closed. @data is the Dispatcher. */
void dispatcher_hear_socket (const Actor *actor, const char *device, gboolean connected,
                             gpointer data);

/* Ends the thread; sockets that were lost meanwhile get their grace time at the next start. */
void dispatcher_stop (Dispatcher *dispatcher);
void dispatcher_free (Dispatcher *dispatcher);
