/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The log writer: JSON lines on standard error. */
#include "base/log.h"

#include "base/json.h"

#include <stdio.h>
#include <string.h>

static _Thread_local const char *current_request;

void
log_set_request (const char *request_id)
{
  current_request = request_id;
}

static const char *
level_name (GLogLevelFlags level)
{
  switch (level & G_LOG_LEVEL_MASK)
    {
    case G_LOG_LEVEL_ERROR:
      return "fatal";
    case G_LOG_LEVEL_CRITICAL:
      return "error";
    case G_LOG_LEVEL_WARNING:
      return "warning";
    case G_LOG_LEVEL_DEBUG:
      return "debug";
    default:
      return "info";
    }
}

/* 0 when there is no such level. */
static GLogLevelFlags
least_level (const char *name)
{
  if (strcmp (name, "debug") == 0)
    return G_LOG_LEVEL_DEBUG;
  if (strcmp (name, "info") == 0)
    return G_LOG_LEVEL_INFO;
  return strcmp (name, "warning") == 0 ? G_LOG_LEVEL_WARNING : 0;
}

gboolean
log_level_exists (const char *level)
{
  return least_level (level) != 0;
}

/* Structured fields of our own have lower-case names; GLib's have upper-case ones. */
static gboolean
is_own_field (const GLogField *field)
{
  return g_ascii_islower (field->key[0]) && field->length < 0;
}

static GLogWriterOutput
write_line (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer least)
{
  g_autoptr (GDateTime) now = NULL;
  g_autofree char *time = NULL;
  g_autoptr (GString) line = NULL;

  if ((guint) (level & G_LOG_LEVEL_MASK) > GPOINTER_TO_UINT (least))
    return G_LOG_WRITER_HANDLED;
  now = g_date_time_new_now_utc ();
  time = g_date_time_format (now, "%Y-%m-%dT%H:%M:%S.%fZ");
  line = g_string_new (NULL);
  g_string_append_printf (line, "{\"time\":\"%s\",\"level\":\"%s\"", time, level_name (level));
  if (current_request != NULL)
    {
      g_string_append (line, ",\"request_id\":");
      json_append_text (line, current_request);
    }
  for (gsize i = 0; i < n_fields; i++)
    {
      if (strcmp (fields[i].key, "MESSAGE") == 0)
        g_string_append (line, ",\"message\":");
      else if (strcmp (fields[i].key, "GLIB_DOMAIN") == 0)
        g_string_append (line, ",\"domain\":");
      else if (is_own_field (&fields[i]))
        g_string_append_printf (line, ",\"%s\":", fields[i].key);
      else
        continue;
      json_append_text (line, fields[i].value);
    }
  g_string_append (line, "}\n");
  /* One write for each line, so that lines of different threads never mix. */
  fwrite (line->str, 1, line->len, stderr);
  return G_LOG_WRITER_HANDLED;
}

void
log_start (const char *level)
{
  GLogLevelFlags least = level != NULL ? least_level (level) : G_LOG_LEVEL_INFO;

  g_log_set_writer_func (write_line, GUINT_TO_POINTER (least), NULL);
}
