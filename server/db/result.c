/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Reading the rows of a result by column name. */
#include "db/result.h"

#include <stdlib.h>

struct DbResult
{
  PGresult *rows;
};

DbResult *
db_result_new (PGresult *rows)
{
  DbResult *result = g_new (DbResult, 1);

  result->rows = rows;
  return result;
}

void
db_result_free (DbResult *result)
{
  if (result == NULL)
    return;
  PQclear (result->rows);
  g_free (result);
}

guint
db_result_rows (const DbResult *result)
{
  return (guint) PQntuples (result->rows);
}

/* The program names its own columns, so one that is not there is a mistake in the program. */
static int
column_index (const DbResult *result, const char *column)
{
  int index = PQfnumber (result->rows, column);

  if (index < 0)
    g_error ("a statement has no column “%s”", column);
  return index;
}

gboolean
db_result_has (const DbResult *result, const char *column)
{
  return PQfnumber (result->rows, column) >= 0;
}

gboolean
db_result_is_null (const DbResult *result, guint row, const char *column)
{
  return PQgetisnull (result->rows, (int) row, column_index (result, column));
}

const char *
db_result_text (const DbResult *result, guint row, const char *column)
{
  int index = column_index (result, column);

  if (PQgetisnull (result->rows, (int) row, index))
    return NULL;
  return PQgetvalue (result->rows, (int) row, index);
}

gint64
db_result_int (const DbResult *result, guint row, const char *column)
{
  const char *text = db_result_text (result, row, column);

  return text != NULL ? g_ascii_strtoll (text, NULL, 10) : 0;
}

gboolean
db_result_bool (const DbResult *result, guint row, const char *column)
{
  const char *text = db_result_text (result, row, column);

  return text != NULL && *text == 't';
}

double
db_result_real (const DbResult *result, guint row, const char *column)
{
  const char *text = db_result_text (result, row, column);

  return text != NULL ? g_ascii_strtod (text, NULL) : 0;
}
