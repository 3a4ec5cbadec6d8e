/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * As much HTTP/1.1 as it takes to load a server: keep-alive requests, answers with Content-Length.
 */

#include "http.h"

#include <string.h>

HttpAnswer
http_read_answer (const GByteArray *in)
{
  HttpAnswer answer = { 0 };
  const char *text = (const char *) in->data;
  const char *end = in->len > 0 ? memmem (text, in->len, "\r\n\r\n", 4) : NULL;

  if (end == NULL)
    return answer;

  answer.head_length = (gsize) (end - text) + 4;
  g_autofree char *head = g_strndup (text, answer.head_length);
  const char *length = strcasestr (head, "\r\nContent-Length:");

  if (length != NULL)
    answer.body_length = g_ascii_strtoull (length + strlen ("\r\nContent-Length:"), NULL, 10);
  if (g_str_has_prefix (head, "HTTP/1.1 "))
    answer.status = (guint) g_ascii_strtoull (head + strlen ("HTTP/1.1 "), NULL, 10);
  return answer;
}

static void
received_cb (Stream *stream)
{
  Http *http = (Http *) stream;
  HttpAnswer answer = http_read_answer (stream->in);
  gsize length = answer.head_length + answer.body_length;

  if (answer.status == 0 || stream->in->len < length)
    return;

  g_autofree char *body
      = g_strndup ((const char *) stream->in->data + answer.head_length, answer.body_length);

  g_byte_array_remove_range (stream->in, 0, (guint) length);
  http->answered_cb (http, answer.status, body);
}

static void
closed_cb (Stream *stream, G_GNUC_UNUSED int error)
{
  Http *http = (Http *) stream;

  http->answered_cb (http, 0, "");
}

static const StreamHandlers handlers = { received_cb, closed_cb };

gboolean
http_open (Http *http, Loop *loop, guint16 port, GError **error)
{
  return stream_open (&http->stream, loop, port, &handlers, error);
}

void
http_clear (Http *http)
{
  stream_clear (&http->stream);
}

void
http_ask (Http *http, const char *path, const char *token, const char *body)
{
  g_autoptr (GString) request = g_string_new (NULL);

  g_string_append_printf (request, "%s %s HTTP/1.1\r\nHost: localhost\r\n",
                          body != NULL ? "POST" : "GET", path);
  if (token != NULL)
    g_string_append_printf (request, "Authorization: Bearer %s\r\n", token);
  if (body != NULL)
    g_string_append_printf (request,
                            "Content-Type: application/json\r\nContent-Length: %" G_GSIZE_FORMAT
                            "\r\n\r\n%s",
                            strlen (body), body);
  else
    g_string_append (request, "\r\n");

  stream_send (&http->stream, request->str, request->len);
  stream_flush (&http->stream);
}
