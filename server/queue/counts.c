/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Only names that need no escaping get into the JSON. */
#include "queue/counts.h"

#include <glib/gi18n.h>

#define NAME_PATTERN "\\A[a-z][a-z0-9_]{0,39}\\z"

const char *const queue_channels[] = { "chat", "portal", "email", "api", NULL };

static gboolean
is_known (const char *name, const char *const *names)
{
  if (names != NULL)
    return g_strv_contains (names, name);
  return g_regex_match_simple (NAME_PATTERN, name, 0, 0);
}

char *
counts_read (Arguments *arguments, const char *field, const char *const *names, gint64 min,
             gint64 max)
{
  g_autoptr (Arguments) counts = NULL;
  g_auto (GStrv) given = NULL;
  GString *json;

  if (!arguments_has (arguments, field))
    return NULL;
  counts = arguments_object (arguments, field, ARGUMENT_OPTIONAL);
  given = arguments_names (counts);
  json = g_string_new ("{");
  for (guint i = 0; given[i] != NULL; i++)
    {
      if (!is_known (given[i], names))
        arguments_refuse (counts, given[i], "unknown", _ ("There is nothing of this name."));
      else
        g_string_append_printf (json, "%s\"%s\":%" G_GINT64_FORMAT, json->len > 1 ? "," : "",
                                given[i],
                                arguments_int (counts, given[i], min, max, min, ARGUMENT_REQUIRED));
    }
  g_string_append_c (json, '}');
  return g_string_free (json, FALSE);
}
