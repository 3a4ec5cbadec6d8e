/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Running handlers. */
#include "http/worker.h"

#include "base/config.h"
#include "base/log.h"
#include "base/metrics.h"
#include "base/problem.h"
#include "db/pool.h"
#include "http/page.h"
#include "http/upload.h"

#include <glib/gi18n.h>

/* Takes a token of the account's bucket of @class; FALSE with `rate_limited`. */
static gboolean
within_limit (HttpServer *server, const Actor *actor, RateClass class, GError **error)
{
  g_autofree char *key = NULL;
  GError *problem = NULL;
  guint wait;

  if (!server->services->config->rate_limit)
    return TRUE;
  key = g_strdup_printf ("%" G_GINT64_FORMAT, actor->user_id);
  wait = rate_limit_take (server->limit, class, key, g_get_monotonic_time ());
  if (wait == 0)
    return TRUE;
  metrics_count (server->services->metrics, METRIC_RATE_LIMITED, 1);
  problem_set (&problem, PROBLEM_RATE_LIMITED,
               ngettext ("Too many requests. Try again in %u second.",
                         "Too many requests. Try again in %u seconds.", wait),
               wait);
  problem_set_retry_after (problem, wait);
  g_propagate_error (error, problem);
  return FALSE;
}

/* Takes the token that a browser has for pages. A form does nothing by it that stands in somebody
 * else's page, and that one does not sign anybody in or out either. */
static gboolean
admit_browser (Exchange *exchange, GError **error)
{
  Request *request = &exchange->request;

  if (exchange->token != NULL || !page_is_wanted (request))
    return TRUE;
  if (!g_str_equal (request->match.route->method, "GET") && !page_check_origin (request, error))
    return FALSE;
  exchange->token = page_token (request);
  return TRUE;
}

/* Finds out who asks. On public routes a token that is not good means nobody: whoever signs in
 * again still holds the old one. */
static gboolean
authenticate (HttpServer *server, Db *db, Exchange *exchange, GError **error)
{
  Request *request = &exchange->request;
  gboolean public = request->match.route->permissions == PERMISSION_NONE;
  GError **where = public ? NULL : error;

  if (exchange->token != NULL && (db != NULL || !public))
    {
      request->actor = server->authenticate (db, server->services, exchange->token, where);
      if (request->actor == NULL)
        return public;
      return within_limit (server, request->actor, RATE_ACCOUNT, error);
    }
  if (!public)
    problem_set (error, PROBLEM_UNAUTHENTICATED, _ ("Sign in, then try again."));
  return public;
}

static gboolean
may (const Request *request, GError **error)
{
  if ((request->match.route->flags & ROUTE_PERSON) != 0 && request->actor->is_key)
    {
      problem_set (error, PROBLEM_FORBIDDEN, _ ("An API key cannot do this. Sign in yourself."));
      return FALSE;
    }
  if (actor_may (request->actor, request->match.route->permissions))
    return TRUE;
  actor_refuse (request->actor, error);
  return FALSE;
}

/* Returns: (transfer full): the answer; NULL with @error, or without for a handshake that may go
 * on. */
static Reply *
answer (HttpServer *server, Db *db, Exchange *exchange, GError **error)
{
  Request *request = &exchange->request;

  if (!admit_browser (exchange, error) || !authenticate (server, db, exchange, error)
      || !may (request, error) || exchange->upgrade)
    return NULL;
  if (exchange->upload != NULL)
    {
      if (within_limit (server, request->actor, RATE_UPLOADS, error))
        upload_admit (exchange->upload, db, error);
      return NULL;
    }
  request_work_for (request);
  return request->match.route->handler (db, request, error);
}

static Reply *
answer_with_database (HttpServer *server, Exchange *exchange, GError **error)
{
  DbPool *pool = server->services->pool;
  Db *db = db_pool_take (pool, error);
  Reply *reply;

  if (db == NULL)
    return NULL;
  reply = answer (server, db, exchange, error);
  db_pool_give (pool, db);
  return reply;
}

/* The answer to what went wrong, as a page where one was wanted. */
static Reply *
reply_problem (HttpServer *server, const Request *request, const GError *problem)
{
  if (problem_code (problem) == PROBLEM_INTERNAL)
    g_warning ("%s: %s", request->match.route->path, problem->message);
  if (page_is_wanted (request))
    return server->services->problem_page (request, problem);
  return reply_error (problem, request->id);
}

/* Finds out who asks, then lets the handler wait without a connection. */
static Reply *
answer_slowly (HttpServer *server, Exchange *exchange, GError **error)
{
  DbPool *pool = server->services->pool;
  Db *db = db_pool_take (pool, error);
  gboolean good;

  if (db == NULL)
    return NULL;
  good = authenticate (server, db, exchange, error) && may (&exchange->request, error);
  db_pool_give (pool, db);
  if (!good)
    return NULL;
  request_work_for (&exchange->request);
  return exchange->request.match.route->handler (NULL, &exchange->request, error);
}

/* What came is whole: its sender was asked before. */
static Reply *
answer_upload (Exchange *exchange, GError **error)
{
  if (!upload_finish (exchange->upload, error))
    return NULL;
  request_work_for (&exchange->request);
  return exchange->request.match.route->handler (NULL, &exchange->request, error);
}

static Reply *
find_answer (HttpServer *server, Exchange *exchange, GError **error)
{
  RouteFlags flags = exchange->request.match.route->flags;

  if (exchange->upload != NULL && upload_is_begun (exchange->upload))
    return answer_upload (exchange, error);
  if ((flags & ROUTE_NO_DATABASE) != 0)
    return answer (server, NULL, exchange, error);
  if ((flags & ROUTE_SLOW) != 0 && exchange->upload == NULL)
    return answer_slowly (server, exchange, error);
  return answer_with_database (server, exchange, error);
}

void
worker_run (gpointer data, gpointer user_data)
{
  HttpServer *server = user_data;
  g_autoptr (Exchange) exchange = exchange_ref (data);
  g_autoptr (GError) problem = NULL;
  Reply *reply;

  log_set_request (exchange->request.id);
  reply = find_answer (server, exchange, &problem);
  if (problem != NULL)
    reply = reply_problem (server, &exchange->request, problem);
  if (reply != REPLY_LATER)
    exchange_finish (exchange, reply);
  request_work_for (NULL);
}
