/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The address of a request: its path against THE table of routes, and the arguments behind the
 * question mark. */
#include "fuzz.h"

#include "http/query.h"
#include "http/route.h"
#include "routes.h"

#include <string.h>

static const RouteTable *
table (void)
{
  static gsize made = 0;

  if (g_once_init_enter (&made))
    g_once_init_leave (&made, (gsize) route_table_new (routes));
  return (const RouteTable *) made;
}

static void
check_query (const char *query)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GHashTable) parameters = query_parse (query, &error);
  GHashTableIter iter;
  gpointer name, value;

  g_assert_true ((parameters != NULL) == (error == NULL));
  if (parameters == NULL)
    return;
  g_assert_cmpuint (g_hash_table_size (parameters), <=, QUERY_PARAMETERS_MAX);
  g_hash_table_iter_init (&iter, parameters);
  while (g_hash_table_iter_next (&iter, &name, &value))
    g_assert_true (g_utf8_validate (name, -1, NULL) && g_utf8_validate (value, -1, NULL));
}

static void
check_path (const char *method, const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *allowed = route_table_allow (table (), path);
  RouteMatch match = { 0 };

  if (!route_table_match (table (), method, path, &match, &error))
    {
      g_assert_nonnull (error);
      return;
    }
  g_assert_nonnull (match.route);
  g_assert_nonnull (allowed);
  for (guint i = 0; i < ROUTE_IDS_MAX; i++)
    g_assert_cmpint (match.ids[i], >=, 0);
  if (match.rest != NULL)
    g_assert_true (match.rest >= path && match.rest <= path + strlen (path));
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  static const char *const methods[] = { "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD" };
  FuzzInput input = { data, size };
  const char *method = methods[fuzz_byte (&input) % G_N_ELEMENTS (methods)];
  g_autofree char *path = fuzz_rest (&input);
  char *query = strchr (path, '?');

  if (query != NULL)
    {
      *query = '\0';
      check_query (query + 1);
    }
  check_path (method, path);
  return 0;
}
