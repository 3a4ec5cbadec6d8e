/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Reading ranges. */
#include "http/range.h"

#include <string.h>

#define UNIT "bytes="

/* `500-`: from there on; `500-999`: both included; `-500`: the last ones. */
static gboolean
read_ends (const char *text, guint64 size, guint64 *from, guint64 *to)
{
  g_auto (GStrv) ends = g_strsplit (text, "-", -1);
  guint64 last = 0;

  if (g_strv_length (ends) != 2 || (*ends[0] == '\0' && *ends[1] == '\0')
      || (*ends[0] != '\0' && !g_ascii_string_to_unsigned (ends[0], 10, 0, G_MAXINT64, from, NULL))
      || (*ends[1] != '\0'
          && !g_ascii_string_to_unsigned (ends[1], 10, 0, G_MAXINT64, &last, NULL)))
    return FALSE;
  if (*ends[0] == '\0')
    {
      *from = size - MIN (last, size);
      return TRUE;
    }
  if (*ends[1] != '\0')
    *to = MIN (size, last + 1);
  return *ends[1] == '\0' || last >= *from;
}

RangeVerdict
range_read (const char *header, guint64 size, guint64 *from, guint64 *to)
{
  *from = 0;
  *to = size;
  if (header == NULL || g_ascii_strncasecmp (header, UNIT, strlen (UNIT)) != 0
      || !read_ends (header + strlen (UNIT), size, from, to))
    {
      *from = 0;
      *to = size;
      return RANGE_WHOLE;
    }
  return *from < size ? RANGE_PART : RANGE_UNSATISFIABLE;
}
