/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The connections that libsoup holds, and a sweep of those that hold nothing but place. Each one
 * costs every turn of the main loop a little, and libsoup never closes one by itself. Main loop
 * only. */
#pragma once

#include "http/peer.h"

struct Metrics;

Connections *connections_new (struct Metrics *metrics);

/* @peer is where @state says, as of now; counts it if it was not counted. Where too many are then,
 * the oldest is closed. */
void connections_move (Connections *connections, HttpPeer *peer, PeerState state);

/* @peer is no longer libsoup's, or gone: the sweep leaves it alone. */
void connections_remove (HttpPeer *peer);

/* Ends the connection of @peer; libsoup notices when it reads. */
void connections_cut (HttpPeer *peer);

/* Closes what has been where it is for too long. Called by a timer; @now is monotonic µs. */
void connections_sweep (Connections *connections, gint64 now);

/* Forgets every peer. */
void connections_free (Connections *connections);
