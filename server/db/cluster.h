/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The embedded PostgreSQL: a private cluster under the data folder, run as our child, for everybody
 * who named no database. Only its own socket reaches it, and it lives as long as the server. */
#pragma once

#include <glib.h>

typedef struct _Cluster Cluster;

/**
 * cluster_open:
 * @data_dir: the server's data folder; made when absent
 * @error: (out): a message for a person: another server uses the folder (%G_IO_ERROR_BUSY), no
 *   PostgreSQL is installed or not the one that made the data, the folder cannot be reached
 *
 * Takes hold of the data folder (one server at a time) and creates the cluster when there is none:
 * `db/` holds the data, `run/` the socket, `postgresql.log` what PostgreSQL has to say.
 *
 * Returns: (transfer full): the cluster, not running yet; or %NULL
 */
Cluster *cluster_open (const char *data_dir, GError **error);

/**
 * cluster_start:
 * @cluster:
 * @error: (out): the end of PostgreSQL's own log
 *
 * Starts PostgreSQL and returns when it answers. What a killed server left running is stopped
 * first. From then on a PostgreSQL that dies is started again, as long as the default main context
 * runs. Call it from the main thread.
 *
 * Returns: whether it answers
 */
gboolean cluster_start (Cluster *cluster, GError **error);

/**
 * cluster_uri:
 * @cluster:
 *
 * Returns: what libpq connects with; the same for the whole life of @cluster
 */
const char *cluster_uri (const Cluster *cluster);

/**
 * cluster_find_uri:
 * @data_dir: the data folder of a server that runs, another process
 *
 * Returns: (transfer full): what libpq connects with to that server's PostgreSQL
 */
char *cluster_find_uri (const char *data_dir);

/**
 * cluster_stop:
 * @cluster:
 *
 * Ends every connection and stops PostgreSQL, cleanly, before it returns. Call it from the main
 * thread.
 */
void cluster_stop (Cluster *cluster);

/**
 * cluster_free:
 * @cluster: (transfer full): stopped when it still runs
 */
void cluster_free (Cluster *cluster);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Cluster, cluster_free)
