/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * A TCP connection with buffers on the loop. */
#pragma once

#include "loop.h"

typedef struct _Stream Stream;

/**
 * StreamHandlers:
 * @received_cb: bytes were added to the stream's `in`; takes what it can use off its front
 * @closed_cb: the other side closed, or the connection failed with this errno (else 0)
 */
typedef struct
{
  void (*received_cb) (Stream *stream);
  void (*closed_cb) (Stream *stream, int error);
} StreamHandlers;

/**
 * Stream:
 * @in: received and not yet used
 * @out: not yet sent
 *
 * A non-blocking TCP connection to a port of this machine. Stands first in whatever speaks over it.
 */
struct _Stream
{
  Watch watch;
  Loop *loop;
  const StreamHandlers *handlers;
  GByteArray *in;
  GByteArray *out;
  gboolean open;
  gboolean waits_to_write;
};

/**
 * stream_open:
 * @handlers: (scope forever)
 *
 * Begins to connect. What is sent before the connection stands goes out as soon as it does.
 */
gboolean stream_open (Stream *stream, Loop *loop, guint16 port, const StreamHandlers *handlers,
                      GError **error);
void stream_clear (Stream *stream);

/**
 * stream_send:
 *
 * Keeps bytes for the next stream_flush(), which comes by itself after @received_cb.
 */
void stream_send (Stream *stream, gconstpointer bytes, gsize length);
void stream_flush (Stream *stream);
