/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * What the server says on a live socket, each as a whole WebSocket frame that can be written to any
 * number of sockets: a server's frames carry no mask. All from any thread; all (transfer full). */
#pragma once

#include "base/actor.h"
#include "event/event.h"
#include "live/writer.h"

#include <glib.h>

/* How often a client is asked to ping, in seconds. */
#define LIVE_PING_S 25

GBytes *frame_encode (guint8 opcode, const void *payload, gsize length);

/* A close frame; @reason (at most 123 bytes) is for whoever debugs a client. */
GBytes *frame_close (guint16 code, const char *reason);

GBytes *frame_welcome (const char *cursor, const Actor *actor, gboolean resumed);
GBytes *frame_resync (const char *cursor);
GBytes *frame_event (const Event *event, gboolean for_staff);
GBytes *frame_ack (const char *client_id, const WriterReceipt *receipt);

/* @client_id may be NULL and @ticket_id 0: then they are not said. */
GBytes *frame_refused (const char *frame, const char *client_id, gint64 ticket_id,
                       const GError *error);

GBytes *frame_typing (gint64 ticket_id, const Actor *actor, gboolean on);
GBytes *frame_viewing (gint64 ticket_id, const Actor *actor, gboolean on);

/* @cursor: of the last event that went before, or NULL when some still wait. */
GBytes *frame_pong (const char *cursor);

/* An event with its two renderings, each made when it is first needed and then shared. Belongs to
 * the live thread. */
typedef struct
{
  guint references;
  Event *event;
  gsize size; /* of what the event says, in bytes */
  GBytes *staff;
  GBytes *customer;
} EventFrames;

EventFrames *event_frames_new (Event *event);
EventFrames *event_frames_ref (EventFrames *frames);
void event_frames_unref (EventFrames *frames);

/* Returns: (transfer none). */
GBytes *event_frames_get (EventFrames *frames, gboolean for_staff);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EventFrames, event_frames_unref)
