/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * What the files of this room share. Everything here belongs to the live thread, save where it says
 * otherwise; other threads post to the loop and name a socket by its id, which no later socket ever
 * gets. */
#pragma once

#include "live/decoder.h"
#include "live/frames.h"
#include "live/hub.h"
#include "live/live.h"
#include "live/loop.h"
#include "live/recent.h"
#include "live/topics.h"
#include "live/wheel.h"
#include "live/workers.h"

struct Live
{
  const Services *services;
  const LiveCommand *commands;
  LiveAuthenticate authenticate;
  LivePresence presence;
  gpointer presence_data;
  char *name; /* makes the devices of this run unlike those of every other */
  Loop *loop;
  Workers *workers;
  Wheel *wheel;
  Hub *hub;
  Recent *customers; /* ticket → its customer, as events and look-ups told */
  Recent *changed; /* accounts whose rights changed in the last minutes */
  GPtrArray *touched; /* sockets that may have something to write at the end of the turn */
  GPtrArray *gone; /* to be freed at the end of the turn */
  Decoder *decoder; /* lent to whoever reads */
  guint8 *buffer;
  gint64 last_id;
  gint64 stop_at; /* the second in which the thread ends at the latest; 0 while serving */
};

typedef enum
{
  SOCKET_NEW, /* waits for `hello` */
  SOCKET_WAITING, /* has said it; what it missed is being read */
  SOCKET_JOINED, /* was welcomed and hears events */
  SOCKET_CLOSING, /* only writes what is left and waits for the other end */
  SOCKET_GONE, /* has no file descriptor any more */
} SocketState;

struct LiveSocket
{
  gint64 id; /* first: the key in the hub */
  Live *live;
  int fd;
  SocketState state;
  gboolean touched;
  gboolean writing; /* the loop waits until it can be written to */
  gboolean overflow; /* has more to read than is kept for it */
  gboolean shut; /* nothing more is written */
  Actor *actor;
  char *token;
  char *address; /* the client's */
  WheelTimer timer;
  gint64 opened_at; /* seconds of the loop, as all times here */
  gint64 heard_at;
  gint64 close_by;
  gint64 frames_at; /* microseconds: when the frames so far would have come at the permitted rate */
  Decoder *decoder; /* while a message is under way */
  GQueue output; /* of GBytes */
  gsize output_bytes;
  gsize output_offset; /* bytes of the first that are written */
  GQueue backlog; /* of EventFrames that wait for room or for an answer about rights */
  gsize backlog_bytes;
  gsize replayed_bytes; /* how many a replay put there; live events may come on top */
  guint rechecks; /* answers about its rights that are still to come */
  gboolean recheck_again;
  Topics topics;
  gint64 typing; /* ticket, 0 for none */
  gint64 typing_until;
  gint64 viewing; /* ticket, 0 for none */
  LiveSocket *next; /* of the same account */
};

/* Posts @frame (transfer full) for the socket @socket_id, if it is still there. From any thread. */
void live_post_frame (Live *live, gint64 socket_id, GBytes *frame);

/* Copies the list that a relay callback lends. From any thread.
 * Returns: (transfer full) (element-type Event). */
GPtrArray *live_keep_events (const GPtrArray *events);
