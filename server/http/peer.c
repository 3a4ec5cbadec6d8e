/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The life of a peer ends with its connection: libsoup holds the only lasting reference. */
#include "http/peer.h"

#include "http/connections.h"

G_DEFINE_FINAL_TYPE (HttpPeer, http_peer, G_TYPE_INET_SOCKET_ADDRESS)

static void
http_peer_finalize (GObject *object)
{
  HttpPeer *peer = HTTP_PEER (object);

  connections_remove (peer);
  g_free (peer->range);
  g_object_unref (peer->socket);
  G_OBJECT_CLASS (http_peer_parent_class)->finalize (object);
}

static void
http_peer_class_init (HttpPeerClass *class)
{
  G_OBJECT_CLASS (class)->finalize = http_peer_finalize;
}

static void
http_peer_init (HttpPeer *peer)
{
  peer->link.data = peer;
}

HttpPeer *
http_peer_new (GSocket *socket, GInetSocketAddress *address)
{
  HttpPeer *peer
      = g_object_new (HTTP_TYPE_PEER, "address", g_inet_socket_address_get_address (address),
                      "port", (guint) g_inet_socket_address_get_port (address), NULL);

  peer->socket = g_object_ref (socket);
  return peer;
}

HttpPeer *
http_peer_of (SoupServerMessage *message)
{
  return HTTP_PEER (soup_server_message_get_remote_address (message));
}
