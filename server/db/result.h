/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Inside the room: how a DbResult is made. Everybody else reads it through db.h. */
#pragma once

#include "db/db.h"

#include <libpq-fe.h>

/* Takes @rows over. Returns: (transfer full). */
DbResult *db_result_new (PGresult *rows);

/* Turns a failed @rows into a problem: what the other side did wrong by constraint name, what is
 * the database's trouble into `unavailable`, everything else into `internal`; the latter two with a
 * log line, unless the connection is lost, of which its owner tells. @name is the statement's. */
void db_problem (const PGresult *rows, PGconn *connection, const char *name, GError **error);

/* Sends PostgreSQL's notices (a truncated name, a table that is there already) to the log; without
 * it libpq prints them. */
void db_log_notices (PGconn *connection);
