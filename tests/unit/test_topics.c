/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Topics by name: the default, replacing, and that nothing half changes. */
#include "live/topics.h"

static void
replace (Topics *topics, const char *const *names, const char *wrong)
{
  g_assert_cmpstr (topics_replace (topics, names), ==, wrong);
}

static void
test_the_default_covers_everything (void)
{
  Topics topics;

  topics_init (&topics);
  g_assert_true (topics.presence);
  g_assert_true (topics_cover_ticket (&topics, 42));
  topics_clear (&topics);
}

static void
test_names_replace_what_was_there (void)
{
  Topics topics;

  topics_init (&topics);
  replace (&topics, (const char *[]){ "ticket:42", "ticket:7", NULL }, NULL);
  g_assert_false (topics.presence);
  g_assert_true (topics_cover_ticket (&topics, 42));
  g_assert_true (topics_cover_ticket (&topics, 7));
  g_assert_false (topics_cover_ticket (&topics, 4));
  replace (&topics, (const char *[]){ "presence", NULL }, NULL);
  g_assert_true (topics.presence);
  g_assert_false (topics_cover_ticket (&topics, 42));
  replace (&topics, (const char *[]){ NULL }, NULL);
  g_assert_false (topics.presence);
  topics_clear (&topics);
}

static void
test_a_wrong_name_changes_nothing (void)
{
  static const char *const wrong[]
      = { "",         "ticket",    "tickets ",  "ticket:", "ticket:0",
          "ticket:x", "ticket:-1", "ticket:1 ", "Tickets", "ticket:9223372036854775808" };
  Topics topics;

  topics_init (&topics);
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    replace (&topics, (const char *[]){ "ticket:1", wrong[i], NULL }, wrong[i]);
  g_assert_true (topics.tickets && topics.presence && topics.chosen == NULL);
  topics_clear (&topics);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/topics/default", test_the_default_covers_everything);
  g_test_add_func ("/topics/replace", test_names_replace_what_was_there);
  g_test_add_func ("/topics/wrong", test_a_wrong_name_changes_nothing);
  return g_test_run ();
}
