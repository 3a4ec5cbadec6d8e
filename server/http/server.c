/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Start and stop, and what libsoup is told. It neither listens nor waits here: connections come to
 * it when their first request is there. */
#include "http/server.h"

#include "base/config.h"
#include "http/disk.h"
#include "http/intake.h"
#include "http/listen-socket.h"
#include "http/stream.h"
#include "http/worker.h"

#include <sys/socket.h>
#include <unistd.h>

/* Threads for handlers that wait for other things than the database, and for blocks of files. */
#define SLOW_THREADS 4
#define DISK_THREADS 4

#define STOP_PATIENCE (10 * G_USEC_PER_SEC)

static void
head_cb (SoupServer *soup G_GNUC_UNUSED, SoupServerMessage *message, const char *path G_GNUC_UNUSED,
         GHashTable *query G_GNUC_UNUSED, gpointer data)
{
  intake_head (data, message);
}

static void
request_cb (SoupServer *soup G_GNUC_UNUSED, SoupServerMessage *message,
            const char *path G_GNUC_UNUSED, GHashTable *query G_GNUC_UNUSED, gpointer data)
{
  intake_request (data, message);
}

static void
started_cb (SoupServer *soup G_GNUC_UNUSED, SoupServerMessage *message, gpointer data)
{
  HttpServer *server = data;

  connections_move (server->connections, http_peer_of (message), PEER_READING);
}

static void
finished_cb (SoupServer *soup G_GNUC_UNUSED, SoupServerMessage *message, gpointer data)
{
  HttpServer *server = data;
  HttpPeer *peer = http_peer_of (message);

  peer->finished++;
  intake_forget (server, peer);
  connections_move (server->connections, peer, PEER_IDLE);
}

/* A connection whose first request waits to be read. */
static void
ready_cb (GSocket *socket, gpointer data)
{
  HttpServer *server = data;
  g_autoptr (GSocketAddress) local = g_socket_get_local_address (socket, NULL);
  g_autoptr (GSocketAddress) remote = g_socket_get_remote_address (socket, NULL);
  g_autoptr (GIOStream) stream = NULL;
  g_autoptr (HttpPeer) peer = NULL;

  if (local == NULL || remote == NULL)
    return;
  peer = http_peer_new (socket, G_INET_SOCKET_ADDRESS (remote));
  stream = http_stream_new (peer);
  soup_server_accept_iostream (server->soup, stream, local, G_SOCKET_ADDRESS (peer), NULL);
}

HttpServer *
http_server_new (const Services *services, const Route *routes, HttpAuthenticate authenticate)
{
  HttpServer *server = g_new0 (HttpServer, 1);

  server->services = services;
  server->fd = -1;
  server->authenticate = authenticate;
  server->routes = route_table_new (routes);
  server->limit = rate_limit_new ();
  server->uploaders = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  return server;
}

void
http_server_set_upgrade (HttpServer *server, const char *path, HttpUpgrade upgrade, gpointer data)
{
  server->upgrade_route
      = (Route){ .method = "GET", .path = path, .permissions = PERMISSION_SIGNED_IN };
  server->upgrade = upgrade;
  server->upgrade_data = data;
}

/* libsoup closes a connection after its first answer unless the server listens somewhere. So it
 * listens at one end of a pair whose other end is closed: a socket that nobody can connect to. */
static gboolean
keep_alive (SoupServer *soup, GError **error)
{
  int ends[2];
  g_autoptr (GSocket) socket = NULL;

  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    {
      g_set_error_literal (error, G_IO_ERROR, g_io_error_from_errno (errno), g_strerror (errno));
      return FALSE;
    }
  close (ends[1]);
  socket = g_socket_new_from_fd (ends[0], error);
  return socket != NULL && soup_server_listen_socket (soup, socket, 0, error);
}

static SoupServer *
make_soup (HttpServer *server)
{
  SoupServer *soup = soup_server_new ("raw-paths", TRUE, "server-header", NULL, NULL);

  soup_server_remove_websocket_extension (soup, SOUP_TYPE_WEBSOCKET_EXTENSION_DEFLATE);
  soup_server_add_early_handler (soup, NULL, head_cb, server, NULL);
  soup_server_add_handler (soup, NULL, request_cb, server, NULL);
  g_signal_connect (soup, "request-started", G_CALLBACK (started_cb), server);
  g_signal_connect (soup, "request-finished", G_CALLBACK (finished_cb), server);
  /* What libsoup says instead when the status is 500; the connection may live on. */
  g_signal_connect (soup, "request-aborted", G_CALLBACK (finished_cb), server);
  return soup;
}

gboolean
http_server_bind (HttpServer *server, const char *host, guint16 port, GError **error)
{
  server->fd = listen_socket_bind (host, port, error);
  return server->fd >= 0;
}

gboolean
http_server_start (HttpServer *server, GError **error)
{
  const Services *services = server->services;

  server->proxies = networks_new (services->config->trusted_proxies, error);
  if (server->proxies == NULL)
    return FALSE;
  server->connections = connections_new (services->metrics);
  server->answers = answers_new (intake_deliver, server);
  server->workers
      = g_thread_pool_new (worker_run, server, (int) services->config->workers, TRUE, error);
  server->slow = g_thread_pool_new (worker_run, server, SLOW_THREADS, FALSE, NULL);
  server->disk = g_thread_pool_new (disk_run, server, DISK_THREADS, FALSE, NULL);
  server->soup = make_soup (server);
  if (server->workers == NULL || !keep_alive (server->soup, error))
    return FALSE;
  server->listener = listener_new (server->fd, services->metrics, ready_cb, server, error);
  if (server->listener == NULL)
    return FALSE;
  server->fd = -1;
  return TRUE;
}

guint16
http_server_port (const HttpServer *server)
{
  return server->fd >= 0 ? listen_socket_port (server->fd) : listener_port (server->listener);
}

static gboolean
wake_cb (gpointer data G_GNUC_UNUSED)
{
  return G_SOURCE_CONTINUE;
}

void
http_server_stop (HttpServer *server)
{
  gint64 until = g_get_monotonic_time () + STOP_PATIENCE;
  guint waker = g_timeout_add (100, wake_cb, NULL);

  g_clear_pointer (&server->listener, listener_free);
  while (server->running > 0 && g_get_monotonic_time () < until)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (waker);
  if (server->soup != NULL)
    soup_server_disconnect (server->soup);
}

void
http_server_free (HttpServer *server)
{
  if (server == NULL)
    return;
  g_clear_pointer (&server->listener, listener_free);
  if (server->fd >= 0)
    close (server->fd);
  if (server->workers != NULL)
    g_thread_pool_free (server->workers, FALSE, TRUE);
  if (server->slow != NULL)
    g_thread_pool_free (server->slow, FALSE, TRUE);
  if (server->disk != NULL)
    g_thread_pool_free (server->disk, FALSE, TRUE);
  if (server->answers != NULL)
    answers_deliver (server->answers);
  g_clear_pointer (&server->answers, answers_unref);
  g_clear_object (&server->soup);
  g_clear_pointer (&server->connections, connections_free);
  g_clear_pointer (&server->limit, rate_limit_free);
  g_clear_pointer (&server->proxies, networks_free);
  g_clear_pointer (&server->routes, route_table_free);
  g_hash_table_unref (server->uploaders);
  g_free (server);
}
