/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The client's end of a live socket. */
#pragma once

#include "stream.h"

typedef struct _Ws Ws;

typedef enum
{
  WS_OPENING,
  WS_OPEN,
  WS_CLOSED,
} WsState;

/**
 * WsHandlers:
 * @opened_cb: the server took the token and switched protocols
 * @text_cb: one text frame; @text is not terminated by a zero
 * @closed_cb: the socket is gone, for the @reason given
 */
typedef struct
{
  void (*opened_cb) (Ws *ws);
  void (*text_cb) (Ws *ws, const char *text, gsize length);
  void (*closed_cb) (Ws *ws, const char *reason);
} WsHandlers;

/**
 * Ws:
 *
 * A live socket, from the client's end. Stands first in whatever speaks over it.
 */
struct _Ws
{
  Stream stream;
  const WsHandlers *handlers;
  WsState state;
};

/**
 * ws_open:
 * @token: what the sub-protocol `bearer.TOKEN` carries
 * @handlers: (scope forever)
 */
gboolean ws_open (Ws *ws, Loop *loop, guint16 port, const char *token, const WsHandlers *handlers,
                  GError **error);
void ws_clear (Ws *ws);

/**
 * ws_send:
 *
 * Frames a text for the next stream_flush() of the socket.
 */
void ws_send (Ws *ws, const char *text, gsize length);
