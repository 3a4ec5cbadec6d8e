/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * As much HTTP/1.1 as it takes to load a server: keep-alive, one request at a time. */
#pragma once

#include "stream.h"

/**
 * HttpAnswer:
 * @status: 0 while the head is not whole
 * @head_length: bytes up to and with the empty line
 * @body_length: from Content-Length; 0 when there is none
 */
typedef struct
{
  guint status;
  gsize head_length;
  gsize body_length;
} HttpAnswer;

/**
 * http_read_answer:
 * @in: what a server sent, beginning with a status line
 */
HttpAnswer http_read_answer (const GByteArray *in);

typedef struct _Http Http;

/**
 * Http:
 * @answered_cb: called with the status and the body of each answer; 0 when the connection ended
 *
 * A keep-alive connection with one request under way at a time.
 */
struct _Http
{
  Stream stream;
  void (*answered_cb) (Http *http, guint status, const char *body);
  gpointer user_data;
};

/**
 * http_open:
 * @error: (out): no socket could be made
 *
 * Begins to connect to @port; requests may be asked at once.
 */
gboolean http_open (Http *http, Loop *loop, guint16 port, GError **error);
void http_clear (Http *http);

/**
 * http_ask:
 * @token: (nullable): a bearer token
 * @body: (nullable): JSON; then the method is POST, else GET
 */
void http_ask (Http *http, const char *path, const char *token, const char *body);
