/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Finding the line of the table for a path, and reading its query. */
#include "base/ids.h"
#include "base/problem.h"
#include "http/query.h"
#include "http/route.h"

static const Route routes[] = {
  { .method = "GET", .path = "/" },
  { .method = "GET", .path = "/widget.js" },
  { .method = "GET", .path = "/demo/{file*}" },
  { .method = "GET", .path = "/api/v1/tickets" },
  { .method = "POST", .path = "/api/v1/tickets" },
  { .method = "GET", .path = "/api/v1/tickets/mine" },
  { .method = "GET", .path = "/api/v1/tickets/{id}" },
  { .method = "PUT", .path = "/api/v1/tickets/{id}/status" },
  { .method = "DELETE", .path = "/api/v1/tickets/{id}/tags/{tag}" },
  { .method = "GET", .path = "/chat", .flags = ROUTE_SLASH },
  { .method = "GET", .path = "/talk/{id:code}/messages/", .flags = ROUTE_SLASH },
  { .method = NULL },
};

/* The path of the line for @method @path, or the problem's name. */
static const char *
look_up (const char *method, const char *path)
{
  RouteTable *table = route_table_new (routes);
  g_autoptr (GError) error = NULL;
  RouteMatch match;
  const char *found;

  if (route_table_match (table, method, path, &match, &error))
    found = match.route->path;
  else
    found = problem_slug (problem_code (error));
  route_table_free (table);
  return found;
}

static void
test_finds (void)
{
  g_assert_cmpstr (look_up ("GET", "/"), ==, "/");
  g_assert_cmpstr (look_up ("GET", "/widget.js"), ==, "/widget.js");
  g_assert_cmpstr (look_up ("GET", "/api/v1/tickets"), ==, "/api/v1/tickets");
  g_assert_cmpstr (look_up ("HEAD", "/api/v1/tickets"), ==, "/api/v1/tickets");
  g_assert_cmpstr (look_up ("GET", "/api/v1/tickets/42"), ==, "/api/v1/tickets/{id}");
  g_assert_cmpstr (look_up ("GET", "/api/v1/tickets/mine"), ==, "/api/v1/tickets/mine");
  g_assert_cmpstr (look_up ("PUT", "/api/v1/tickets/1/status"), ==, "/api/v1/tickets/{id}/status");
  g_assert_cmpstr (look_up ("GET", "/demo/"), ==, "/demo/{file*}");
  g_assert_cmpstr (look_up ("GET", "/demo/a/b.css"), ==, "/demo/{file*}");
}

static void
test_ending (void)
{
  static const char messages[] = "/talk/{id:code}/messages/";

  g_assert_cmpstr (look_up ("GET", "/chat"), ==, "/chat");
  g_assert_cmpstr (look_up ("GET", "/chat/"), ==, "/chat");
  g_assert_cmpstr (look_up ("GET", "/chat//"), ==, "not_found");
  g_assert_cmpstr (look_up ("GET", "/talk/CONV-001/messages/"), ==, messages);
  g_assert_cmpstr (look_up ("GET", "/talk/CONV-001/messages"), ==, messages);
  g_assert_cmpstr (look_up ("GET", "/talk/1/messages"), ==, "not_found");
  g_assert_cmpstr (look_up ("GET", "/talk/CONV-1/messages"), ==, "not_found");
}

/* Every code is one id's, and leads back to it. */
static void
test_codes (void)
{
  static const gint64 ids[] = { 1, 31, 32, 42, 32767, 32768, 1048576, G_MAXINT32, G_MAXINT64 };
  static const char *const none[] = { "",
                                      "CONV-",
                                      "CONV-000",
                                      "CONV-0001",
                                      "CONV-01",
                                      "CONV-00I",
                                      "CONV-00a",
                                      "conv-001",
                                      "CONV-001 ",
                                      "CONV-8000000000000",
                                      "CONV-00000000000001" };
  gint64 id;

  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      g_autofree char *code = id_to_code (ids[i]);

      g_assert_true (id_from_code (code, &id));
      g_assert_cmpint (id, ==, ids[i]);
    }
  for (guint i = 0; i < G_N_ELEMENTS (none); i++)
    g_assert_false (id_from_code (none[i], &id));
}

static void
test_not_found (void)
{
  static const char *const paths[] = {
    "",
    "*",
    "/nothing",
    "/demo",
    "//",
    "/api/v1",
    "/api/v1/tickets/",
    "/api//v1/tickets",
    "/api/v1/tickets/0",
    "/api/v1/tickets/-1",
    "/api/v1/tickets/+1",
    "/api/v1/tickets/01",
    "/api/v1/tickets/1.0",
    "/api/v1/tickets/1e3",
    "/api/v1/tickets/x",
    "/api/v1/tickets/%31",
    "/api/v1/tickets/9223372036854775808",
    "/api/v1/tickets/1/nothing",
    "/api/v1/tickets/1/status/",
    "/api/v1/tickets/mine/status",
    "/API/v1/tickets",
  };

  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      if (g_strcmp0 (look_up ("GET", paths[i]), "not_found") != 0)
        g_error ("found: %s", paths[i]);
    }
}

static void
test_methods (void)
{
  RouteTable *table = route_table_new (routes);
  g_autofree char *tickets = route_table_allow (table, "/api/v1/tickets");
  g_autofree char *status = route_table_allow (table, "/api/v1/tickets/3/status");

  g_assert_cmpstr (look_up ("DELETE", "/api/v1/tickets"), ==, "method_not_allowed");
  g_assert_cmpstr (look_up ("HEAD", "/api/v1/tickets/3/status"), ==, "method_not_allowed");
  g_assert_cmpstr (look_up ("get", "/api/v1/tickets"), ==, "method_not_allowed");
  g_assert_cmpstr (tickets, ==, "OPTIONS, GET, HEAD, POST");
  g_assert_cmpstr (status, ==, "OPTIONS, PUT");
  g_assert_null (route_table_allow (table, "/nothing"));
  route_table_free (table);
}

static void
test_values (void)
{
  RouteTable *table = route_table_new (routes);
  RouteMatch match;

  g_assert_true (route_table_match (table, "DELETE", "/api/v1/tickets/9223372036854775807/tags/5",
                                    &match, NULL));
  g_assert_cmpint (route_match_id (&match, "id"), ==, G_MAXINT64);
  g_assert_cmpint (route_match_id (&match, "tag"), ==, 5);
  g_assert_null (match.rest);
  g_assert_true (route_table_match (table, "GET", "/talk/CONV-01A/messages", &match, NULL));
  g_assert_cmpint (route_match_id (&match, "id"), ==, 42);
  g_assert_true (route_table_match (table, "GET", "/demo/a/b.css", &match, NULL));
  g_assert_cmpstr (match.rest, ==, "a/b.css");
  g_assert_true (route_table_match (table, "GET", "/demo/", &match, NULL));
  g_assert_cmpstr (match.rest, ==, "");
  route_table_free (table);
}

static void
test_query (void)
{
  g_autoptr (GHashTable) empty = query_parse (NULL, NULL);
  g_autoptr (GHashTable) query
      = query_parse ("limit=5&q=a%20b+c&flag&&name=%C3%A9&limit=6&x=a=b", NULL);

  g_assert_cmpuint (g_hash_table_size (empty), ==, 0);
  g_assert_cmpuint (g_hash_table_size (query), ==, 5);
  g_assert_cmpstr (g_hash_table_lookup (query, "limit"), ==, "6");
  g_assert_cmpstr (g_hash_table_lookup (query, "q"), ==, "a b c");
  g_assert_cmpstr (g_hash_table_lookup (query, "flag"), ==, "");
  g_assert_cmpstr (g_hash_table_lookup (query, "name"), ==, "\u00e9");
  g_assert_cmpstr (g_hash_table_lookup (query, "x"), ==, "a=b");
}

static void
test_query_refused (void)
{
  g_autofree char *long_query = g_strnfill (QUERY_LENGTH_MAX + 1, 'a');
  g_autoptr (GString) many = g_string_new (NULL);
  const char *const queries[]
      = { "a=%", "a=%2", "a=%zz", "%00", "a=%00b", "a=%ff", "a=%c0%af", "a=%ed%a0%80" };

  for (guint i = 0; i < G_N_ELEMENTS (queries); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (query_parse (queries[i], &error));
      g_assert_error (error, PROBLEM, PROBLEM_BAD_REQUEST);
    }
  for (guint i = 0; i <= QUERY_PARAMETERS_MAX; i++)
    g_string_append_printf (many, "&p%u=1", i);
  g_assert_null (query_parse (long_query, NULL));
  g_assert_null (query_parse (many->str, NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/route/finds", test_finds);
  g_test_add_func ("/route/ending", test_ending);
  g_test_add_func ("/route/codes", test_codes);
  g_test_add_func ("/route/not-found", test_not_found);
  g_test_add_func ("/route/methods", test_methods);
  g_test_add_func ("/route/values", test_values);
  g_test_add_func ("/route/query", test_query);
  g_test_add_func ("/route/query-refused", test_query_refused);
  return g_test_run ();
}
