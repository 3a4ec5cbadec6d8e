/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The worker threads' side of a request: a connection, the account, the permission, the handler. */
#pragma once

#include "http/server-private.h"

/* GFunc of the thread pool: @data is the Exchange, @user_data the HttpServer. */
void worker_run (gpointer data, gpointer user_data);
