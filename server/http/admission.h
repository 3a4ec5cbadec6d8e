/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Whether a worker may have a request, which the main loop decides without the database. */
#pragma once

#include "http/server-private.h"

/* Finds the route and the query of the request of @exchange, and takes what it costs from the
 * limits.
 * Returns: FALSE with a problem for the sender. */
gboolean admission_judge (HttpServer *server, Exchange *exchange, GError **error);

/* The answer that says @problem: a page where a browser asked for one.
 * Returns: (transfer full). */
Reply *admission_refusal (HttpServer *server, const Request *request, const GError *problem);

/* The answer to OPTIONS: what a browser asks before it lets a page of another origin call the API.
 * Returns: (transfer full). */
Reply *admission_preflight (HttpServer *server, const Request *request);
