/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Around wslay's frame reader: it parses and unmasks, this decides what is permitted. A message
 * that arrives in one piece, as nearly all do, is never copied here. */
#include "live/decoder.h"

#include <string.h>
#include <wslay/wslay.h>

/* The most that a control frame holds, by RFC 6455 section 5.5. */
#define CONTROL_MAX 125

struct Decoder
{
  wslay_frame_context_ptr frames;
  const guint8 *input;
  gsize left;
  guint64 fed; /* bytes that wslay took */
  guint64 eaten; /* bytes of them that belong to frames which have come out */
  guint64 frame_left;
  gboolean in_frame;
  GByteArray *message; /* fragments and pieces so far; NULL between messages */
  gboolean fragmented; /* a message has begun whose last fragment is still to come */
  guint8 control[CONTROL_MAX];
  gsize control_length;
};

static ssize_t
feed_cb (guint8 *buffer, size_t length, int flags G_GNUC_UNUSED, void *user_data)
{
  Decoder *decoder = user_data;
  gsize count = MIN (length, decoder->left);

  if (count == 0)
    return -1;
  memcpy (buffer, decoder->input, count);
  decoder->input += count;
  decoder->left -= count;
  decoder->fed += count;
  return (ssize_t) count;
}

Decoder *
decoder_new (void)
{
  const struct wslay_frame_callbacks callbacks = { .recv_callback = feed_cb };
  Decoder *decoder = g_new0 (Decoder, 1);

  if (wslay_frame_context_init (&decoder->frames, &callbacks, decoder) != 0)
    g_error ("out of memory");
  return decoder;
}

void
decoder_free (Decoder *decoder)
{
  if (decoder == NULL)
    return;
  wslay_frame_context_free (decoder->frames);
  g_clear_pointer (&decoder->message, g_byte_array_unref);
  g_free (decoder);
}

gboolean
decoder_is_idle (const Decoder *decoder)
{
  return !decoder->in_frame && !decoder->fragmented && decoder->fed == decoder->eaten;
}

/* The bytes of a masked frame before its payload. */
static guint
header_length (guint64 payload_length)
{
  guint extended = payload_length < 126 ? 0 : payload_length <= G_MAXUINT16 ? 2 : 8;

  return 2 + extended + 4;
}

/* Whether a data frame fits: what it is, and how much would be kept. */
static guint16
check_data (const Decoder *decoder, const struct wslay_frame_iocb *frame)
{
  gsize kept = decoder->message != NULL ? decoder->message->len : 0;

  if (frame->opcode == WSLAY_BINARY_FRAME)
    return CLOSE_BINARY;
  if (frame->opcode != (decoder->fragmented ? WSLAY_CONTINUATION_FRAME : WSLAY_TEXT_FRAME))
    return CLOSE_PROTOCOL;
  return frame->payload_length > DECODER_MESSAGE_MAX - kept ? CLOSE_TOO_BIG : 0;
}

static guint16
begin_frame (Decoder *decoder, const struct wslay_frame_iocb *frame)
{
  decoder->in_frame = TRUE;
  decoder->frame_left = frame->payload_length;
  decoder->eaten += header_length (frame->payload_length);
  decoder->control_length = 0;
  if (!frame->mask || frame->rsv != WSLAY_RSV_NONE)
    return CLOSE_PROTOCOL;
  if (!wslay_is_ctrl_frame (frame->opcode))
    return check_data (decoder, frame);
  return frame->opcode > WSLAY_PONG ? CLOSE_PROTOCOL : 0;
}

static void
keep_chunk (Decoder *decoder, const struct wslay_frame_iocb *chunk)
{
  if (wslay_is_ctrl_frame (chunk->opcode))
    {
      memcpy (decoder->control + decoder->control_length, chunk->data, chunk->data_length);
      decoder->control_length += chunk->data_length;
      return;
    }
  if (decoder->message == NULL)
    decoder->message = g_byte_array_new ();
  g_byte_array_append (decoder->message, chunk->data, (guint) chunk->data_length);
}

/* The last byte of a frame is here. */
static gboolean
end_frame (Decoder *decoder, const struct wslay_frame_iocb *chunk, gboolean whole,
           DecoderHeard heard, gpointer user_data)
{
  g_autoptr (GByteArray) message = NULL;

  decoder->in_frame = FALSE;
  if (wslay_is_ctrl_frame (chunk->opcode))
    return heard (chunk->opcode, decoder->control, decoder->control_length, user_data);
  decoder->fragmented = !chunk->fin;
  if (!chunk->fin)
    return heard (WSLAY_TEXT_FRAME, NULL, 0, user_data);
  if (whole)
    return heard (WSLAY_TEXT_FRAME, chunk->data, chunk->data_length, user_data);
  message = g_steal_pointer (&decoder->message);
  return heard (WSLAY_TEXT_FRAME, message->len > 0 ? message->data : decoder->control, message->len,
                user_data);
}

guint16
decoder_read (Decoder *decoder, const guint8 *bytes, gsize length, DecoderHeard heard,
              gpointer user_data)
{
  decoder->input = bytes;
  decoder->left = length;
  while (TRUE)
    {
      struct wslay_frame_iocb chunk = { 0 };
      ssize_t got = wslay_frame_recv (decoder->frames, &chunk);
      gboolean whole;
      guint16 code = 0;

      if (got == WSLAY_ERR_WANT_READ)
        return 0;
      if (got < 0)
        return CLOSE_PROTOCOL;
      if (!decoder->in_frame)
        code = begin_frame (decoder, &chunk);
      if (code != 0)
        return code;
      decoder->eaten += chunk.data_length;
      decoder->frame_left -= chunk.data_length;
      whole = decoder->message == NULL && chunk.fin && chunk.data_length == chunk.payload_length
              && !wslay_is_ctrl_frame (chunk.opcode);
      if (!whole)
        keep_chunk (decoder, &chunk);
      if (decoder->frame_left == 0 && !end_frame (decoder, &chunk, whole, heard, user_data))
        return 0;
    }
}
