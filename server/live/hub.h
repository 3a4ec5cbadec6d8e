/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Who is connected, and who hears what. An event's audience was decided where it was made; here it
 * is held against the rights that each socket has today. */
#pragma once

#include "event/event.h"
#include "live/frames.h"
#include "live/live.h"

typedef struct Hub Hub;

typedef void (*HubVisit) (LiveSocket *socket, gpointer data);

Hub *hub_new (void);

/* From the handshake to the end: found by its id and its account. */
void hub_add (Hub *hub, LiveSocket *socket);
void hub_remove (Hub *hub, LiveSocket *socket);

/* From the welcome until it closes, or until its rights are replaced: hears events. */
void hub_join (Hub *hub, LiveSocket *socket);
void hub_leave (Hub *hub, LiveSocket *socket);

/* NULL when it is not here any more. */
LiveSocket *hub_find (Hub *hub, gint64 socket_id);
guint hub_size (const Hub *hub);

/* Visitors must not add or remove sockets. */
void hub_visit_all (Hub *hub, HubVisit visit, gpointer data);
void hub_visit_user (Hub *hub, gint64 user_id, HubVisit visit, gpointer data);

/* Whether @socket may hear @event, and asked to. */
gboolean hub_hears (const LiveSocket *socket, const Event *event);

/* Hands each event (element-type Event) to whoever hears it. */
void hub_deliver (Hub *hub, const GPtrArray *events);

/* Sends @frame, which is about @from, to everybody else who hears @ticket_id: the staff, and its
 * customer when @from is staff. */
void hub_send_others (Hub *hub, gint64 ticket_id, gint64 customer_id, const Actor *from,
                      GBytes *frame);

/* The cursor of the last event that was handed out, or NULL. */
const char *hub_cursor (const Hub *hub);

/* Ids of customers who are connected. From any thread.
 * Returns: (transfer full) (element-type gint64). */
GArray *hub_customers (Hub *hub);
void hub_free (Hub *hub);
