/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * From bytes to messages: WebSocket frames by wslay, fragments put together, every limit of the
 * protocol kept before anything is stored. A decoder costs some 4 KiB, so a socket holds one only
 * while a message is under way. */
#pragma once

#include <glib.h>

/* The largest message over all its fragments, in bytes. */
#define DECODER_MESSAGE_MAX (64 * 1024)

/* Close codes that the decoder answers with; see docs/protocol.md. */
#define CLOSE_PROTOCOL 1002
#define CLOSE_BINARY 1003
#define CLOSE_TOO_BIG 1009

typedef struct Decoder Decoder;

/* Called for each whole frame. @opcode is that of the message (WSLAY_TEXT_FRAME) or control frame
 * which the frame completes, with its payload; @data is NULL when a fragment completed nothing yet.
 * FALSE stops reading. */
typedef gboolean (*DecoderHeard) (guint8 opcode, const guint8 *data, gsize length,
                                  gpointer user_data);

Decoder *decoder_new (void);

/* Reads @length bytes of a client's stream.
 * Returns: 0, or the code that the socket has to be closed with; the decoder is then of no more
 * use. */
guint16 decoder_read (Decoder *decoder, const guint8 *bytes, gsize length, DecoderHeard heard,
                      gpointer user_data);

/* Whether nothing is kept from what was read: the next byte begins a new message. */
gboolean decoder_is_idle (const Decoder *decoder);
void decoder_free (Decoder *decoder);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Decoder, decoder_free)
