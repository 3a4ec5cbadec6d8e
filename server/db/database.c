/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * An outage under a lock, and the lines about it. */
#include "db/database.h"

#include "db/outage.h"

struct Database
{
  char *conninfo;
  GMutex mutex;
  Outage outage;
};

Database *
database_new (const char *conninfo)
{
  Database *database = g_new0 (Database, 1);

  database->conninfo = g_strdup (conninfo);
  g_mutex_init (&database->mutex);
  return database;
}

void
database_free (Database *database)
{
  if (database == NULL)
    return;
  g_mutex_clear (&database->mutex);
  g_free (database->conninfo);
  g_free (database);
}

const char *
database_conninfo (const Database *database)
{
  return database->conninfo;
}

/* Whole seconds that the outage lasts, or lasted. */
static gint64
seconds (const Outage *outage)
{
  return (g_get_monotonic_time () - outage->since) / G_USEC_PER_SEC;
}

void
database_note_success (Database *database)
{
  g_mutex_lock (&database->mutex);
  if (outage_end (&database->outage, g_get_monotonic_time ()))
    g_message ("the database answers again, after %" G_GINT64_FORMAT " s",
               seconds (&database->outage));
  g_mutex_unlock (&database->mutex);
}

void
database_note_failure (Database *database, gint64 opened, const char *reason)
{
  g_autofree char *line = g_strstrip (g_strdup (reason));

  g_mutex_lock (&database->mutex);
  if (outage_fail (&database->outage, opened, g_get_monotonic_time ()))
    g_warning ("the database does not answer, for %" G_GINT64_FORMAT " s now: %s",
               seconds (&database->outage), line);
  g_mutex_unlock (&database->mutex);
}
