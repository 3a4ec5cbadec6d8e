/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The command `serve`, and what every command that needs the database starts with. */
#pragma once

#include "base/config.h"
#include "db/cluster.h"
#include "db/database.h"

/* The database of @config, ready and migrated: the given one, or the embedded one started as a
 * child.
 * @cluster gets the embedded one (transfer full) or NULL; stop it when done.
 * Returns: (transfer full): NULL with @error. */
Database *serve_open_database (const Config *config, Cluster **cluster, GError **error);

/* Serves until SIGINT, SIGTERM or, when the terminal is closed, SIGHUP. FALSE with @error when it
 * could not start. */
gboolean serve (const Config *config, GError **error);
