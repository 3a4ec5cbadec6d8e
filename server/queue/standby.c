/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The judgement of a shortage, and the job that looks at the departments one by one. What it does
 * twice has no effect: who was called stands in the database. */
#include "queue/standby.h"

#include "queue/place.h"

StandbyStep
standby_judge (const StandbyLoad *load)
{
  gint64 wait = MAX (load->waited, load->predicted);

  if (load->is_on && wait >= load->call_at)
    return STANDBY_CALL;
  if (!load->is_called || load->by_hand)
    return STANDBY_NOTHING;
  return !load->is_on || wait <= load->release_at ? STANDBY_RELEASE : STANDBY_NOTHING;
}

/* How long the last one in the lane of row @row waits, as likely more as less. */
static gint64
predict (const DbResult *rows, guint row)
{
  guint place = (guint) db_result_int (rows, row, "place");
  guint handovers = (guint) db_result_int (rows, row, "handovers");
  double seconds = db_result_real (rows, row, "seconds");

  if (place == 0 || handovers < PLACE_HANDOVERS_MIN || !(seconds > 0))
    return 0;
  return (gint64) MIN (place_quantile (place, handovers, seconds, 0.5), PLACE_WAIT_MAX);
}

/* Reads the rows of one department from @row on. Returns: the first row of the next one. */
static guint
read_load (const DbResult *rows, guint row, StandbyLoad *load)
{
  gint64 department = db_result_int (rows, row, "department");

  *load = (StandbyLoad){ .is_on = db_result_bool (rows, row, "is_on"),
                         .call_at = db_result_int (rows, row, "call_at"),
                         .release_at = db_result_int (rows, row, "release_at"),
                         .is_called = db_result_bool (rows, row, "is_called"),
                         .by_hand = db_result_bool (rows, row, "by_hand") };
  for (; row < db_result_rows (rows) && db_result_int (rows, row, "department") == department;
       row++)
    {
      load->waited = MAX (load->waited, db_result_int (rows, row, "waited"));
      load->predicted = MAX (load->predicted, predict (rows, row));
    }
  return row;
}

static gboolean
act (Db *db, gint64 department, const StandbyLoad *load, GError **error)
{
  StandbyStep step = standby_judge (load);
  gboolean has_waited = load->waited >= load->call_at;
  g_autoptr (DbResult) noted = NULL;
  g_autoptr (DbResult) done = NULL;

  if (load->is_called)
    {
      noted = db_run (db, "standby_note_joined", (DbParam[]){ db_int (department), DB_END }, error);
      if (noted == NULL)
        return FALSE;
    }
  if (step == STANDBY_NOTHING)
    return TRUE;
  if (step == STANDBY_CALL)
    done = db_run (db, "standby_call_in",
                   (DbParam[]){ db_int (department), db_text (has_waited ? "waited" : "predicted"),
                                db_int (has_waited ? load->waited : load->predicted), DB_END },
                   error);
  else
    done = db_run (db, "standby_release", (DbParam[]){ db_int (department), DB_END }, error);
  return done != NULL;
}

gboolean
standby_watch (Db *db, const char *name G_GNUC_UNUSED, GError **error)
{
  g_autoptr (DbResult) rows = db_run (db, "standby_lanes", (DbParam[]){ DB_END }, error);
  guint row = 0;

  if (rows == NULL)
    return FALSE;
  while (row < db_result_rows (rows))
    {
      gint64 department = db_result_int (rows, row, "department");
      StandbyLoad load;

      row = read_load (rows, row, &load);
      if (!act (db, department, &load, error))
        return FALSE;
    }
  return TRUE;
}
