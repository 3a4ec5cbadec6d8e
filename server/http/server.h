/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * HTTP: an accepting thread of our own (backlog 4096, connections that have said nothing cost GLib
 * nothing), libsoup on the main loop, handlers on a few worker threads, a sweep of idle
 * connections. */
#pragma once

#include "http/route.h"

#include <libsoup/soup.h>

typedef struct HttpServer HttpServer;

/* Finds the account of a bearer token. Runs on a worker thread; @db is for what is not known in
 * memory.
 * Returns: (transfer full): NULL with `unauthenticated` or `token_expired`. */
typedef Actor *(*HttpAuthenticate) (Db *db, const Services *services, const char *token,
                                    GError **error);

/* Takes a WebSocket handshake over; runs on the main loop after authentication, with the message
 * still unpaused and unanswered. @actor and @address, the client's,
 * are borrowed. The socket is that of the stolen stream's
 * `base-iostream`, a GSocketConnection; soup_server_message_get_socket() knows none. */
typedef void (*HttpUpgrade) (SoupServerMessage *message, const Actor *actor, const char *address,
                             const char *request_id, gpointer data);

/* @routes ends with a line of NULLs and stays. @services is borrowed and must be complete before
 * http_server_start(). */
HttpServer *http_server_new (const Services *services, const Route *routes,
                             HttpAuthenticate authenticate);

/* Hands GET @path with `Upgrade: websocket` to @upgrade once the token is good. */
void http_server_set_upgrade (HttpServer *server, const char *path, HttpUpgrade upgrade,
                              gpointer data);

/* Reserves the address, where nothing is let in yet; port 0 takes a free one. FALSE when somebody
 * else listens there. */
gboolean http_server_bind (HttpServer *server, const char *host, guint16 port, GError **error);

/* Listens at the reserved address. The main loop must run for anything to be answered. FALSE when a
 * trusted proxy is no address. */
gboolean http_server_start (HttpServer *server, GError **error);

/* The port that http_server_bind() reserved. */
guint16 http_server_port (const HttpServer *server);

/* Takes no new connection, lets running handlers end (at most 10 s), closes. Call on the main
 * thread. */
void http_server_stop (HttpServer *server);
void http_server_free (HttpServer *server);
