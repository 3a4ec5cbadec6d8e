/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * A committed event: the only way in which a change reaches a screen. Events are shared between
 * threads and never change after they were made. */
#pragma once

#include <glib.h>

/* Who hears an event; decided by the SQL that appended it, checked again when it is sent. */
typedef enum
{
  AUDIENCE_STAFF, /* agents and admins who may view tickets */
  AUDIENCE_TICKET, /* staff, the ticket's customer, and who else takes part */
  AUDIENCE_EVERYONE, /* whoever is connected */
  AUDIENCE_USER, /* one account */
  AUDIENCE_SERVER, /* only the server's own rooms */
} Audience;

typedef struct
{
  gatomicrefcount references;
  gint64 id;
  char *kind; /* `message.created` */
  Audience audience;
  gint64 ticket_id; /* 0 when it concerns no ticket */
  gint64 customer_id; /* whom it concerns: the ticket's customer; 0 for nobody */
  GArray *participants; /* of gint64: other customers who take part; NULL for none */
  gint64 user_id; /* whom AUDIENCE_USER means, or 0 */
  gint64 seq; /* position in the ticket as staff count, 0 when none */
  gint64 public_seq; /* position as customers count, 0 when none */
  char *data; /* JSON object that everybody in the audience may see */
  char *staff; /* JSON object that only staff may see, or NULL */
  char *at; /* RFC 3339 */
  char *cursor; /* everything up to here is known to who received this event */
} Event;

/* Whether @event concerns the customer @user_id. */
gboolean event_concerns (const Event *event, gint64 user_id);

Event *event_ref (Event *event);
void event_unref (Event *event);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Event, event_unref)
