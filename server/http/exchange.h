/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * One request and its answer, on their way between the main loop, which alone may touch libsoup,
 * and whichever thread answers. */
#pragma once

#include "http/request-private.h"

#include <libsoup/soup.h>

/* Called on the main loop for a finished exchange, also when the client is gone. No reply is a
 * WebSocket handshake that may go on, or an upload that may come.
 * Returns: whether that was all; the exchange is closed then. */
typedef gboolean (*ExchangeDeliver) (Exchange *exchange, const Reply *reply, gpointer data);

/* The finished exchanges that wait for the main loop. Many answers wake it only once. */
typedef struct Answers Answers;

Answers *answers_new (ExchangeDeliver deliver, gpointer data);

/* Delivers what waits. Main loop only. */
void answers_deliver (Answers *answers);
void answers_unref (Answers *answers);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Answers, answers_unref)

struct Exchange
{
  gatomicrefcount references;
  Answers *answers;
  Request request;
  gint64 started; /* monotonic, µs */
  gboolean secure; /* the client came by https, says a trusted proxy */
  gboolean upgrade; /* a WebSocket handshake: only the account is wanted */
  char *token; /* the bearer token, or NULL */
  struct Upload *upload; /* what comes as the body, or NULL */
  SoupServerMessage *message; /* main loop only; NULL once answered */
  gboolean gone; /* main loop only: the client's connection has ended */
  Reply *reply;
};

/* The first reference ends with exchange_close(), which exchange_finish() leads to by way of the
 * main loop. */
Exchange *exchange_new (Answers *answers, const Services *services, SoupServerMessage *message);

/* Lets the message go. Main loop only. */
void exchange_close (Exchange *exchange);
Exchange *exchange_ref (Exchange *exchange);
void exchange_unref (Exchange *exchange);

/* Writes the log line and counts: an answer with @status is on its way. */
void exchange_report (const Exchange *exchange, guint status);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Exchange, exchange_unref)
