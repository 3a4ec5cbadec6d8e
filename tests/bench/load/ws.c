/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The client's end of RFC 6455, thin enough that ten thousand of them cost next to nothing: masked
 * text frames out, whole unmasked frames in.
 */

#include "ws.h"

#include "http.h"

#include <string.h>

#define HANDSHAKE                                   \
  "GET /api/v1/live HTTP/1.1\r\n"                   \
  "Host: localhost\r\n"                             \
  "Connection: Upgrade\r\n"                         \
  "Upgrade: websocket\r\n"                          \
  "Sec-WebSocket-Version: 13\r\n"                   \
  "Sec-WebSocket-Key: ZGVza2JlbGwgYmVuY2ggMQ==\r\n" \
  "Sec-WebSocket-Protocol: deskbell.v1, bearer.%s\r\n\r\n"

enum
{
  OPCODE_TEXT = 0x1,
  OPCODE_CLOSE = 0x8,
  OPCODE_PING = 0x9,
  OPCODE_PONG = 0xA,
  FRAME_FIN = 0x80,
  FRAME_MASK = 0x80,
};

/* A frame as it stands in the buffer; length 0 while it is not whole. */
typedef struct
{
  guint8 first;
  const guint8 *payload;
  gsize payload_length;
  gsize length;
} Frame;

static void
send_frame (Ws *ws, guint8 opcode, const void *payload, gsize length)
{
  guint32 mask_word = g_random_int ();
  guint8 mask[4];
  guint8 head[14] = { FRAME_FIN | opcode };
  gsize head_length = 2;

  g_assert (length <= G_MAXUINT16);
  memcpy (mask, &mask_word, sizeof mask);
  if (length < 126)
    head[1] = FRAME_MASK | (guint8) length;
  else
    {
      head[1] = FRAME_MASK | 126;
      head[2] = (guint8) (length >> 8);
      head[3] = (guint8) length;
      head_length = 4;
    }
  memcpy (head + head_length, mask, sizeof mask);
  stream_send (&ws->stream, head, head_length + sizeof mask);
  stream_send (&ws->stream, payload, length);

  guint8 *sent = ws->stream.out->data + ws->stream.out->len - length;
  for (gsize i = 0; i < length; i++)
    sent[i] ^= mask[i % sizeof mask];
}

static Frame
parse_frame (const guint8 *bytes, gsize available)
{
  Frame frame = { 0 };
  gsize head_length = 2;

  if (available < head_length)
    return frame;

  guint64 length = bytes[1] & 0x7F;
  gsize extra = length == 126 ? 2 : length == 127 ? 8 : 0;

  head_length += extra;
  if (available < head_length)
    return frame;
  if (extra > 0)
    length = 0;
  for (gsize i = 0; i < extra; i++)
    length = length << 8 | bytes[2 + i];
  if (available - head_length < length)
    return frame;

  return (Frame){ .first = bytes[0],
                  .payload = bytes + head_length,
                  .payload_length = length,
                  .length = head_length + length };
}

static void
close_with (Ws *ws, const char *reason)
{
  if (ws->state == WS_CLOSED)
    return;

  ws->state = WS_CLOSED;
  ws->handlers->closed_cb (ws, reason);
}

static void
take_close (Ws *ws, const Frame *frame)
{
  g_autofree char *reason = g_strdup ("closed by the server without a code");

  if (frame->payload_length >= 2)
    {
      g_free (reason);
      reason = g_strdup_printf ("closed by the server with %d %.*s",
                                frame->payload[0] << 8 | frame->payload[1],
                                (int) frame->payload_length - 2, frame->payload + 2);
    }
  close_with (ws, reason);
}

static void
take_frame (Ws *ws, const Frame *frame)
{
  if (frame->first == (FRAME_FIN | OPCODE_TEXT))
    ws->handlers->text_cb (ws, (const char *) frame->payload, frame->payload_length);
  else if (frame->first == (FRAME_FIN | OPCODE_PING))
    send_frame (ws, OPCODE_PONG, frame->payload, frame->payload_length);
  else if (frame->first == (FRAME_FIN | OPCODE_CLOSE))
    take_close (ws, frame);
  else if (frame->first != (FRAME_FIN | OPCODE_PONG))
    close_with (ws, "a frame that this client does not know");
}

/* Returns whether frames may follow. */
static gboolean
take_handshake (Ws *ws)
{
  HttpAnswer answer = http_read_answer (ws->stream.in);

  if (answer.status == 0)
    return FALSE;
  if (answer.status != 101)
    {
      g_autofree char *reason = g_strdup_printf ("the upgrade was answered by %u", answer.status);

      close_with (ws, reason);
      return FALSE;
    }

  g_byte_array_remove_range (ws->stream.in, 0, (guint) answer.head_length);
  ws->state = WS_OPEN;
  ws->handlers->opened_cb (ws);
  return TRUE;
}

static void
received_cb (Stream *stream)
{
  Ws *ws = (Ws *) stream;
  gsize used = 0;

  if (ws->state == WS_OPENING && !take_handshake (ws))
    return;

  while (ws->state == WS_OPEN)
    {
      Frame frame = parse_frame (stream->in->data + used, stream->in->len - used);

      if (frame.length == 0)
        break;
      take_frame (ws, &frame);
      used += frame.length;
    }
  g_byte_array_remove_range (stream->in, 0, (guint) used);
}

static void
closed_cb (Stream *stream, int error)
{
  close_with ((Ws *) stream, error != 0 ? g_strerror (error) : "the connection ended");
}

static const StreamHandlers stream_handlers = { received_cb, closed_cb };

gboolean
ws_open (Ws *ws, Loop *loop, guint16 port, const char *token, const WsHandlers *handlers,
         GError **error)
{
  if (!stream_open (&ws->stream, loop, port, &stream_handlers, error))
    return FALSE;

  g_autofree char *handshake = g_strdup_printf (HANDSHAKE, token);

  ws->handlers = handlers;
  ws->state = WS_OPENING;
  stream_send (&ws->stream, handshake, strlen (handshake));
  return TRUE;
}

void
ws_clear (Ws *ws)
{
  static const guint8 going_away[] = { 1001 >> 8, 1001 & 0xFF };

  if (ws->state == WS_OPEN)
    {
      send_frame (ws, OPCODE_CLOSE, going_away, sizeof going_away);
      stream_flush (&ws->stream);
    }
  stream_clear (&ws->stream);
}

void
ws_send (Ws *ws, const char *text, gsize length)
{
  send_frame (ws, OPCODE_TEXT, text, length);
}
