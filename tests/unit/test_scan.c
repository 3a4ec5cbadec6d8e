/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * What the virus scanner says in the end, also where it says it badly. */
#include "base/problem.h"
#include "storage/scan.h"

static void
test_clean (void)
{
  g_autofree char *found = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (scan_judge ("stream: OK", &found, &error), ==, SCAN_CLEAN);
  g_assert_no_error (error);
  g_assert_null (found);
}

static void
test_infected (void)
{
  static const char *const answers[][2] = {
    { "stream: Win.Test.EICAR_HDB-1 FOUND", "Win.Test.EICAR_HDB-1" },
    { "stream:  FOUND", "" },
    { "stream: \xff FOUND", "\xef\xbf\xbd" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      g_autofree char *found = NULL;

      g_assert_cmpint (scan_judge (answers[i][0], &found, NULL), ==, SCAN_INFECTED);
      g_assert_cmpstr (found, ==, answers[i][1]);
      g_assert_cmpint (scan_judge (answers[i][0], NULL, NULL), ==, SCAN_INFECTED);
    }
}

/* Nobody knows then, and that is no "clean". */
static void
test_failed (void)
{
  static const struct
  {
    const char *answer;
    ProblemCode code;
  } cases[] = {
    { "", PROBLEM_UNAVAILABLE },
    { "OK", PROBLEM_UNAVAILABLE },
    { "stream: ", PROBLEM_UNAVAILABLE },
    { "stream: FOUND", PROBLEM_UNAVAILABLE },
    { "stream: OK FOUND\n", PROBLEM_UNAVAILABLE },
    { "stream: lstat() failed. ERROR", PROBLEM_UNAVAILABLE },
    { "INSTREAM size limit exceeded. ERROR", PROBLEM_PAYLOAD_TOO_LARGE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *found = NULL;
      g_autoptr (GError) error = NULL;

      g_assert_cmpint (scan_judge (cases[i].answer, &found, &error), ==, SCAN_FAILED);
      g_assert_error (error, PROBLEM, (int) cases[i].code);
      g_assert_null (found);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/scan/clean", test_clean);
  g_test_add_func ("/scan/infected", test_infected);
  g_test_add_func ("/scan/failed", test_failed);
  return g_test_run ();
}
