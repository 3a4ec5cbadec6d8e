/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Live sockets: one epoll thread that owns every WebSocket after libsoup shook hands. GLib walks
 * all its sources at every turn, so thousands of idle sockets there would slow every delivery; here
 * they cost nothing. The thread also is the hub: it decides who hears an event, against today's
 * rights. */
#pragma once

#include "base/actor.h"
#include "base/services.h"
#include "db/db.h"
#include "event/relay.h"

#include <libsoup/soup.h>

typedef struct Live Live;
typedef struct LiveSocket LiveSocket;

/* A frame other than those that live answers itself, run on a worker thread with a connection.
 * @frame is the frame's JSON. Returns: (transfer full): the JSON frame to answer, or NULL for none;
 * with @error set the client gets `refused`. */
typedef char *(*LiveCommandHandler) (Db *db, const Services *services, const Actor *actor,
                                     const char *device, const char *frame, gsize length,
                                     GError **error);

typedef struct
{
  const char *type; /* `read`, `presence` */
  guint permissions;
  LiveCommandHandler handler;
} LiveCommand;

/* Told on the live thread when an account's socket was welcomed (it hears what is sent from now on)
 * and when it closes; must not block. @device is unique for each socket. */
typedef void (*LivePresence) (const Actor *actor, const char *device, gboolean connected,
                              gpointer data);

/* Finds the account of a token for the `auth` frame; as HttpAuthenticate. */
typedef Actor *(*LiveAuthenticate) (Db *db, const Services *services, const char *token,
                                    GError **error);

/* The type of the frame with index @n among those that live answers itself, beside the commands;
 * NULL behind the last. */
const char *live_frame_name (guint n);

/* @commands ends with a line of NULLs and stays. Registers itself with the relay of @services. */
Live *live_new (const Services *services, const LiveCommand *commands,
                LiveAuthenticate authenticate);
void live_set_presence (Live *live, LivePresence presence, gpointer data);
gboolean live_start (Live *live, GError **error);

/* HttpUpgrade: takes the connection out of libsoup. @data is the Live. */
void live_upgrade (SoupServerMessage *message, const Actor *actor, const char *address,
                   const char *request_id, gpointer data);

/* Sends @frame (JSON text) to every socket of account @user_id that was welcomed. From any
 * thread. */
void live_send_user (Live *live, gint64 user_id, const char *frame);

/* The rights of @user_id (0: of everybody) changed or ended (@session_id NULL: every session): its
 * sockets are looked at again before any later event reaches them. From any thread. */
void live_recheck (Live *live, gint64 user_id, const char *session_id);

/* The ids of customers with an open socket, for the pushed places in the queue.
 * Returns: (transfer full) (element-type gint64). From any thread. */
GArray *live_connected_customers (Live *live);

/* Says 1001 to all and stops. */
void live_stop (Live *live);
void live_free (Live *live);
