/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * A queue for each state, oldest first, so that the sweep only looks at those it closes. Closing is
 * a shutdown of the socket: libsoup reads an end and lets the connection go the usual way. */
#include "http/connections.h"

#include "base/metrics.h"

#include <sys/socket.h>

#define SWEEP_INTERVAL_MS 250

/* How long one is left alone even in a crowd: whoever asks again and again is idle for moments. */
#define CROWD_PATIENCE (G_USEC_PER_SEC / 2)

typedef struct
{
  gint64 patience; /* µs until a connection in this state is closed; 0: never */
  guint crowd; /* with more than so many, CROWD_PATIENCE is enough; 0: never */
  guint most; /* with more than so many, the oldest is closed at once; 0: never */
} StateRule;

static const StateRule rules[PEER_STATES] = {
  [PEER_READING] = { 30 * G_USEC_PER_SEC, 0, 512 },
  [PEER_ANSWERING] = { 0, 0, 0 },
  [PEER_WRITING] = { 30 * G_USEC_PER_SEC, 0, 0 },
  [PEER_IDLE] = { 10 * G_USEC_PER_SEC, 256, 1024 },
  [PEER_REFUSED] = { 2 * G_USEC_PER_SEC, 0, 0 },
  [PEER_UPLOADING] = { 30 * G_USEC_PER_SEC, 0, 0 },
  [PEER_DRAINING] = { 10 * G_USEC_PER_SEC, 0, 0 },
};

struct Connections
{
  struct Metrics *metrics;
  GQueue queues[PEER_STATES];
  guint timer;
};

static gboolean
sweep_cb (gpointer data)
{
  connections_sweep (data, g_get_monotonic_time ());
  return G_SOURCE_CONTINUE;
}

Connections *
connections_new (struct Metrics *metrics)
{
  Connections *connections = g_new0 (Connections, 1);

  connections->metrics = metrics;
  connections->timer = g_timeout_add (SWEEP_INTERVAL_MS, sweep_cb, connections);
  return connections;
}

void
connections_cut (HttpPeer *peer)
{
  struct linger at_once = { .l_onoff = 1 };

  /* A client that still sends after it was refused gets a reset, else it would wait for room for
   * ever. */
  if (peer->state == PEER_REFUSED || peer->state == PEER_DRAINING)
    setsockopt (g_socket_get_fd (peer->socket), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  g_socket_shutdown (peer->socket, TRUE, TRUE, NULL);
}

static void
close_oldest (Connections *connections, PeerState state)
{
  HttpPeer *peer = g_queue_peek_head (&connections->queues[state]);

  connections_remove (peer);
  connections_cut (peer);
  metrics_count (connections->metrics, METRIC_HTTP_CONNECTIONS_SWEPT, 1);
}

/* Whether @state holds more than @limit. */
static gboolean
is_over (const Connections *connections, PeerState state, guint limit)
{
  return limit > 0 && connections->queues[state].length > limit;
}

static gboolean
is_overdue (Connections *connections, PeerState state, gint64 now)
{
  HttpPeer *oldest = g_queue_peek_head (&connections->queues[state]);
  const StateRule *rule = &rules[state];
  gint64 patience = is_over (connections, state, rule->crowd) ? CROWD_PATIENCE : rule->patience;

  return oldest != NULL && patience > 0 && now - oldest->since > patience;
}

void
connections_sweep (Connections *connections, gint64 now)
{
  for (guint state = 0; state < PEER_STATES; state++)
    {
      while (is_overdue (connections, state, now))
        close_oldest (connections, state);
    }
}

void
connections_remove (HttpPeer *peer)
{
  if (peer->connections == NULL)
    return;
  g_queue_unlink (&peer->connections->queues[peer->state], &peer->link);
  peer->connections = NULL;
}

void
connections_move (Connections *connections, HttpPeer *peer, PeerState state)
{
  connections_remove (peer);
  peer->connections = connections;
  peer->state = state;
  peer->since = g_get_monotonic_time ();
  g_queue_push_tail_link (&connections->queues[state], &peer->link);
  if (is_over (connections, state, rules[state].most))
    close_oldest (connections, state);
}

void
connections_free (Connections *connections)
{
  if (connections == NULL)
    return;
  g_source_remove (connections->timer);
  for (guint state = 0; state < PEER_STATES; state++)
    {
      while (!g_queue_is_empty (&connections->queues[state]))
        connections_remove (g_queue_peek_head (&connections->queues[state]));
    }
  g_free (connections);
}
