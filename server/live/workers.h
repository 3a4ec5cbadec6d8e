/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * A few threads for what live sockets need from the database. Jobs of one lane run in their order,
 * so that what a socket said later never overtakes what it said before. */
#pragma once

#include "base/services.h"
#include "db/db.h"

typedef struct Workers Workers;

/* Runs on a worker thread. @db is NULL with @error when there is no database now. Frees @data. */
typedef void (*WorkersJob) (Db *db, const GError *error, gpointer data);

Workers *workers_new (const Services *services);

/* FALSE when too many jobs wait already: then @data stays the caller's. */
gboolean workers_put (Workers *workers, gint64 lane, WorkersJob job, gpointer data);

/* Runs what waits, then ends the threads. */
void workers_free (Workers *workers);
