/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Short pieces of work that wait for a disk or a store, so that neither the main loop nor a worker
 * does: a block of an upload, a block of a download. */
#pragma once

#include "http/server-private.h"

/* Runs on a thread of the pool, once. */
typedef void (*DiskTask) (gpointer data);

/* GFunc of the pool. */
void disk_run (gpointer data, gpointer user_data);

/* Queues @task. */
void disk_push (HttpServer *server, DiskTask task, gpointer data);
