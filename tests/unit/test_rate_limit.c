/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * How often a client may come, and who the client is behind proxies. */
#include "http/proxies.h"
#include "http/rate-limit.h"

#define SECOND G_USEC_PER_SEC

/* How many of @tries at @now are let in. */
static guint
let_in (RateLimit *limit, RateClass class, const char *key, guint tries, gint64 now)
{
  guint count = 0;

  for (guint i = 0; i < tries; i++)
    count += rate_limit_take_address (limit, class, key, now) == 0;
  return count;
}

static void
test_burst_and_refill (void)
{
  g_autoptr (RateLimit) limit = rate_limit_new ();

  g_assert_cmpuint (let_in (limit, RATE_CREDENTIALS, "192.0.2.1", 20, 0), ==, 10);
  g_assert_cmpuint (rate_limit_take (limit, RATE_CREDENTIALS, "192.0.2.1", 0), ==, 7);
  g_assert_cmpuint (let_in (limit, RATE_CREDENTIALS, "192.0.2.1", 20, 6 * SECOND), ==, 1);
  g_assert_cmpuint (let_in (limit, RATE_CREDENTIALS, "192.0.2.1", 20, 66 * SECOND), ==, 10);
  g_assert_cmpuint (let_in (limit, RATE_ADDRESS, "192.0.2.1", 1000, 0), ==, 400);
  g_assert_cmpuint (let_in (limit, RATE_ADDRESS, "192.0.2.1", 1000, SECOND), ==, 100);
}

/* After the wait that it says, the next one is let in. */
static void
test_wait_is_enough (void)
{
  for (guint class = 0; class < RATE_CLASSES; class ++)
    {
      g_autoptr (RateLimit) limit = rate_limit_new ();
      guint wait;

      let_in (limit, class, "k", 1000, 0);
      wait = rate_limit_take (limit, class, "k", 0);
      g_assert_cmpuint (wait, >, 0);
      g_assert_cmpuint (rate_limit_take (limit, class, "k", wait * SECOND), ==, 0);
    }
}

static void
test_keys_are_apart (void)
{
  g_autoptr (RateLimit) limit = rate_limit_new ();

  g_assert_cmpuint (let_in (limit, RATE_CREDENTIALS, "192.0.2.1", 20, 0), ==, 10);
  g_assert_cmpuint (let_in (limit, RATE_CREDENTIALS, "192.0.2.2", 20, 0), ==, 10);
  g_assert_cmpuint (let_in (limit, RATE_ACCOUNT, "192.0.2.1", 20, 0), ==, 20);
  g_assert_cmpuint (let_in (limit, RATE_CREDENTIALS, "2001:db8::1", 20, 0), ==, 10);
  g_assert_cmpuint (let_in (limit, RATE_CREDENTIALS, "2001:db8::ffff", 20, 0), ==, 0);
  g_assert_cmpuint (let_in (limit, RATE_CREDENTIALS, "2001:db8:0:1::1", 20, 0), ==, 10);
}

static void
test_bounded (void)
{
  g_autoptr (RateLimit) limit = rate_limit_new ();

  for (guint i = 0; i < 300000; i++)
    {
      g_autofree char *key = g_strdup_printf ("%u", i);

      rate_limit_take (limit, RATE_ADDRESS, key, 0);
    }
  g_assert_cmpuint (rate_limit_size (limit), <=, 16 * 4096);
}

/* The sweep forgets who has been quiet, and nobody who is held back. */
static void
test_sweep_keeps_the_held_back (void)
{
  g_autoptr (RateLimit) limit = rate_limit_new ();

  let_in (limit, RATE_CREDENTIALS, "held", 20, 0);
  for (guint i = 0; i < 60000; i++)
    {
      g_autofree char *key = g_strdup_printf ("%u", i);

      rate_limit_take (limit, RATE_ADDRESS, key, i);
    }
  for (guint i = 0; i < 60000; i++)
    {
      g_autofree char *key = g_strdup_printf ("later %u", i);

      rate_limit_take (limit, RATE_ADDRESS, key, SECOND + i);
    }
  g_assert_cmpuint (rate_limit_take (limit, RATE_CREDENTIALS, "held", 2 * SECOND), >, 0);
}

static char *
client (const char *trusted, const char *peer, const char *forwarded)
{
  g_auto (GStrv) addresses = trusted != NULL ? g_strsplit (trusted, " ", -1) : NULL;
  g_autoptr (Networks) proxies = networks_new (addresses, NULL);
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (peer);

  return proxies_client (proxies, address, forwarded);
}

static void
test_proxies (void)
{
  static const struct
  {
    const char *trusted;
    const char *peer;
    const char *forwarded;
    const char *client;
  } cases[] = {
    { NULL, "192.0.2.1", NULL, "192.0.2.1" },
    { NULL, "192.0.2.1", "203.0.113.9", "192.0.2.1" },
    { "10.0.0.1", "192.0.2.1", "203.0.113.9", "192.0.2.1" },
    { "10.0.0.1", "10.0.0.1", "203.0.113.9", "203.0.113.9" },
    { "10.0.0.1", "::ffff:10.0.0.1", "203.0.113.9", "203.0.113.9" },
    /* What a client says of itself stands to the left, and is not believed. */
    { "10.0.0.1", "10.0.0.1", "198.51.100.7, 203.0.113.9", "203.0.113.9" },
    { "10.0.0.0/8", "10.0.0.1", "198.51.100.7, 203.0.113.9 , 10.1.2.3", "203.0.113.9" },
    { "10.0.0.1", "10.0.0.1", "203.0.113.9:4711", "203.0.113.9" },
    { "10.0.0.1", "10.0.0.1", "[2001:db8::9]:4711", "2001:db8::9" },
    { "::1", "::1", "2001:db8::9", "2001:db8::9" },
    { "10.0.0.1", "10.0.0.1", NULL, "10.0.0.1" },
    { "10.0.0.1", "10.0.0.1", "unknown", "10.0.0.1" },
    { "10.0.0.1", "10.0.0.1", "203.0.113.9, ", "10.0.0.1" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *found = client (cases[i].trusted, cases[i].peer, cases[i].forwarded);

      g_assert_cmpstr (found, ==, cases[i].client);
    }
}

static void
test_proxies_refused (void)
{
  char *addresses[] = { (char *) "10.0.0.1", (char *) "proxy.example", NULL };
  g_autoptr (GError) error = NULL;

  g_assert_null (networks_new (addresses, &error));
  g_assert_nonnull (error);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rate-limit/burst-and-refill", test_burst_and_refill);
  g_test_add_func ("/rate-limit/wait-is-enough", test_wait_is_enough);
  g_test_add_func ("/rate-limit/keys-are-apart", test_keys_are_apart);
  g_test_add_func ("/rate-limit/bounded", test_bounded);
  g_test_add_func ("/rate-limit/sweep-keeps-the-held-back", test_sweep_keeps_the_held_back);
  g_test_add_func ("/proxies/client", test_proxies);
  g_test_add_func ("/proxies/refused", test_proxies_refused);
  return g_test_run ();
}
