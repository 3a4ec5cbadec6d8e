/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Structured logs: one JSON object a line on standard error, with the id of the request that caused
 * it. Rooms log with g_info(), g_warning() and friends; secrets are never given to them. */
#pragma once

#include <glib.h>

/* Whether @level is one of `debug`, `info` and `warning`. */
gboolean log_level_exists (const char *level);

/* Sets the process's log writer. @level: the least that is written; NULL is `info`. */
void log_start (const char *level);

/* Names the request that this thread works for until the next call; NULL for none. Borrowed. */
void log_set_request (const char *request_id);
