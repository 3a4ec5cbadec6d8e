/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * db/outage: one line when it begins, one a minute, one when it is over. */
#include "db/outage.h"

#define SECOND G_USEC_PER_SEC
#define MINUTE (60 * SECOND)

static void
test_it_is_told_when_it_begins_and_once_a_minute (void)
{
  Outage outage = { 0 };
  guint told = 0;

  for (gint64 now = SECOND; now <= 3 * MINUTE; now += SECOND / 4)
    told += outage_fail (&outage, now, now);
  g_assert_cmpuint (told, ==, 3);
  g_assert_cmpint (outage.since, ==, SECOND);
}

static void
test_its_end_is_told_once (void)
{
  Outage outage = { 0 };

  g_assert_false (outage_end (&outage, SECOND));
  g_assert_true (outage_fail (&outage, 2 * SECOND, 2 * SECOND));
  g_assert_true (outage_end (&outage, 3 * SECOND));
  g_assert_false (outage_end (&outage, 4 * SECOND));
}

static void
test_connections_that_broke_in_it_are_no_news_after_it (void)
{
  Outage outage = { 0 };

  g_assert_true (outage_fail (&outage, SECOND, 5 * SECOND));
  g_assert_true (outage_end (&outage, 6 * SECOND));
  g_assert_false (outage_fail (&outage, SECOND, 7 * SECOND));
  g_assert_true (outage_fail (&outage, 7 * SECOND, 8 * SECOND));
  g_assert_cmpint (outage.since, ==, 8 * SECOND);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/outage/begins-and-once-a-minute",
                   test_it_is_told_when_it_begins_and_once_a_minute);
  g_test_add_func ("/outage/end", test_its_end_is_told_once);
  g_test_add_func ("/outage/broken-before", test_connections_that_broke_in_it_are_no_news_after_it);
  return g_test_run ();
}
