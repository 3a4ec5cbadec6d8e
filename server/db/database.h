/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The database as all connections share it: where it is, and whether it is away. Only this room
 * tells of an outage, once for everybody. */
#pragma once

#include <glib.h>

typedef struct Database Database;

/* @conninfo: what libpq connects with, a URL too. Connects to nothing. */
Database *database_new (const char *conninfo);

/* Every connection must have been freed. */
void database_free (Database *database);

const char *database_conninfo (const Database *database);

/* Says that a connection was opened, or that one failed for @reason that was open since @opened
 * (monotonic time; now for one that could not be opened). From any thread; logs what is news. */
void database_note_success (Database *database);
void database_note_failure (Database *database, gint64 opened, const char *reason);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Database, database_free)
