/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The other end of a connection that libsoup holds. It is a socket address, because that is the one
 * object of ours that libsoup keeps with a connection and shows with each of its messages. */
#pragma once

#include <gio/gio.h>
#include <libsoup/soup.h>

#define HTTP_TYPE_PEER (http_peer_get_type ())
G_DECLARE_FINAL_TYPE (HttpPeer, http_peer, HTTP, PEER, GInetSocketAddress)

/* Where a connection stands; decides how long it may stay there. */
typedef enum
{
  PEER_READING, /* a request comes in */
  PEER_ANSWERING, /* a handler works: no limit of time */
  PEER_WRITING, /* an answer goes out */
  PEER_IDLE, /* kept alive, nothing said */
  PEER_REFUSED, /* answered before its body ended; what still comes is thrown away */
  PEER_UPLOADING, /* a block of a file comes in */
  PEER_DRAINING, /* as PEER_REFUSED, of a file: browsers read the answer when they have sent all */
  PEER_STATES,
} PeerState;

typedef struct Connections Connections;

struct _HttpPeer
{
  GInetSocketAddress parent;
  GSocket *socket;
  Connections *connections; /* NULL once it is nobody's to close */
  PeerState state;
  gint64 since; /* monotonic, µs */
  guint finished; /* requests that were answered */
  guint discarded; /* bytes thrown away while refused */
  char *range; /* the header of the request being read, or NULL */
  struct Upload *upload; /* the one whose body comes in, or NULL; its exchange holds it */
  GList link;
};

/* Returns: (transfer full): the peer of @socket at @address, counted nowhere yet. */
HttpPeer *http_peer_new (GSocket *socket, GInetSocketAddress *address);

/* The peer of @message. */
HttpPeer *http_peer_of (SoupServerMessage *message);
