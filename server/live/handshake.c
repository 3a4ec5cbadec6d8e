/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * libsoup reads the handshake and answers it; then the connection is taken away from it, with
 * whatever the client sent right behind, and given to the live thread. */
#include "live/private.h"
#include "live/socket.h"

#include "base/problem.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <string.h>
#include <unistd.h>

#define PROTOCOL "deskbell.v1"
#define BEARER_HEADER "Bearer "
#define BEARER_PROTOCOL "bearer."

/* A connection on its way from the main thread to the live thread. */
typedef struct
{
  Live *live;
  Actor *actor;
  char *token;
  char *address;
  int fd;
  GBytes *received;
} Arrival;

static void
arrival_free (Arrival *arrival)
{
  if (arrival->fd >= 0)
    close (arrival->fd);
  g_clear_pointer (&arrival->actor, actor_free);
  g_clear_pointer (&arrival->received, g_bytes_unref);
  g_free (arrival->token);
  g_free (arrival->address);
  g_free (arrival);
}

static void
arrival_free_cb (gpointer data, GClosure *closure G_GNUC_UNUSED)
{
  arrival_free (data);
}

/* The token that the request was authenticated with. */
static char *
read_token (SoupMessageHeaders *headers)
{
  const char *header = soup_message_headers_get_one (headers, "Authorization");
  const char *protocols = soup_message_headers_get_list (headers, "Sec-WebSocket-Protocol");
  g_auto (GStrv) names = NULL;

  if (header != NULL && g_ascii_strncasecmp (header, BEARER_HEADER, strlen (BEARER_HEADER)) == 0)
    return g_strstrip (g_strdup (header + strlen (BEARER_HEADER)));
  names = g_strsplit (protocols != NULL ? protocols : "", ",", -1);
  for (guint i = 0; names[i] != NULL; i++)
    {
      const char *name = g_strstrip (names[i]);

      if (g_str_has_prefix (name, BEARER_PROTOCOL))
        return g_strdup (name + strlen (BEARER_PROTOCOL));
    }
  return g_strdup ("");
}

/* What libsoup has read beyond the handshake. A client that goes on sending is read by the live
 * thread. */
static GBytes *
drain (GIOStream *stream)
{
  GPollableInputStream *input = G_POLLABLE_INPUT_STREAM (g_io_stream_get_input_stream (stream));
  GByteArray *bytes = g_byte_array_new ();
  guint8 chunk[4096];
  gssize got;

  do
    {
      got = g_pollable_input_stream_read_nonblocking (input, chunk, sizeof chunk, NULL, NULL);
      if (got > 0)
        g_byte_array_append (bytes, chunk, (guint) got);
    }
  while (got > 0 && bytes->len < DECODER_MESSAGE_MAX);
  return g_byte_array_free_to_bytes (bytes);
}

/* Our own descriptor of the connection below libsoup's stream, which closes its own. */
static int
copy_descriptor (GIOStream *stream)
{
  g_autoptr (GIOStream) base = NULL;

  g_object_get (stream, "base-iostream", &base, NULL);
  if (!G_IS_SOCKET_CONNECTION (base))
    return -1;
  return fcntl (g_socket_get_fd (g_socket_connection_get_socket (G_SOCKET_CONNECTION (base))),
                F_DUPFD_CLOEXEC, 0);
}

static void
arrive (gpointer context, gpointer data)
{
  Live *live = context;
  Arrival *arrival = data;

  if (live->stop_at == 0)
    socket_open (live, g_steal_fd (&arrival->fd), g_steal_pointer (&arrival->actor),
                 g_steal_pointer (&arrival->token), g_steal_pointer (&arrival->address),
                 arrival->received);
  arrival_free (arrival);
}

static void
answered_cb (SoupServerMessage *message, gpointer data)
{
  const Arrival *upgrade = data;
  g_autoptr (GIOStream) stream = soup_server_message_steal_connection (message);
  Arrival *arrival = g_new0 (Arrival, 1);

  arrival->live = upgrade->live;
  arrival->actor = actor_copy (upgrade->actor);
  arrival->token = g_strdup (upgrade->token);
  arrival->address = g_strdup (upgrade->address);
  arrival->fd = copy_descriptor (stream);
  arrival->received = drain (stream);
  if (arrival->fd >= 0)
    loop_post (upgrade->live->loop, arrive, arrival);
  else
    {
      g_warning ("a live socket cannot be taken over: %s", g_strerror (errno));
      arrival_free (arrival);
    }
}

static void
refuse (SoupServerMessage *message, const GError *reason, const char *request_id)
{
  g_autoptr (GError) problem = NULL;
  g_autofree char *document = NULL;

  problem_set (&problem, PROBLEM_BAD_REQUEST, "%s", reason->message);
  document = problem_to_json (problem, request_id);
  soup_server_message_set_status (message, problem_status (PROBLEM_BAD_REQUEST), NULL);
  soup_server_message_set_response (message, "application/problem+json", SOUP_MEMORY_COPY, document,
                                    strlen (document));
}

void
live_upgrade (SoupServerMessage *message, const Actor *actor, const char *address,
              const char *request_id, gpointer data)
{
  char *protocols[] = { PROTOCOL, NULL };
  g_autoptr (GError) error = NULL;
  Arrival *upgrade;

  if (!soup_websocket_server_check_handshake (message, NULL, protocols, NULL, &error))
    {
      refuse (message, error, request_id);
      return;
    }
  upgrade = g_new0 (Arrival, 1);
  upgrade->live = data;
  upgrade->actor = actor_copy (actor);
  upgrade->address = g_strdup (address);
  upgrade->token = read_token (soup_server_message_get_request_headers (message));
  upgrade->fd = -1;
  g_signal_connect_data (message, "wrote-informational", G_CALLBACK (answered_cb), upgrade,
                         arrival_free_cb, 0);
  soup_websocket_server_process_handshake (message, NULL, protocols, NULL, NULL);
}
