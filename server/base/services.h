/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * What a running server is made of, handed to whoever needs it instead of globals. main.c fills it
 * once before anything serves; the types stay opaque to rooms that do not include their headers. */
#pragma once

#include "base/actor.h"

struct Db;
struct Reply;
struct Request;

typedef struct
{
  const struct Config *config;
  const char *url; /* the address that people open, without a slash at the end */
  struct Metrics *metrics;
  struct Assets *assets; /* what browsers load */
  struct Origins *origins; /* whose pages may call the API */
  struct DbPool *pool; /* connections of the HTTP workers */
  struct Relay *relay; /* committed events, in order */
  struct Writer *writer; /* group commit of messages */
  struct Accounts *accounts; /* tokens and today's rights */
  struct Live *live; /* the sockets */
  struct Dispatcher *dispatcher;
  struct Storage *storage; /* files */
  struct Attachments *attachments; /* whose messages hold them */

  /* What one domain offers the others, since they do not include each other: the queue's place
   * of a ticket as the protocol's `position` (transfer full), `null` when it does not wait; NULL
   * with a problem. */
  char *(*position_to_json) (struct Db *db, const Actor *actor, gint64 ticket_id, GError **error);

  /* What a browser gets to see that asked for a page, instead of the document of @problem (transfer
   * full). */
  struct Reply *(*problem_page) (const struct Request *request, const GError *problem);
} Services;
