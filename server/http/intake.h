/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The main loop's side of a request: it is copied out of libsoup, let in or refused, and its answer
 * put back. */
#pragma once

#include "http/server-private.h"

/* Largest body of a request, in bytes. */
#define INTAKE_BODY_MAX (256 * 1024)

/* The head of a request is there: refuses bodies that announce too much, and watches the others. */
void intake_head (HttpServer *server, SoupServerMessage *message);

/* The whole request is there: answers what can be answered at once, gives the rest to a worker. */
void intake_request (HttpServer *server, SoupServerMessage *message);

/* The request of @peer is over: an upload that had not ended is forgotten. */
void intake_forget (HttpServer *server, HttpPeer *peer);

/* ExchangeDeliver; @data is the HttpServer. */
gboolean intake_deliver (Exchange *exchange, const Reply *reply, gpointer data);
