/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * A look begins at the mark of a lane, and no ticket that waits is ever behind it unless it is
 * called by its id: shown against a lane that is looked at whole. */
#include "queue/marks.h"

#define ROUNDS 3000
#define TICKETS 40
#define HEADS 5

static void
assert_view (const Marks *marks, const char *lanes, const char *ranks, const char *called)
{
  g_auto (MarksView) view = { 0 };

  marks_view (marks, &view);
  g_assert_cmpstr (view.lanes->str, ==, lanes);
  g_assert_cmpstr (view.ranks->str, ==, ranks);
  g_assert_cmpstr (view.called->str, ==, called);
}

static void
test_marks_move_to_what_was_seen_first (void)
{
  Marks *marks = marks_new ();

  assert_view (marks, "{}", "{}", "{}");
  marks_call (marks, 8);
  assert_view (marks, "{}", "{}", "{8}");
  marks_see (marks, 3, 500, TRUE);
  marks_see (marks, 3, 700, TRUE);
  marks_settle (marks);
  assert_view (marks, "{3}", "{500}", "{}");
  marks_see (marks, 3, 700, TRUE);
  marks_settle (marks);
  assert_view (marks, "{3}", "{700}", "{}");
  marks_free (marks);
}

static void
test_what_was_only_called_never_moves_a_mark_on (void)
{
  Marks *marks = marks_new ();

  marks_see (marks, 3, 500, FALSE);
  marks_settle (marks);
  assert_view (marks, "{}", "{}", "{}");
  marks_see (marks, 3, 500, TRUE);
  marks_settle (marks);
  marks_see (marks, 3, 900, FALSE);
  marks_settle (marks);
  assert_view (marks, "{3}", "{500}", "{}");
  marks_see (marks, 3, 100, FALSE);
  marks_settle (marks);
  assert_view (marks, "{3}", "{100}", "{}");
  marks_free (marks);
}

static void
test_too_many_calls_are_a_look_at_everything (void)
{
  Marks *marks = marks_new ();

  marks_see (marks, 3, 500, TRUE);
  marks_settle (marks);
  for (gint64 id = 0; id < 1001; id++)
    marks_call (marks, id);
  assert_view (marks, "{}", "{}", "{}");
  marks_free (marks);
}

/* One lane: the rank of every ticket, 0 for one that does not wait. */
typedef struct
{
  gint64 ranks[TICKETS];
  gint64 mark; /* of the last view */
  gboolean called[TICKETS];
} Lane;

static void
read_view (Lane *lane, const Marks *marks)
{
  g_auto (MarksView) view = { 0 };
  g_auto (GStrv) called = NULL;

  marks_view (marks, &view);
  lane->mark = g_ascii_strtoll (view.ranks->str + 1, NULL, 10);
  called = g_strsplit_set (view.called->str, "{,}", -1);
  for (guint i = 0; i < TICKETS; i++)
    {
      g_autofree char *id = g_strdup_printf ("%u", i + 1);

      lane->called[i] = g_strv_contains ((const char *const *) called, id);
    }
}

/* The waiting ticket with the smallest rank that a look can find, or -1. */
static int
find_first (const Lane *lane, gboolean whole, gint64 above)
{
  int first = -1;

  for (int i = 0; i < TICKETS; i++)
    {
      if (lane->ranks[i] <= above || (!whole && lane->ranks[i] < lane->mark && !lane->called[i]))
        continue;
      if (first < 0 || lane->ranks[i] < lane->ranks[first])
        first = i;
    }
  return first;
}

static void
look (Lane *lane, Marks *marks)
{
  gint64 above = 0;

  for (guint n = 0; n < HEADS; n++)
    {
      int found = find_first (lane, FALSE, above);

      if (found < 0)
        break;
      above = lane->ranks[found];
      marks_see (marks, 1, above, above >= lane->mark);
    }
  marks_settle (marks);
}

static void
test_nobody_is_passed (void)
{
  Marks *marks = marks_new ();
  Lane lane = { 0 };

  for (guint round = 0; round < ROUNDS; round++)
    {
      for (int changes = g_test_rand_int_range (0, 4); changes > 0; changes--)
        {
          int ticket = g_test_rand_int_range (0, TICKETS);
          /* Ranks are distinct, as they nearly are in a queue. */
          gint64 rank = (gint64) round * 64 + g_test_rand_int_range (-2000, 64) * 64 + ticket;

          lane.ranks[ticket] = g_test_rand_bit () ? MAX (rank, 0) : 0;
          marks_call (marks, ticket + 1);
        }
      read_view (&lane, marks);
      g_assert_cmpint (find_first (&lane, FALSE, 0), ==, find_first (&lane, TRUE, 0));
      /* Often nobody is free, and then nobody looks. */
      if (g_test_rand_bit ())
        look (&lane, marks);
    }
  marks_free (marks);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/marks/move", test_marks_move_to_what_was_seen_first);
  g_test_add_func ("/marks/called", test_what_was_only_called_never_moves_a_mark_on);
  g_test_add_func ("/marks/many", test_too_many_calls_are_a_look_at_everything);
  g_test_add_func ("/marks/nobody-is-passed", test_nobody_is_passed);
  return g_test_run ();
}
