/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Parameters in PostgreSQL's text form, arrays among them. */
#include "db/db.h"

DbParam
db_int (gint64 value)
{
  DbParam param = { 0 };

  g_snprintf (param.number, sizeof param.number, "%" G_GINT64_FORMAT, value);
  return param;
}

DbParam
db_bool (gboolean value)
{
  return (DbParam){ .text = value ? "t" : "f" };
}

DbParam
db_real (double value)
{
  DbParam param = { 0 };

  g_ascii_formatd (param.number, sizeof param.number, "%.9g", value);
  return param;
}

DbParam
db_text (const char *value)
{
  return (DbParam){ .text = value };
}

DbParam
db_null (void)
{
  return (DbParam){ 0 };
}

GString *
db_array_new (void)
{
  return g_string_new ("{");
}

static void
add_comma (GString *array)
{
  if (array->len > 1)
    g_string_append_c (array, ',');
}

void
db_array_add_int (GString *array, gint64 value)
{
  add_comma (array);
  g_string_append_printf (array, "%" G_GINT64_FORMAT, value);
}

void
db_array_add_text (GString *array, const char *value)
{
  add_comma (array);
  if (value == NULL)
    {
      g_string_append (array, "NULL");
      return;
    }
  g_string_append_c (array, '"');
  for (const char *c = value; *c != '\0'; c++)
    {
      if (*c == '"' || *c == '\\')
        g_string_append_c (array, '\\');
      g_string_append_c (array, *c);
    }
  g_string_append_c (array, '"');
}

const char *
db_array_close (GString *array)
{
  g_string_append_c (array, '}');
  return array->str;
}
