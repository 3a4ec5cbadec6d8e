/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Judging a request by its head: limits, the table of routes, the origin of a live socket. */
#include "http/admission.h"

#include "base/config.h"
#include "base/metrics.h"
#include "base/problem.h"
#include "http/origins.h"
#include "http/page.h"
#include "http/query.h"
#include "http/reply-private.h"

#include <glib/gi18n.h>
#include <string.h>

/* Most requests that wait for a worker. */
#define WAITING_MAX 2000

#define PREFLIGHT_SECONDS "600"

/* Takes a token of the request's bucket of @class; FALSE with `rate_limited`. */
static gboolean
within_limit (HttpServer *server, const Request *request, RateClass class, GError **error)
{
  GError *problem = NULL;
  guint wait;

  if (!server->services->config->rate_limit)
    return TRUE;
  wait = rate_limit_take_address (server->limit, class, request->address, g_get_monotonic_time ());
  if (wait == 0)
    return TRUE;
  metrics_count (server->services->metrics, METRIC_RATE_LIMITED, 1);
  problem_set (&problem, PROBLEM_RATE_LIMITED,
               class == RATE_CREDENTIALS
                   ? ngettext ("Too many tries. You can try again in %u second.",
                               "Too many tries. You can try again in %u seconds.", wait)
                   : ngettext ("Too many requests. Try again in %u second.",
                               "Too many requests. Try again in %u seconds.", wait),
               wait);
  problem_set_retry_after (problem, wait);
  g_propagate_error (error, problem);
  return FALSE;
}

/* Finds the line of the table, or the one of the live socket. */
static gboolean
find_route (HttpServer *server, Request *request, GError **error)
{
  if (server->upgrade_route.path == NULL || strcmp (request->path, server->upgrade_route.path) != 0)
    return route_table_match (server->routes, request->method, request->path, &request->match,
                              error);
  request->match.route = &server->upgrade_route;
  if (request->exchange->upgrade)
    return TRUE;
  if (strcmp (request->method, "GET") == 0)
    problem_set (error, PROBLEM_BAD_REQUEST, _ ("Only WebSocket handshakes are answered here."));
  else
    problem_set (error, PROBLEM_METHOD_NOT_ALLOWED,
                 _ ("This address does not take the method that was used."));
  return FALSE;
}

/* Whether a page of this origin may open a live socket: CORS does not ask for those. Who names no
 * origin is no browser. */
static gboolean
check_socket_origin (HttpServer *server, const Request *request, GError **error)
{
  const char *origin = request->headers[REQUEST_ORIGIN];

  if (origin == NULL || origins_allow (server->services->origins, origin)
      || page_is_ours (request, origin))
    return TRUE;
  problem_set (error, PROBLEM_FORBIDDEN, _ ("Pages of this origin may not call this server."));
  return FALSE;
}

gboolean
admission_judge (HttpServer *server, Exchange *exchange, GError **error)
{
  Request *request = &exchange->request;
  GError *problem = NULL;

  if (!within_limit (server, request, RATE_ADDRESS, error) || !find_route (server, request, error))
    return FALSE;
  request->query
      = query_parse (g_uri_get_query (soup_server_message_get_uri (exchange->message)), error);
  if (request->query == NULL)
    return FALSE;
  if ((request->match.route->flags & ROUTE_CREDENTIALS) != 0
      && !within_limit (server, request, RATE_CREDENTIALS, error))
    return FALSE;
  if ((request->match.route->flags & ROUTE_ARRIVAL) != 0
      && !within_limit (server, request, RATE_ARRIVALS, error))
    return FALSE;
  if (exchange->upgrade && !check_socket_origin (server, request, error))
    return FALSE;
  if (g_thread_pool_unprocessed (server->workers) < WAITING_MAX)
    return TRUE;
  problem_set (&problem, PROBLEM_UNAVAILABLE,
               _ ("The server is very busy. Try again in a moment."));
  problem_set_retry_after (problem, 1);
  g_propagate_error (error, problem);
  return FALSE;
}

/* The methods of the request's path, as Allow says them. */
static char *
allowed_methods (HttpServer *server, const Request *request)
{
  if (request->match.route == &server->upgrade_route)
    return g_strdup ("OPTIONS, GET");
  return route_table_allow (server->routes, request->path);
}

Reply *
admission_refusal (HttpServer *server, const Request *request, const GError *problem)
{
  gboolean page = request->match.route != NULL && page_is_wanted (request);
  Reply *reply = page ? server->services->problem_page (request, problem)
                      : reply_error (problem, request->id);

  if (problem_code (problem) == PROBLEM_METHOD_NOT_ALLOWED)
    {
      g_autofree char *allow = allowed_methods (server, request);

      reply_set_header (reply, "Allow", allow);
    }
  return reply;
}

Reply *
admission_preflight (HttpServer *server, const Request *request)
{
  g_autofree char *allow = allowed_methods (server, request);
  g_autoptr (GError) problem = NULL;
  Reply *reply;

  if (allow == NULL)
    {
      problem_set (&problem, PROBLEM_NOT_FOUND, _ ("There is nothing at this address."));
      return reply_error (problem, request->id);
    }
  reply = reply_empty (SOUP_STATUS_NO_CONTENT);
  reply_set_header (reply, "Allow", allow);
  reply_set_header (reply, "Access-Control-Allow-Methods", allow);
  reply_set_header (reply, "Access-Control-Allow-Headers",
                    "Authorization, Content-Type, Idempotency-Key, X-Request-Id");
  reply_set_header (reply, "Access-Control-Max-Age", PREFLIGHT_SECONDS);
  return reply;
}
