/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Headers. What a route does not say itself is the strict choice: nothing cached, framed, sniffed,
 * or taken into pages of others. Those may call the API as far as the list of origins permits;
 * its only key is a bearer token and never a cookie. */
#include "http/response.h"

#include "http/origins.h"
#include "http/peer.h"
#include "http/reply-private.h"

#include <string.h>

/* What pages of other origins may call. */
static const char *const api_prefixes[] = { "/api/v1/", "/support/api/" };

static gboolean
is_api (const Request *request)
{
  for (guint i = 0; i < G_N_ELEMENTS (api_prefixes); i++)
    {
      if (g_str_has_prefix (request->path, api_prefixes[i]))
        return TRUE;
    }
  return FALSE;
}

/* What every answer has; a route may say some of them in other words. */
static const struct
{
  const char *name, *value;
} defaults[] = {
  { "X-Content-Type-Options", "nosniff" },
  { "X-Frame-Options", "DENY" },
  { "Referrer-Policy", "no-referrer" },
  { "Cache-Control", "no-store" },
  { "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'" },
  { "Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()" },
  { "Cross-Origin-Opener-Policy", "same-origin" },
  { "Cross-Origin-Resource-Policy", "same-origin" },
};

static void
set_defaults (SoupMessageHeaders *headers, const Request *request)
{
  soup_message_headers_replace (headers, "X-Request-Id", request->id);
  for (guint i = 0; i < G_N_ELEMENTS (defaults); i++)
    soup_message_headers_replace (headers, defaults[i].name, defaults[i].value);
  if (request_is_secure (request))
    soup_message_headers_replace (headers, "Strict-Transport-Security", "max-age=31536000");
}

/* Says whether the page that asks may read the answer (CORS). */
static void
set_sharing (SoupMessageHeaders *headers, const Request *request)
{
  Origins *origins = request->services->origins;
  const char *origin = request->headers[REQUEST_ORIGIN];
  const char *shared = NULL;

  if (origins_are_open (origins))
    shared = "*";
  else if (origin != NULL && origins_allow (origins, origin))
    shared = origin;
  if (shared == NULL || *shared != '*')
    soup_message_headers_append (headers, "Vary", "Origin");
  if (shared == NULL)
    return;
  soup_message_headers_replace (headers, "Access-Control-Allow-Origin", shared);
  soup_message_headers_replace (headers, "Access-Control-Expose-Headers",
                                "Content-Disposition, ETag, Retry-After, X-Request-Id");
}

static void
set_headers (SoupMessageHeaders *headers, const Exchange *exchange, const Reply *reply)
{
  const Request *request = &exchange->request;

  set_defaults (headers, request);
  if (reply->status == SOUP_STATUS_UNAUTHORIZED)
    soup_message_headers_replace (headers, "WWW-Authenticate", "Bearer");
  if (reply->content_type != NULL)
    soup_message_headers_replace (headers, "Content-Type", reply->content_type);
  for (guint i = 0; i < reply->headers->len; i++)
    {
      const ReplyHeader *header = &g_array_index (reply->headers, ReplyHeader, i);

      soup_message_headers_replace (headers, header->name, header->value);
    }
  if (is_api (request))
    set_sharing (headers, request);
}

void
response_fill_defaults (const Exchange *exchange)
{
  set_defaults (soup_server_message_get_response_headers (exchange->message), &exchange->request);
}

/* libsoup takes the length out of a 204, then believes that the end of the connection ends the
 * answer, and closes without having said so. */
static void
wrote_headers_cb (SoupServerMessage *message, gpointer data G_GNUC_UNUSED)
{
  soup_message_headers_set_encoding (soup_server_message_get_response_headers (message),
                                     SOUP_ENCODING_NONE);
}

void
response_fill (const Exchange *exchange, const Reply *reply)
{
  SoupServerMessage *message = exchange->message;
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);

  set_headers (headers, exchange, reply);
  /* Otherwise libsoup says "Content-Length: 0" of a page that is not empty. */
  if (reply->status == SOUP_STATUS_NOT_MODIFIED)
    soup_message_headers_set_encoding (headers, SOUP_ENCODING_NONE);
  if (reply->status == SOUP_STATUS_NO_CONTENT)
    g_signal_connect (message, "wrote-headers", G_CALLBACK (wrote_headers_cb), NULL);
  if (reply->stream.read != NULL)
    soup_message_headers_set_content_length (headers, (goffset) reply->stream.length);
  if (reply->body != NULL && g_bytes_get_size (reply->body) > 0)
    soup_message_body_append_bytes (soup_server_message_get_response_body (message), reply->body);
  soup_server_message_set_status (message, reply->status, NULL);
}

static GString *
write_head (const Exchange *exchange, const Reply *reply)
{
  SoupMessageHeaders *headers = soup_message_headers_new (SOUP_MESSAGE_HEADERS_RESPONSE);
  GString *text = g_string_new (NULL);
  SoupMessageHeadersIter iter;
  const char *name;
  const char *value;

  set_headers (headers, exchange, reply);
  soup_message_headers_set_content_length (headers, reply->body != NULL
                                                        ? (goffset) g_bytes_get_size (reply->body)
                                                        : 0);
  soup_message_headers_replace (headers, "Connection", "close");
  g_string_append_printf (text, "HTTP/1.1 %u %s\r\n", reply->status,
                          soup_status_get_phrase (reply->status));
  soup_message_headers_iter_init (&iter, headers);
  while (soup_message_headers_iter_next (&iter, &name, &value))
    g_string_append_printf (text, "%s: %s\r\n", name, value);
  g_string_append (text, "\r\n");
  soup_message_headers_unref (headers);
  return text;
}

void
response_refuse (const Exchange *exchange, const Reply *reply)
{
  HttpPeer *peer = http_peer_of (exchange->message);
  g_autoptr (GString) text = write_head (exchange, reply);

  if (reply->body != NULL)
    {
      gsize length;
      const char *body = g_bytes_get_data (reply->body, &length);

      g_string_append_len (text, body, (gssize) length);
    }
  /* Nothing has been sent on this connection yet that the other side has not read, so that these
   * few hundred bytes always fit into the socket's buffer. */
  g_socket_send_with_blocking (peer->socket, text->str, text->len, FALSE, NULL, NULL);
  g_socket_shutdown (peer->socket, FALSE, TRUE, NULL);
  soup_server_message_set_status (exchange->message, reply->status, NULL);
}
