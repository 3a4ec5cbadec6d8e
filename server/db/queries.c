/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Reading named statements. */
#include "db/queries.h"

#include "base/problem.h"

#include <gio/gio.h>
#include <string.h>

#define MARK "-- name:"

static void
query_free (gpointer data)
{
  Query *query = data;

  g_free (query->name);
  g_free (query->sql);
  g_free (query);
}

static gboolean
is_taken (const GPtrArray *queries, const char *name)
{
  for (guint i = 0; i < queries->len; i++)
    {
      const Query *query = g_ptr_array_index (queries, i);

      if (strcmp (query->name, name) == 0)
        return TRUE;
    }
  return FALSE;
}

/* Comments are for readers; PostgreSQL keeps the text of every prepared statement, so they stay
 * here. */
static void
append_line (GString *sql, const char *line)
{
  const char *start = line;

  while (g_ascii_isspace (*start))
    start++;
  if (*start != '\0' && !g_str_has_prefix (start, "--"))
    g_string_append_printf (sql, "%s\n", line);
}

GPtrArray *
queries_parse (const char *text, const char *path, GError **error)
{
  g_autoptr (GPtrArray) queries = g_ptr_array_new_with_free_func (query_free);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_autoptr (GString) sql = NULL;

  for (guint i = 0; lines[i] != NULL; i++)
    {
      if (g_str_has_prefix (lines[i], MARK))
        {
          g_autofree char *name = g_strstrip (g_strdup (lines[i] + strlen (MARK)));
          Query *query;

          if (is_taken (queries, name))
            {
              problem_set (error, PROBLEM_INTERNAL, "%s:%u: statement “%s” stands here twice", path,
                           i + 1, name);
              return NULL;
            }
          query = g_new0 (Query, 1);
          query->name = g_steal_pointer (&name);
          g_ptr_array_add (queries, query);
          if (sql != NULL)
            g_string_free (sql, TRUE);
          sql = g_string_new (NULL);
          continue;
        }
      if (sql == NULL)
        continue;
      append_line (sql, lines[i]);
      if (g_str_has_suffix (g_strchomp (lines[i]), ";"))
        {
          Query *query = g_ptr_array_index (queries, queries->len - 1);

          g_string_truncate (sql, sql->len - 2);
          query->sql = g_string_free (g_steal_pointer (&sql), FALSE);
        }
    }
  if (sql != NULL)
    {
      problem_set (error, PROBLEM_INTERNAL, "%s: the last statement does not end with “;”", path);
      return NULL;
    }
  return g_steal_pointer (&queries);
}

static gboolean
load_file (const char *path, GPtrArray *queries, GError **error)
{
  g_autoptr (GBytes) bytes = g_resources_lookup_data (path, G_RESOURCE_LOOKUP_FLAGS_NONE, error);
  g_autoptr (GPtrArray) found = NULL;

  if (bytes == NULL)
    return FALSE;
  found = queries_parse (g_bytes_get_data (bytes, NULL), path, error);
  if (found == NULL)
    return FALSE;
  for (guint i = 0; i < found->len; i++)
    {
      const Query *query = g_ptr_array_index (found, i);

      if (is_taken (queries, query->name))
        {
          problem_set (error, PROBLEM_INTERNAL, "%s: another file has a statement “%s” too", path,
                       query->name);
          return FALSE;
        }
    }
  g_ptr_array_extend_and_steal (queries, g_steal_pointer (&found));
  return TRUE;
}

/* @folder ends with a slash, as those below it do in their lists. */
static gboolean
load_folder (const char *folder, GPtrArray *queries, GError **error)
{
  g_auto (GStrv) names = g_resources_enumerate_children (folder, 0, error);

  if (names == NULL)
    return FALSE;
  for (guint i = 0; names[i] != NULL; i++)
    {
      g_autofree char *path = g_strconcat (folder, names[i], NULL);
      gboolean is_loaded = g_str_has_suffix (path, "/") ? load_folder (path, queries, error)
                                                        : load_file (path, queries, error);

      if (!is_loaded)
        return FALSE;
    }
  return TRUE;
}

GPtrArray *
queries_load (const char *folder, GError **error)
{
  g_autoptr (GPtrArray) queries = g_ptr_array_new_with_free_func (query_free);
  g_autofree char *top = g_strconcat (folder, "/", NULL);

  return load_folder (top, queries, error) ? g_steal_pointer (&queries) : NULL;
}
