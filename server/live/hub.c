/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * An event visits the staff's sockets and its customer's, never all; what it costs does not depend
 * on how many others are connected. Only what everyone hears visits everyone. */
#include "live/hub.h"

#include "live/backlog.h"
#include "live/private.h"
#include "live/socket.h"

#include <string.h>

#define PRESENCE_PREFIX "presence."

/* An account with at least one socket. */
typedef struct
{
  gint64 user_id; /* first: the key */
  gboolean is_customer;
  LiveSocket *sockets;
} Person;

struct Hub
{
  GHashTable *sockets; /* of LiveSocket, by id */
  GHashTable *staff; /* set of LiveSocket that have joined */
  GMutex lock; /* held to change @people, and to read it from other threads */
  GHashTable *people; /* of Person, by account */
  char *cursor;
};

Hub *
hub_new (void)
{
  Hub *hub = g_new0 (Hub, 1);

  hub->sockets = g_hash_table_new (g_int64_hash, g_int64_equal);
  hub->staff = g_hash_table_new (NULL, NULL);
  hub->people = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  g_mutex_init (&hub->lock);
  return hub;
}

void
hub_add (Hub *hub, LiveSocket *socket)
{
  gint64 user_id = socket->actor->user_id;
  Person *person = g_hash_table_lookup (hub->people, &user_id);

  g_hash_table_add (hub->sockets, socket);
  g_mutex_lock (&hub->lock);
  if (person == NULL)
    {
      person = g_new0 (Person, 1);
      person->user_id = user_id;
      person->is_customer = !actor_is_staff (socket->actor);
      g_hash_table_add (hub->people, person);
    }
  socket->next = person->sockets;
  person->sockets = socket;
  g_mutex_unlock (&hub->lock);
}

void
hub_remove (Hub *hub, LiveSocket *socket)
{
  Person *person = g_hash_table_lookup (hub->people, &socket->actor->user_id);
  LiveSocket **link = &person->sockets;

  g_hash_table_remove (hub->sockets, socket);
  g_mutex_lock (&hub->lock);
  while (*link != socket)
    link = &(*link)->next;
  *link = socket->next;
  if (person->sockets == NULL)
    g_hash_table_remove (hub->people, person);
  g_mutex_unlock (&hub->lock);
}

void
hub_join (Hub *hub, LiveSocket *socket)
{
  gboolean is_staff = actor_is_staff (socket->actor);
  Person *person = g_hash_table_lookup (hub->people, &socket->actor->user_id);

  if (is_staff)
    g_hash_table_add (hub->staff, socket);
  g_mutex_lock (&hub->lock);
  person->is_customer = !is_staff;
  g_mutex_unlock (&hub->lock);
}

void
hub_leave (Hub *hub, LiveSocket *socket)
{
  g_hash_table_remove (hub->staff, socket);
}

LiveSocket *
hub_find (Hub *hub, gint64 socket_id)
{
  return g_hash_table_lookup (hub->sockets, &socket_id);
}

guint
hub_size (const Hub *hub)
{
  return g_hash_table_size (hub->sockets);
}

void
hub_visit_all (Hub *hub, HubVisit visit, gpointer data)
{
  GHashTableIter iter;
  gpointer socket;

  g_hash_table_iter_init (&iter, hub->sockets);
  while (g_hash_table_iter_next (&iter, &socket, NULL))
    visit (socket, data);
}

static void
visit_staff (Hub *hub, HubVisit visit, gpointer data)
{
  GHashTableIter iter;
  gpointer socket;

  g_hash_table_iter_init (&iter, hub->staff);
  while (g_hash_table_iter_next (&iter, &socket, NULL))
    visit (socket, data);
}

void
hub_visit_user (Hub *hub, gint64 user_id, HubVisit visit, gpointer data)
{
  const Person *person = g_hash_table_lookup (hub->people, &user_id);

  for (LiveSocket *socket = person != NULL ? person->sockets : NULL; socket != NULL;
       socket = socket->next)
    visit (socket, data);
}

static gboolean
staff_covers_ticket (const LiveSocket *socket, gint64 ticket_id)
{
  return actor_is_staff (socket->actor) && actor_may (socket->actor, PERMISSION_VIEW_TICKETS)
         && topics_cover_ticket (&socket->topics, ticket_id);
}

static gboolean
covers_ticket (const LiveSocket *socket, gint64 ticket_id, gint64 customer_id)
{
  return actor_is_staff (socket->actor) ? staff_covers_ticket (socket, ticket_id)
                                        : socket->actor->user_id == customer_id;
}

/* What is for one person tells of tickets. What was for somebody of the staff is not for the
 * customer whom that account is today. */
static gboolean
hears_privately (const Actor *actor, const Event *event)
{
  return actor->user_id == event->user_id && actor_may (actor, PERMISSION_VIEW_TICKETS)
         && (actor_is_staff (actor) || event->customer_id == actor->user_id);
}

gboolean
hub_hears (const LiveSocket *socket, const Event *event)
{
  switch (event->audience)
    {
    case AUDIENCE_STAFF:
      return staff_covers_ticket (socket, event->ticket_id);
    case AUDIENCE_TICKET:
      return actor_is_staff (socket->actor) ? staff_covers_ticket (socket, event->ticket_id)
                                            : event_concerns (event, socket->actor->user_id);
    case AUDIENCE_EVERYONE:
      return !actor_is_staff (socket->actor) || socket->topics.presence
             || !g_str_has_prefix (event->kind, PRESENCE_PREFIX);
    case AUDIENCE_USER:
      return hears_privately (socket->actor, event);
    case AUDIENCE_SERVER:
    default:
      return FALSE;
    }
}

static void
deliver_cb (LiveSocket *socket, gpointer data)
{
  EventFrames *frames = data;

  if (socket->state == SOCKET_JOINED && hub_hears (socket, frames->event))
    backlog_deliver (socket, frames);
}

/* As deliver_cb(), for the account of an event's customer: staff were visited before. */
static void
deliver_customer_cb (LiveSocket *socket, gpointer data)
{
  if (!actor_is_staff (socket->actor))
    deliver_cb (socket, data);
}

static void
visit_concerned (Hub *hub, const Event *event, EventFrames *frames)
{
  hub_visit_user (hub, event->customer_id, deliver_customer_cb, frames);
  for (guint i = 0; event->participants != NULL && i < event->participants->len; i++)
    hub_visit_user (hub, g_array_index (event->participants, gint64, i), deliver_customer_cb,
                    frames);
}

static void
deliver_event (Hub *hub, Event *event)
{
  g_autoptr (EventFrames) frames = event_frames_new (event);

  switch (event->audience)
    {
    case AUDIENCE_STAFF:
      visit_staff (hub, deliver_cb, frames);
      break;
    case AUDIENCE_TICKET:
      visit_staff (hub, deliver_cb, frames);
      visit_concerned (hub, event, frames);
      break;
    case AUDIENCE_EVERYONE:
      hub_visit_all (hub, deliver_cb, frames);
      break;
    case AUDIENCE_USER:
      hub_visit_user (hub, event->user_id, deliver_cb, frames);
      break;
    case AUDIENCE_SERVER:
    default:
      break;
    }
}

void
hub_deliver (Hub *hub, const GPtrArray *events)
{
  for (guint i = 0; i < events->len; i++)
    deliver_event (hub, g_ptr_array_index (events, i));
  if (events->len > 0)
    {
      const Event *last = g_ptr_array_index (events, events->len - 1);

      g_free (hub->cursor);
      hub->cursor = g_strdup (last->cursor);
    }
}

typedef struct
{
  gint64 ticket_id;
  gint64 customer_id;
  gint64 from_id;
  GBytes *frame;
} OthersFrame;

static void
send_others_cb (LiveSocket *socket, gpointer data)
{
  const OthersFrame *others = data;

  if (socket->state == SOCKET_JOINED && socket->rechecks == 0
      && socket->actor->user_id != others->from_id
      && covers_ticket (socket, others->ticket_id, others->customer_id))
    socket_send (socket, others->frame);
}

void
hub_send_others (Hub *hub, gint64 ticket_id, gint64 customer_id, const Actor *from, GBytes *frame)
{
  OthersFrame others = { ticket_id, customer_id, from->user_id, frame };

  visit_staff (hub, send_others_cb, &others);
  if (actor_is_staff (from))
    hub_visit_user (hub, customer_id, send_others_cb, &others);
}

const char *
hub_cursor (const Hub *hub)
{
  return hub->cursor;
}

GArray *
hub_customers (Hub *hub)
{
  GArray *customers = g_array_new (FALSE, FALSE, sizeof (gint64));
  GHashTableIter iter;
  gpointer value;

  g_mutex_lock (&hub->lock);
  g_hash_table_iter_init (&iter, hub->people);
  while (g_hash_table_iter_next (&iter, &value, NULL))
    {
      const Person *person = value;

      if (person->is_customer)
        g_array_append_val (customers, person->user_id);
    }
  g_mutex_unlock (&hub->lock);
  return customers;
}

void
hub_free (Hub *hub)
{
  g_hash_table_unref (hub->sockets);
  g_hash_table_unref (hub->staff);
  g_hash_table_unref (hub->people);
  g_mutex_clear (&hub->lock);
  g_free (hub->cursor);
  g_free (hub);
}
