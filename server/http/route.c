/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The table of routes as a tree with a level for each segment, so that finding a line takes as
 * long as its path and not as the table. Pure: it knows no connection and no message. */
#include "http/route.h"

#include "base/ids.h"
#include "base/problem.h"

#include <glib/gi18n.h>
#include <string.h>

typedef struct Node Node;

struct Node
{
  GHashTable *texts; /* segment → Node */
  Node *id; /* what comes under `{name}` */
  Node *code; /* what comes under `{name:code}` */
  Node *rest; /* what `{name*}` stands for */
  GPtrArray *routes; /* the lines that end here */
};

struct RouteTable
{
  Node *root;
};

static void
node_free (gpointer data)
{
  Node *node = data;

  if (node == NULL)
    return;
  g_hash_table_unref (node->texts);
  node_free (node->id);
  node_free (node->code);
  node_free (node->rest);
  g_ptr_array_unref (node->routes);
  g_free (node);
}

static Node *
node_new (void)
{
  Node *node = g_new0 (Node, 1);

  node->texts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, node_free);
  node->routes = g_ptr_array_new ();
  return node;
}

/* Where under @node the variable @segment leads. */
static Node **
find_place (Node *node, const char *segment)
{
  if (g_str_has_suffix (segment, "*}"))
    return &node->rest;
  return g_str_has_suffix (segment, ":code}") ? &node->code : &node->id;
}

/* The node for @segment under @node, made when there is none yet. */
static Node *
grow (Node *node, const char *segment)
{
  Node *child;

  if (*segment == '{')
    {
      Node **place = find_place (node, segment);

      if (*place == NULL)
        *place = node_new ();
      return *place;
    }
  child = g_hash_table_lookup (node->texts, segment);
  if (child == NULL)
    {
      child = node_new ();
      g_hash_table_insert (node->texts, g_strdup (segment), child);
    }
  return child;
}

static void
add_route (RouteTable *table, const Route *route, const char *path)
{
  g_auto (GStrv) segments = g_strsplit (path, "/", -1);
  Node *node = table->root;

  for (guint i = 1; segments[i] != NULL; i++)
    node = grow (node, segments[i]);
  g_ptr_array_add (node->routes, (gpointer) route);
}

/* @path with a slash more at its end, or with one less. */
static char *
turn_ending (const char *path)
{
  if (g_str_has_suffix (path, "/"))
    return g_strndup (path, strlen (path) - 1);
  return g_strconcat (path, "/", NULL);
}

RouteTable *
route_table_new (const Route *routes)
{
  RouteTable *table = g_new0 (RouteTable, 1);

  table->root = node_new ();
  for (const Route *route = routes; route->method != NULL; route++)
    {
      add_route (table, route, route->path);
      if ((route->flags & ROUTE_SLASH) != 0)
        {
          g_autofree char *turned = turn_ending (route->path);

          add_route (table, route, turned);
        }
    }
  return table;
}

void
route_table_free (RouteTable *table)
{
  if (table == NULL)
    return;
  node_free (table->root);
  g_free (table);
}

static gboolean
read_id (const char *segment, gint64 *id)
{
  return *segment >= '1' && *segment <= '9'
         && g_ascii_string_to_signed (segment, 10, 1, G_MAXINT64, id, NULL);
}

static const Node *find (const Node *node, const char *at, guint depth, RouteMatch *match);

/* Goes on below @child after a segment that ended at @end. */
static const Node *
descend (const Node *child, const char *end, guint depth, RouteMatch *match)
{
  if (child == NULL)
    return NULL;
  if (*end == '/')
    return find (child, end + 1, depth, match);
  return child->routes->len > 0 ? child : NULL;
}

/* Finds the node for the segments from @at on; @depth counts the integers before. */
static const Node *
find (const Node *node, const char *at, guint depth, RouteMatch *match)
{
  gsize length = strcspn (at, "/");
  g_autofree char *segment = g_strndup (at, length);
  const Node *found;

  found = descend (g_hash_table_lookup (node->texts, segment), at + length, depth, match);
  if (found == NULL && node->id != NULL && depth < ROUTE_IDS_MAX
      && read_id (segment, &match->ids[depth]))
    found = descend (node->id, at + length, depth + 1, match);
  if (found == NULL && node->code != NULL && depth < ROUTE_IDS_MAX
      && id_from_code (segment, &match->ids[depth]))
    found = descend (node->code, at + length, depth + 1, match);
  if (found == NULL && node->rest != NULL)
    {
      match->rest = at;
      found = node->rest;
    }
  return found;
}

static const Node *
find_path (const RouteTable *table, const char *path, RouteMatch *match)
{
  *match = (RouteMatch){ 0 };
  return *path == '/' ? find (table->root, path + 1, 0, match) : NULL;
}

gboolean
route_table_match (const RouteTable *table, const char *method, const char *path, RouteMatch *match,
                   GError **error)
{
  const Node *node = find_path (table, path, match);
  const char *served = strcmp (method, "HEAD") == 0 ? "GET" : method;

  if (node == NULL)
    {
      problem_set (error, PROBLEM_NOT_FOUND, _ ("There is nothing at this address."));
      return FALSE;
    }
  for (guint i = 0; i < node->routes->len; i++)
    {
      const Route *route = g_ptr_array_index (node->routes, i);

      if (strcmp (route->method, served) == 0)
        {
          match->route = route;
          return TRUE;
        }
    }
  problem_set (error, PROBLEM_METHOD_NOT_ALLOWED,
               _ ("This address does not take the method that was used."));
  return FALSE;
}

char *
route_table_allow (const RouteTable *table, const char *path)
{
  RouteMatch match;
  const Node *node = find_path (table, path, &match);
  GString *allow;

  if (node == NULL)
    return NULL;
  allow = g_string_new ("OPTIONS");
  for (guint i = 0; i < node->routes->len; i++)
    {
      const Route *route = g_ptr_array_index (node->routes, i);

      g_string_append_printf (allow, ", %s", route->method);
      if (strcmp (route->method, "GET") == 0)
        g_string_append (allow, ", HEAD");
    }
  return g_string_free (allow, FALSE);
}

gint64
route_match_id (const RouteMatch *match, const char *name)
{
  gsize length = strlen (name);
  guint index = 0;

  for (const char *at = strchr (match->route->path, '{'); at != NULL && index < ROUTE_IDS_MAX;
       at = strchr (at + 1, '{'), index++)
    {
      if (strncmp (at + 1, name, length) == 0 && strchr (":}", at[length + 1]) != NULL)
        return match->ids[index];
    }
  g_return_val_if_reached (0);
}
