/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * What the files of the HTTP server share. */
#pragma once

#include "http/connections.h"
#include "http/exchange.h"
#include "http/listener.h"
#include "http/proxies.h"
#include "http/rate-limit.h"
#include "http/server.h"

struct HttpServer
{
  const Services *services;
  HttpAuthenticate authenticate;
  RouteTable *routes;
  Route upgrade_route; /* where sockets are opened; its path is NULL without any */
  HttpUpgrade upgrade;
  gpointer upgrade_data;
  int fd; /* the reserved address until the listener has it, else -1 */
  SoupServer *soup;
  Listener *listener;
  Connections *connections;
  Answers *answers;
  GThreadPool *workers;
  GThreadPool *slow; /* handlers of ROUTE_SLOW */
  GThreadPool *disk; /* see disk_push() */
  RateLimit *limit;
  Networks *proxies;
  guint running; /* exchanges that are not answered yet */
  guint uploads;
  GHashTable *uploaders; /* account → its uploads, while it has any */
  guint downloads;
};
