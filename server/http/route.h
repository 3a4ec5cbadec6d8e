/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * A line of THE table in routes.c, and finding the line for a path. */
#pragma once

#include "http/request.h"

/* A straight-line function on a worker thread: reads typed arguments, runs named statements on @db,
 * returns a reply (transfer full), or NULL with @error. */
typedef Reply *(*RouteHandler) (Db *db, const Request *request, GError **error);

/* Says how many bytes a file may have that @request brings, before it comes: its body is not there
 * yet, and may still be refused. FALSE with a problem. */
typedef gboolean (*RouteUploadLimit) (Db *db, const Request *request, guint64 *most,
                                      GError **error);

typedef enum
{
  ROUTE_DEFAULT = 0,
  ROUTE_NO_DATABASE = 1 << 0, /* answered without a connection; @db is NULL */
  ROUTE_CREDENTIALS = 1 << 1, /* counted by the stricter rate limit */
  ROUTE_ARRIVAL = 1 << 6, /* makes customers; counted by a rate limit of its own */
  ROUTE_PAGE = 1 << 4, /* for browsers a page, and what its forms send; see page.h */
  ROUTE_SLASH = 1 << 2, /* the same with another ending: a slash more, or one less */
  ROUTE_PERSON = 1 << 7, /* not for API keys: how people get in */
  ROUTE_SLOW = 1 << 3, /* waits for disks and other servers, on threads of its own; @db is NULL */
  ROUTE_CHANGES = 1 << 5, /* a GET that leaves a trace all the same */
} RouteFlags;

/* A segment of @path is text, `{name}`, which stands for a positive integer, `{name:code}`, which
 * stands for one too, written as id_to_code() does, or, only as the last one, `{name*}`, which
 * stands for the whole rest of the path, also an empty one. */
typedef struct
{
  const char *method;
  const char *path; /* `/api/v1/tickets/{id}/messages` */
  guint permissions;
  RouteHandler handler;
  RouteFlags flags;
  RouteUploadLimit upload_limit; /* of a route whose body is a file, see request_file() */
} Route;

/* Most `{name}` segments in one path. */
#define ROUTE_IDS_MAX 4

typedef struct
{
  const Route *route;
  gint64 ids[ROUTE_IDS_MAX]; /* in the order of the path */
  const char
      *rest; /* what `{name*}` stands for: the tail of the path that was looked up, or NULL */
} RouteMatch;

typedef struct RouteTable RouteTable;

/* Sorts @routes, which ends with a line of NULLs and stays, into a tree by segment.
 * Returns: (transfer full): free with route_table_free(). */
RouteTable *route_table_new (const Route *routes);

/* Finds the line for @method and @path (without query). Text is preferred to `{name}`, and that to
 * `{name*}`; HEAD is served by GET. The match borrows from @path. FALSE with `not_found`, or with
 * `method_not_allowed` when the path has lines for other methods. */
gboolean route_table_match (const RouteTable *table, const char *method, const char *path,
                            RouteMatch *match, GError **error);

/* The methods of @path as the header Allow says them.
 * Returns: (transfer full): NULL when there is no such path. */
char *route_table_allow (const RouteTable *table, const char *path);

/* The integer at `{name}`, which the route must have. */
gint64 route_match_id (const RouteMatch *match, const char *name);

void route_table_free (RouteTable *table);
