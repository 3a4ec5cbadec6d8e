/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Named statements: how a file is read, what is refused, and that the files of all rooms are
 * whole. */
#include "base/problem.h"
#include "db/db.h"
#include "db/queries.h"

#include <glib.h>

static void
test_parse (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) queries
      = queries_parse ("-- a file\n\n-- name: one\n-- says what\nSELECT 1\n  FROM t;\n"
                       "\n-- name: two\nSELECT 2;\n",
                       "test.sql", &error);

  g_assert_no_error (error);
  g_assert_cmpuint (queries->len, ==, 2);
  g_assert_cmpstr (((Query *) queries->pdata[0])->name, ==, "one");
  g_assert_cmpstr (((Query *) queries->pdata[0])->sql, ==, "SELECT 1\n  FROM t");
  g_assert_cmpstr (((Query *) queries->pdata[1])->sql, ==, "SELECT 2");
}

static void
test_refusals (void)
{
  static const char *const wrong[]
      = { "-- name: a\nSELECT 1;\n-- name: a\nSELECT 2;\n", "-- name: a\nSELECT 1\n" };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (queries_parse (wrong[i], "test.sql", &error));
      g_assert_nonnull (error);
      g_assert_nonnull (strstr (error->message, "test.sql"));
    }
}

static void
test_all_rooms (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) queries = queries_load ("/deskbell/sql", &error);

  g_assert_no_error (error);
  g_assert_cmpuint (queries->len, >, 20);
}

static void
test_array (void)
{
  g_autoptr (GString) array = db_array_new ();

  db_array_add_text (array, "plain");
  db_array_add_text (array, "a \"quote\", a \\ and a {");
  db_array_add_text (array, NULL);
  db_array_add_int (array, -7);
  g_assert_cmpstr (db_array_close (array), ==,
                   "{\"plain\",\"a \\\"quote\\\", a \\\\ and a {\",NULL,-7}");
}

static void
test_problems (void)
{
  for (ProblemCode code = 0; code <= PROBLEM_UNAVAILABLE; code++)
    {
      ProblemCode found;

      g_assert_true (problem_from_slug (problem_slug (code), &found));
      g_assert_cmpint (found, ==, code);
      g_assert_cmpuint (problem_status (code), >=, 400);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/queries/parse", test_parse);
  g_test_add_func ("/queries/refusals", test_refusals);
  g_test_add_func ("/queries/all-rooms", test_all_rooms);
  g_test_add_func ("/db/array", test_array);
  g_test_add_func ("/problems/table", test_problems);
  return g_test_run ();
}
