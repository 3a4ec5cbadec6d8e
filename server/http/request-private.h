/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * How the server fills a request before a handler sees it. */
#pragma once

#include "http/route.h"

/* The headers that are kept. */
typedef enum
{
  REQUEST_ACCEPT,
  REQUEST_ACCEPT_ENCODING,
  REQUEST_ACCEPT_LANGUAGE,
  REQUEST_CONTENT_TYPE,
  REQUEST_COOKIE,
  REQUEST_HOST,
  REQUEST_IDEMPOTENCY_KEY,
  REQUEST_IF_NONE_MATCH,
  REQUEST_IF_RANGE,
  REQUEST_ORIGIN,
  REQUEST_RANGE,
  REQUEST_SEC_FETCH_SITE,
  REQUEST_USER_AGENT,
  REQUEST_HEADERS,
} RequestHeader;

struct Request
{
  const Services *services;
  Exchange *exchange;
  char *id;
  char *address;
  char *method;
  char *path; /* normalised, percent-encoded */
  GHashTable *query;
  char *headers[REQUEST_HEADERS];
  GBytes *body;
  RouteMatch match;
  Actor *actor;
};

/* The name of a kept header as it is sent. */
const char *request_header_name (RequestHeader header);

/* Frees what @request holds, not @request itself. */
void request_clear (Request *request);
