/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * One connection: reading frames, writing what was queued, its deadlines and its end. All on the
 * live thread. */
#pragma once

#include "live/private.h"

#define CLOSE_BYE 1000
#define CLOSE_GOING_AWAY 1001
#define CLOSE_NOT_UTF8 1007
#define CLOSE_NOT_A_FRAME 1008
#define CLOSE_TOKEN 4401
#define CLOSE_SILENT 4408
#define CLOSE_SLOW 4413
#define CLOSE_TOO_MANY 4429

/* Takes @fd, @actor, @token and @address, the client's, over. @received is what the client sent
 * right behind its handshake. */
void socket_open (Live *live, int fd, Actor *actor, char *token, char *address, GBytes *received);

/* LoopHooks.ready. */
void socket_ready_cb (gpointer live, gpointer socket, guint32 events);

/* How long the other end has to answer a goodbye, in seconds. */
#define LINGER_S 5

/* Queues @frame (a reference is taken); it is written at the end of the turn. */
void socket_send (LiveSocket *socket, GBytes *frame);

/* As socket_send(), and drops the caller's reference. */
void socket_take (LiveSocket *socket, GBytes *frame);

/* Has socket_flush() called at the end of the turn. */
void socket_touch (LiveSocket *socket);

/* Has the socket closed at the end of the turn, because it reads too slowly. */
void socket_overflow (LiveSocket *socket);

/* Says goodbye with @code after what is queued. Events stop at once. */
void socket_close (LiveSocket *socket, guint16 code, const char *reason);

/* Writes what can be written; the end of a turn. */
void socket_flush (LiveSocket *socket);

/* Replaces its rights (@actor transfer full), to which it at once hears accordingly. */
void socket_set_actor (LiveSocket *socket, Actor *actor);

/* Sets the timer to the next thing that can be due. */
void socket_plan (LiveSocket *socket);

/* WheelDue. */
void socket_due_cb (gpointer socket, gpointer live);

/* Cuts the connection without a word. */
void socket_drop (LiveSocket *socket);

/* The name of this connection for presence.
 * Returns: (transfer full). */
char *socket_device (const LiveSocket *socket);
void socket_free (LiveSocket *socket);
