/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Inside the room: two prepared statements in one trip to the database. Without BEGIN they are one
 * transaction. */
#pragma once

#include <libpq-fe.h>

typedef struct
{
  const char *name;
  int count;
  const char *const *values;
} TripStatement;

/* Runs @first, and @second when that succeeded.
 * Returns: (transfer full): the rows of @second, or what failed. */
PGresult *trip_run (PGconn *connection, const TripStatement *first, const TripStatement *second);
