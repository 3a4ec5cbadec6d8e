/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * A reply becomes what goes over the wire: the headers that every answer has, then its own. Main
 * loop only. */
#pragma once

#include "http/exchange.h"

/* Fills @exchange's message with @reply; libsoup sends it. */
void response_fill (const Exchange *exchange, const Reply *reply);

/* Fills in the headers alone that every answer has, for somebody else to answer. */
void response_fill_defaults (const Exchange *exchange);

/* Sends @reply at once, while the request still comes in, and ends our side of the connection.
 * libsoup cannot answer before it has read the whole body. */
void response_refuse (const Exchange *exchange, const Reply *reply);
