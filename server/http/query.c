/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Reading a query strictly: what cannot be read is refused, since a filter that is silently dropped
 * shows a person the wrong list. */
#include "http/query.h"

#include "base/problem.h"

#include <glib/gi18n.h>
#include <string.h>

/* Decodes @length bytes at @text; NULL when they are no text. */
static char *
decode (const char *text, gsize length)
{
  g_autofree char *spaced = g_strndup (text, length);
  g_autofree char *decoded = NULL;

  for (char *at = spaced; *at != '\0'; at++)
    {
      if (*at == '+')
        *at = ' ';
    }
  decoded = g_uri_unescape_string (spaced, NULL);
  if (decoded == NULL || !g_utf8_validate (decoded, -1, NULL))
    return NULL;
  return g_steal_pointer (&decoded);
}

static gboolean
read_parameter (GHashTable *parameters, const char *parameter)
{
  gsize name_length = strcspn (parameter, "=");
  const char *rest = parameter + name_length;
  g_autofree char *name = decode (parameter, name_length);
  g_autofree char *value = *rest == '=' ? decode (rest + 1, strlen (rest + 1)) : g_strdup ("");

  if (name == NULL || value == NULL)
    return FALSE;
  g_hash_table_replace (parameters, g_steal_pointer (&name), g_steal_pointer (&value));
  return g_hash_table_size (parameters) <= QUERY_PARAMETERS_MAX;
}

GHashTable *
query_parse (const char *query, GError **error)
{
  g_autoptr (GHashTable) parameters
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_auto (GStrv) parts = NULL;

  if (query != NULL && strlen (query) > QUERY_LENGTH_MAX)
    {
      problem_set (error, PROBLEM_BAD_REQUEST, _ ("The query of the address is too long."));
      return NULL;
    }
  parts = g_strsplit (query != NULL ? query : "", "&", -1);
  for (guint i = 0; parts[i] != NULL; i++)
    {
      if (*parts[i] != '\0' && !read_parameter (parameters, parts[i]))
        {
          problem_set (error, PROBLEM_BAD_REQUEST, _ ("The query of the address cannot be read."));
          return NULL;
        }
    }
  return g_steal_pointer (&parameters);
}
