/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * libpq's pipeline, for two statements. */
#include "db/trip.h"

#include <glib.h>

static void
send_statement (PGconn *connection, const TripStatement *statement)
{
  /* What cannot be sent has no result, which is noticed there. */
  PQsendQueryPrepared (connection, statement->name, statement->count, statement->values, NULL, NULL,
                       0);
}

/* The one result of a statement; a connection that is lost has none. */
static PGresult *
take_rows (PGconn *connection)
{
  PGresult *rows = PQgetResult (connection);

  for (PGresult *more = rows; more != NULL;)
    {
      more = PQgetResult (connection);
      PQclear (more);
    }
  return rows != NULL ? rows : PQmakeEmptyPGresult (connection, PGRES_FATAL_ERROR);
}

static gboolean
is_good (const PGresult *rows)
{
  ExecStatusType status = PQresultStatus (rows);

  return status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK;
}

PGresult *
trip_run (PGconn *connection, const TripStatement *first, const TripStatement *second)
{
  PGresult *first_rows, *second_rows;

  PQenterPipelineMode (connection);
  send_statement (connection, first);
  send_statement (connection, second);
  PQpipelineSync (connection);
  first_rows = take_rows (connection);
  second_rows = take_rows (connection);
  /* The end of the pipeline. */
  PQclear (PQgetResult (connection));
  PQexitPipelineMode (connection);
  if (is_good (first_rows))
    {
      PQclear (first_rows);
      return second_rows;
    }
  PQclear (second_rows);
  return first_rows;
}
