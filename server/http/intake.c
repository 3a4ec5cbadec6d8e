/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Letting requests in. Everything here is cheap: whatever needs the database, a password or a
 * template happens on a worker. */
#include "http/intake.h"

#include "base/ids.h"
#include "base/problem.h"
#include "http/admission.h"
#include "http/download.h"
#include "http/reply-private.h"
#include "http/response.h"
#include "http/upload.h"

#include <glib/gi18n.h>
#include <string.h>

/* How much of a refused body is thrown away so that a client that is still sending gets to read
 * why. */
#define DISCARD_MAX (1024 * 1024)
#define DRAIN_MAX (16 * 1024 * 1024)

#define TOKEN_PROTOCOL "bearer."

/* The bearer token: of the Authorization header, or, in a handshake, of a sub-protocol. */
static char *
find_token (SoupMessageHeaders *headers, gboolean upgrade)
{
  const char *authorization = soup_message_headers_get_one (headers, "Authorization");
  const char *protocols = soup_message_headers_get_list (headers, "Sec-WebSocket-Protocol");
  g_auto (GStrv) names = NULL;

  if (authorization != NULL && g_ascii_strncasecmp (authorization, "Bearer ", 7) == 0)
    return g_strstrip (g_strdup (authorization + 7));
  if (!upgrade || protocols == NULL)
    return NULL;
  names = g_strsplit (protocols, ",", -1);
  for (guint i = 0; names[i] != NULL; i++)
    {
      const char *name = g_strstrip (names[i]);

      if (g_str_has_prefix (name, TOKEN_PROTOCOL))
        return g_strdup (name + strlen (TOKEN_PROTOCOL));
    }
  return NULL;
}

/* Reads where the request came from. */
static void
find_client (HttpServer *server, Exchange *exchange, SoupMessageHeaders *headers)
{
  GInetAddress *address = g_inet_socket_address_get_address (
      G_INET_SOCKET_ADDRESS (http_peer_of (exchange->message)));

  exchange->request.address
      = proxies_client (server->proxies, address,
                        soup_message_headers_get_list (headers, "X-Forwarded-For"));
  exchange->secure
      = networks_contain (server->proxies, address)
        && g_strcmp0 (soup_message_headers_get_one (headers, "X-Forwarded-Proto"), "https") == 0;
}

/* Copies what is known once the head is there. */
static Exchange *
begin (HttpServer *server, SoupServerMessage *message)
{
  Exchange *exchange = exchange_new (server->answers, server->services, message);
  Request *request = &exchange->request;
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  const char *id = soup_message_headers_get_one (headers, "X-Request-Id");

  request->id = id_is_plain (id) ? g_strdup (id) : id_random (12);
  request->method = g_strdup (soup_server_message_get_method (message));
  request->path = g_strdup (g_uri_get_path (soup_server_message_get_uri (message)));
  for (guint i = 0; i < REQUEST_HEADERS; i++)
    request->headers[i]
        = g_strdup (soup_message_headers_get_list (headers, request_header_name (i)));
  request->headers[REQUEST_RANGE] = g_steal_pointer (&http_peer_of (message)->range);
  find_client (server, exchange, headers);
  exchange->upgrade = strcmp (request->method, "GET") == 0
                      && g_strcmp0 (request->path, server->upgrade_route.path) == 0
                      && soup_message_headers_header_contains (headers, "Upgrade", "websocket");
  exchange->token = find_token (headers, exchange->upgrade);
  return exchange;
}

/* Answers @exchange while its body still comes, and closes it. */
static void
refuse_exchange (HttpServer *server, Exchange *exchange, PeerState state, const Reply *reply)
{
  SoupMessageBody *body = soup_server_message_get_request_body (exchange->message);

  soup_message_body_set_accumulate (body, FALSE);
  soup_message_body_truncate (body);
  connections_move (server->connections, http_peer_of (exchange->message), state);
  response_refuse (exchange, reply);
}

static void
refuse (HttpServer *server, SoupServerMessage *message, GError *problem)
{
  Exchange *exchange = begin (server, message);
  Reply *reply = reply_error (problem, exchange->request.id);

  refuse_exchange (server, exchange, PEER_REFUSED, reply);
  exchange_report (exchange, reply_status (reply));
  reply_free (reply);
  exchange_close (exchange);
}

static void
refuse_size (HttpServer *server, SoupServerMessage *message)
{
  g_autoptr (GError) problem = NULL;

  problem_set (&problem, PROBLEM_PAYLOAD_TOO_LARGE, _ ("The body is larger than %d KiB."),
               INTAKE_BODY_MAX / 1024);
  refuse (server, message, problem);
}

static void
got_chunk_cb (SoupServerMessage *message, GBytes *chunk, gpointer data)
{
  HttpPeer *peer = http_peer_of (message);

  if (peer->state == PEER_REFUSED || peer->state == PEER_DRAINING)
    {
      peer->discarded += g_bytes_get_size (chunk);
      if (peer->discarded > (peer->state == PEER_DRAINING ? DRAIN_MAX : DISCARD_MAX))
        connections_cut (peer);
    }
  else if (peer->upload != NULL)
    upload_take (peer->upload, chunk);
  else if (soup_server_message_get_request_body (message)->length > INTAKE_BODY_MAX)
    refuse_size (data, message);
}

/* Whether @headers say two things of the length of the body. Parts of a chain of proxies could each
 * believe another one, and read the end of this request as the start of the next. */
static gboolean
is_ambiguous (SoupMessageHeaders *headers)
{
  const char *length = soup_message_headers_get_list (headers, "Content-Length");

  return length != NULL
         && (strchr (length, ',') != NULL
             || soup_message_headers_get_list (headers, "Transfer-Encoding") != NULL);
}

/* Gives @exchange to a thread that may wait; its connection is read no further meanwhile. */
static void
hand_on (HttpServer *server, Exchange *exchange, GThreadPool *pool)
{
  connections_move (server->connections, http_peer_of (exchange->message), PEER_ANSWERING);
  soup_server_message_pause (exchange->message);
  server->running++;
  g_thread_pool_push (pool, exchange, NULL);
}

/* Whether the head of @message begins an upload. */
static gboolean
brings_file (HttpServer *server, SoupServerMessage *message)
{
  RouteMatch match;

  return strcmp (soup_server_message_get_method (message), "POST") == 0
         && route_table_match (server->routes, "POST",
                               g_uri_get_path (soup_server_message_get_uri (message)), &match, NULL)
         && match.route->upload_limit != NULL;
}

/* UploadRefuse. */
static void
refuse_upload (HttpServer *server, Exchange *exchange, const GError *problem)
{
  Reply *reply = reply_error (problem, exchange->request.id);

  http_peer_of (exchange->message)->upload = NULL;
  upload_end (exchange->upload);
  refuse_exchange (server, exchange, PEER_DRAINING, reply);
  soup_server_message_unpause (exchange->message);
  exchange_report (exchange, reply_status (reply));
  reply_free (reply);
  exchange_close (exchange);
}

/* Asks a worker whether a file may come, before it does. */
static void
begin_upload (HttpServer *server, SoupServerMessage *message)
{
  Exchange *exchange = begin (server, message);
  g_autoptr (GError) problem = NULL;

  exchange->request.body = g_bytes_new_static ("", 0);
  if (admission_judge (server, exchange, &problem))
    {
      exchange->upload = upload_new (server, exchange, refuse_upload);
      hand_on (server, exchange, server->workers);
      return;
    }
  exchange->reply = reply_error (problem, exchange->request.id);
  refuse_exchange (server, exchange, PEER_DRAINING, exchange->reply);
  exchange_report (exchange, reply_status (exchange->reply));
  exchange_close (exchange);
}

void
intake_head (HttpServer *server, SoupServerMessage *message)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);

  /* libsoup would answer ranges by itself, any number of them. */
  g_free (http_peer_of (message)->range);
  http_peer_of (message)->range = g_strdup (soup_message_headers_get_one (headers, "Range"));
  soup_message_headers_remove (headers, "Range");
  /* libsoup reads beyond the last chunk, into a head that has not been judged. */
  if (soup_message_headers_get_encoding (headers) == SOUP_ENCODING_CHUNKED)
    soup_message_headers_replace (soup_server_message_get_response_headers (message), "Connection",
                                  "close");
  if (is_ambiguous (headers))
    {
      g_autoptr (GError) problem = NULL;

      problem_set (&problem, PROBLEM_BAD_REQUEST, _ ("The length of the body is not clear."));
      refuse (server, message, problem);
    }
  else if (brings_file (server, message))
    begin_upload (server, message);
  else if (soup_message_headers_get_content_length (headers) > INTAKE_BODY_MAX)
    refuse_size (server, message);
  g_signal_connect (message, "got-chunk", G_CALLBACK (got_chunk_cb), server);
}

/* The exchange whose whole file has come on @message's connection, or NULL. */
static Exchange *
take_upload (SoupServerMessage *message)
{
  HttpPeer *peer = http_peer_of (message);
  struct Upload *upload = g_steal_pointer (&peer->upload);

  return upload != NULL ? upload_exchange (upload) : NULL;
}

static void
answer_at_once (HttpServer *server, Exchange *exchange, Reply *reply)
{
  connections_move (server->connections, http_peer_of (exchange->message), PEER_WRITING);
  response_fill (exchange, reply);
  exchange_report (exchange, reply_status (reply));
  reply_free (reply);
  exchange_close (exchange);
}

void
intake_request (HttpServer *server, SoupServerMessage *message)
{
  Exchange *exchange = take_upload (message);
  g_autoptr (GError) problem = NULL;

  if (exchange != NULL)
    {
      hand_on (server, exchange, server->slow);
      return;
    }
  exchange = begin (server, message);
  exchange->request.body
      = soup_message_body_flatten (soup_server_message_get_request_body (message));
  if (strcmp (exchange->request.method, "OPTIONS") == 0)
    answer_at_once (server, exchange, admission_preflight (server, &exchange->request));
  else if (!admission_judge (server, exchange, &problem))
    answer_at_once (server, exchange, admission_refusal (server, &exchange->request, problem));
  else
    hand_on (server, exchange,
             (exchange->request.match.route->flags & ROUTE_SLOW) != 0 ? server->slow
                                                                      : server->workers);
}

/* Lets an upload come, or refuses it. */
static gboolean
deliver_admission (HttpServer *server, Exchange *exchange, const Reply *reply)
{
  g_autoptr (GError) problem = NULL;

  if (reply == NULL && upload_begin (exchange->upload, &problem))
    {
      HttpPeer *peer = http_peer_of (exchange->message);

      peer->upload = exchange->upload;
      soup_message_body_set_accumulate (soup_server_message_get_request_body (exchange->message),
                                        FALSE);
      connections_move (server->connections, peer, PEER_UPLOADING);
      return FALSE;
    }
  if (reply == NULL)
    {
      exchange->reply = reply_error (problem, exchange->request.id);
      exchange_report (exchange, reply_status (exchange->reply));
    }
  refuse_exchange (server, exchange, PEER_DRAINING, exchange->reply);
  return TRUE;
}

void
intake_forget (HttpServer *server G_GNUC_UNUSED, HttpPeer *peer)
{
  Exchange *exchange;

  if (peer->upload == NULL)
    return;
  exchange = upload_exchange (peer->upload);
  upload_end (peer->upload);
  peer->upload = NULL;
  exchange_close (exchange);
}

/* Refuses a file while too many are being sent. */
static void
refuse_download (Exchange *exchange)
{
  g_autoptr (GError) problem = NULL;

  problem_set (&problem, PROBLEM_UNAVAILABLE,
               _ ("The server is very busy. Try again in a moment."));
  problem_set_retry_after (problem, 1);
  reply_free (exchange->reply);
  exchange->reply = reply_error (problem, exchange->request.id);
}

/* Fills the answer in. One that is a file is sent block by block. */
static void
deliver_reply (HttpServer *server, Exchange *exchange)
{
  gboolean streams
      = exchange->reply->stream.read != NULL && strcmp (exchange->request.method, "HEAD") != 0;

  if (streams && server->downloads >= DOWNLOADS_MAX)
    {
      refuse_download (exchange);
      streams = FALSE;
    }
  connections_move (server->connections, http_peer_of (exchange->message), PEER_WRITING);
  response_fill (exchange, exchange->reply);
  if (streams)
    download_begin (server, exchange);
  else
    soup_server_message_unpause (exchange->message);
}

/* Lets the live room shake hands. The socket is nobody's to sweep any more. */
static void
hand_over (HttpServer *server, Exchange *exchange)
{
  connections_remove (http_peer_of (exchange->message));
  response_fill_defaults (exchange);
  exchange_report (exchange, SOUP_STATUS_SWITCHING_PROTOCOLS);
  server->upgrade (exchange->message, exchange->request.actor, exchange->request.address,
                   exchange->request.id, server->upgrade_data);
}

gboolean
intake_deliver (Exchange *exchange, const Reply *reply, gpointer data)
{
  HttpServer *server = data;
  gboolean is_all = TRUE;

  server->running--;
  if (exchange->upload != NULL && upload_is_begun (exchange->upload))
    upload_end (exchange->upload);
  if (exchange->gone)
    return TRUE;
  if (exchange->upload != NULL && !upload_is_begun (exchange->upload))
    {
      is_all = deliver_admission (server, exchange, reply);
      soup_server_message_unpause (exchange->message);
    }
  else if (reply == NULL)
    {
      soup_server_message_unpause (exchange->message);
      hand_over (server, exchange);
    }
  else
    deliver_reply (server, exchange);
  return is_all;
}
