/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Scenarios that load the server over REST. */
#pragma once

#include "histogram.h"
#include "loop.h"
#include "options.h"

typedef struct
{
  double per_second;
  Histogram latency;
} RestFigures;

/**
 * rest_get:
 *
 * Asks for the path of @options over all its connections, with the first agent's token if there is
 * one. Any answer but 200 fails.
 */
gboolean rest_get (Loop *loop, const Options *options, RestFigures *figures, GError **error);

/**
 * rest_post_messages:
 *
 * Writes messages as the customers of @options. Any answer but 201 fails.
 */
gboolean rest_post_messages (Loop *loop, const Options *options, RestFigures *figures,
                             GError **error);
