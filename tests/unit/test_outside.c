/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Which addresses a setting may lead to, however they are written. */
#include "base/outside.h"

#include "base/networks.h"

#include <locale.h>
#include <string.h>

static gboolean
allows (const char *networks, const char *address)
{
  g_auto (GStrv) list = networks != NULL ? g_strsplit (networks, " ", -1) : NULL;
  g_autoptr (Outside) outside = outside_new (list, NULL);
  g_autoptr (GInetAddress) parsed = g_inet_address_new_from_string (address);

  g_assert_nonnull (parsed);
  return outside_allows (outside, parsed);
}

static void
test_public (void)
{
  static const char *const addresses[] = {
    "1.1.1.1",         "9.255.255.255",   "11.0.0.0",         "100.63.255.255",  "100.128.0.0",
    "126.255.255.255", "128.0.0.0",       "169.253.255.255",  "169.255.0.0",     "172.15.255.255",
    "172.32.0.0",      "192.0.1.0",       "192.167.255.255",  "192.169.0.0",     "198.17.255.255",
    "198.20.0.0",      "223.255.255.255", "2606:4700::1111",  "2001:200::1",     "2003::1",
    "2a00:1450::1",    "::ffff:1.1.1.1",  "64:ff9b::1.1.1.1", "2002:101:101::1",
  };

  for (guint i = 0; i < G_N_ELEMENTS (addresses); i++)
    {
      if (!allows (NULL, addresses[i]))
        g_error ("not allowed: %s", addresses[i]);
    }
}

/* The first and the last address of each range, and IPv4 ones in every kind of IPv6 clothes. */
static void
test_not_public (void)
{
  static const char *const addresses[] = {
    "0.0.0.0",
    "0.255.255.255",
    "10.0.0.0",
    "10.255.255.255",
    "100.64.0.0",
    "100.127.255.255",
    "127.0.0.1",
    "127.255.255.255",
    "169.254.0.0",
    "169.254.169.254",
    "169.254.255.255",
    "172.16.0.0",
    "172.31.255.255",
    "192.0.0.8",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.0.0",
    "192.168.255.255",
    "198.18.0.0",
    "198.19.255.255",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.0",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::1.1.1.1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:0:10.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::a00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::1.1.1.1",
    "100::1",
    "2001::1",
    "2001:0:101:101::",
    "2001:10::1",
    "2001:20::1",
    "2001:db8::1",
    "2002:7f00:1::1",
    "2002:a00:1::",
    "2002:a9fe:a9fe::",
    "3fff::1",
    "4000::1",
    "5f00::1",
    "fc00::1",
    "fd12:3456::1",
    "fdff:ffff::1",
    "fe80::1",
    "febf::1",
    "fec0::1",
    "ff02::1",
    "ffff::1",
  };

  for (guint i = 0; i < G_N_ELEMENTS (addresses); i++)
    {
      if (allows (NULL, addresses[i]))
        g_error ("allowed: %s", addresses[i]);
    }
}

static void
test_allowed_networks (void)
{
  g_assert_true (allows ("10.1.0.0/16 fd12::/64", "10.1.2.3"));
  g_assert_true (allows ("10.1.0.0/16 fd12::/64", "::ffff:10.1.2.3"));
  g_assert_true (allows ("10.1.0.0/16 fd12::/64", "fd12::5"));
  g_assert_true (allows ("192.168.1.9", "192.168.1.9"));
  g_assert_false (allows ("192.168.1.9", "192.168.1.10"));
  g_assert_false (allows ("10.1.0.0/16 fd12::/64", "10.2.0.1"));
  g_assert_false (allows ("10.1.0.0/16 fd12::/64", "fd12:0:0:1::5"));
  g_assert_false (allows ("10.1.0.0/16", "127.0.0.1"));
}

static void
test_what_is_no_network (void)
{
  static const char *const entries[] = { "10.0.0.1/8", "intranet", "10.0.0.0/33", "", "::/129" };

  for (guint i = 0; i < G_N_ELEMENTS (entries); i++)
    {
      char *list[] = { (char *) entries[i], NULL };
      g_autoptr (GError) error = NULL;

      g_assert_null (outside_new (list, &error));
      g_assert_nonnull (error);
    }
}

/* Calls: to a server inside, which must not hear of any that is not allowed. */

typedef struct
{
  GSocketListener *listener;
  GThread *thread;
  guint16 port;
  gint connections;
  gint stopping; /* whether the next connection is nobody's */
} Inside;

/* GET /to?URL leads there, /long says too much, and everything else is a secret. */
static GString *
answer (const char *request, guint16 port)
{
  GString *text = g_string_new (NULL);
  g_auto (GStrv) words = g_strsplit (request, " ", 3);
  g_autofree char *body = g_strdup ("secret");

  if (g_str_has_prefix (words[1], "/to?"))
    g_string_append_printf (text, "HTTP/1.1 302 Found\r\nLocation: %s\r\n", words[1] + 4);
  else if (strcmp (words[1], "/loop") == 0)
    g_string_append_printf (text, "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:%u/loop\r\n",
                            port);
  else
    g_string_append (text, "HTTP/1.1 200 OK\r\n");
  if (strcmp (words[1], "/long") == 0)
    {
      g_free (body);
      body = g_strnfill (OUTSIDE_ANSWER_MAX + 1, 'x');
    }
  g_string_append_printf (text, "Connection: close\r\nContent-Length: %zu\r\n\r\n", strlen (body));
  return g_string_append (text, body);
}

static void
serve (Inside *inside, GIOStream *stream)
{
  char request[4096] = "";
  g_autoptr (GString) text = NULL;

  g_atomic_int_inc (&inside->connections);
  if (g_input_stream_read (g_io_stream_get_input_stream (stream), request, sizeof request - 1, NULL,
                           NULL)
      <= 0)
    return;
  text = answer (request, inside->port);
  g_output_stream_write_all (g_io_stream_get_output_stream (stream), text->str, text->len, NULL,
                             NULL, NULL);
}

static gpointer
serve_all (gpointer data)
{
  Inside *inside = data;

  while (g_atomic_int_get (&inside->stopping) == 0)
    {
      g_autoptr (GSocketConnection) connection
          = g_socket_listener_accept (inside->listener, NULL, NULL, NULL);

      if (g_atomic_int_get (&inside->stopping) == 0)
        serve (inside, G_IO_STREAM (connection));
    }
  return NULL;
}

static void
listen_on (Inside *inside, const char *address)
{
  g_autoptr (GSocketAddress) wanted = g_inet_socket_address_new_from_string (address, inside->port);
  g_autoptr (GSocketAddress) taken = NULL;
  g_autoptr (GError) error = NULL;

  g_socket_listener_add_address (inside->listener, wanted, G_SOCKET_TYPE_STREAM,
                                 G_SOCKET_PROTOCOL_TCP, NULL, &taken, &error);
  g_assert_no_error (error);
  inside->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (taken));
}

typedef void (*Change) (CURL *curl);

typedef struct
{
  CURLcode code;
  char *reason;
  GString *body;
} Outcome;

/* One transfer of @url, under the options that @change (may be NULL) adds. issuer.example is what a
 * DNS says that is not ours, whatever it said before. */
static Outcome
call (const Inside *inside, const char *allowed, const char *url, Change change)
{
  g_auto (GStrv) list = allowed != NULL ? g_strsplit (allowed, " ", -1) : NULL;
  g_autoptr (Outside) outside = outside_new (list, NULL);
  g_autofree char *entry = g_strdup_printf ("issuer.example:%u:127.0.0.2,127.0.0.1", inside->port);
  struct curl_slist *names = curl_slist_append (NULL, entry);
  Outcome outcome = { .body = g_string_new (NULL) };
  OutsideCall one = { .outside = outside, .answer = outcome.body };
  CURL *curl = curl_easy_init ();

  outside_prepare (&one, curl);
  curl_easy_setopt (curl, CURLOPT_URL, url);
  curl_easy_setopt (curl, CURLOPT_RESOLVE, names);
  if (change != NULL)
    change (curl);
  outcome.code = curl_easy_perform (curl);
  outcome.reason = outside_explain (&one, outcome.code);
  curl_easy_cleanup (curl);
  curl_slist_free_all (names);
  return outcome;
}

static void
outcome_clear (Outcome *outcome)
{
  g_free (outcome->reason);
  g_string_free (outcome->body, TRUE);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Outcome, outcome_clear)

static void
follow (CURL *curl)
{
  curl_easy_setopt (curl, CURLOPT_FOLLOWLOCATION, 1L);
}

static void
test_spellings (Inside *inside, gconstpointer data G_GNUC_UNUSED)
{
  static const char *const hosts[] = {
    "127.0.0.1",
    "127.1",
    "127.0.1",
    "2130706433",
    "0x7f000001",
    "0x7f.0.0.1",
    "0177.0.0.1",
    "017700000001",
    "127.0.0.1.",
    "0",
    "0.0.0.0",
    "[::1]",
    "[::]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[0:0:0:0:0:0:0:1]",
    "[64:ff9b::7f00:1]",
    "[2002:7f00:1::]",
    "[fe80::1%25lo]",
    "[::1%25lo]",
    "localhost",
    "LOCALHOST",
    "localhost.",
    "user:pass@127.0.0.1",
    "①②⑦.⓪.⓪.①",
    "127。0。0。1",
    "１２７.0.0.1",
    "1%32%37.0.0.1",
    "ｌocalhost",
  };

  for (guint i = 0; i < G_N_ELEMENTS (hosts); i++)
    {
      g_autofree char *url = g_strdup_printf ("http://%s:%u/", hosts[i], inside->port);
      g_auto (Outcome) outcome = call (inside, NULL, url, NULL);

      g_test_message ("%s: %s", url, outcome.reason);
      g_assert_cmpint (outcome.code, !=, CURLE_OK);
      g_assert_cmpint (g_atomic_int_get (&inside->connections), ==, 0);
    }
}

static void
test_allowed_call (Inside *inside, gconstpointer data G_GNUC_UNUSED)
{
  g_autofree char *url = g_strdup_printf ("http://127.0.0.1:%u/", inside->port);
  g_auto (Outcome) outcome = call (inside, "127.0.0.1", url, NULL);

  g_assert_cmpint (outcome.code, ==, CURLE_OK);
  g_assert_cmpstr (outcome.body->str, ==, "secret");
}

static void
test_reason (Inside *inside, gconstpointer data G_GNUC_UNUSED)
{
  g_autofree char *url = g_strdup_printf ("http://127.1:%u/", inside->port);
  g_auto (Outcome) outcome = call (inside, "10.0.0.0/8", url, NULL);

  g_assert_cmpstr (outcome.reason, ==,
                   "127.0.0.1 is not a public address and not in "
                   "DESKBELL_ALLOW_PRIVATE_ADDRESSES");
}

static void
test_names (Inside *inside, gconstpointer data G_GNUC_UNUSED)
{
  g_autofree char *url = g_strdup_printf ("http://issuer.example:%u/", inside->port);
  g_auto (Outcome) refused = call (inside, NULL, url, NULL);
  gint before = g_atomic_int_get (&inside->connections);
  g_auto (Outcome) partly = call (inside, "127.0.0.1", url, NULL);

  g_assert_cmpint (refused.code, ==, CURLE_COULDNT_CONNECT);
  g_assert_cmpint (before, ==, 0);
  g_assert_cmpint (partly.code, ==, CURLE_OK);
}

static void
test_redirects (Inside *inside, gconstpointer data G_GNUC_UNUSED)
{
  g_autofree char *away
      = g_strdup_printf ("http://127.0.0.1:%u/to?http://127.0.0.2:%u/", inside->port, inside->port);
  g_autofree char *file
      = g_strdup_printf ("http://127.0.0.1:%u/to?file:///etc/passwd", inside->port);
  g_autofree char *loop = g_strdup_printf ("http://127.0.0.1:%u/loop", inside->port);
  g_auto (Outcome) unfollowed = call (inside, "127.0.0.1", away, NULL);
  g_auto (Outcome) followed = call (inside, "127.0.0.1", away, follow);
  g_auto (Outcome) to_file = call (inside, "127.0.0.1", file, follow);
  g_auto (Outcome) endless = call (inside, "127.0.0.1", loop, follow);

  g_assert_cmpint (unfollowed.code, ==, CURLE_OK);
  g_assert_cmpint (followed.code, ==, CURLE_COULDNT_CONNECT);
  g_assert_true (g_str_has_prefix (followed.reason, "127.0.0.2 "));
  g_assert_cmpint (to_file.code, ==, CURLE_UNSUPPORTED_PROTOCOL);
  g_assert_cmpint (endless.code, ==, CURLE_TOO_MANY_REDIRECTS);
}

static void
test_protocols (Inside *inside, gconstpointer data G_GNUC_UNUSED)
{
  static const char *const schemes[] = { "file", "ftp", "gopher", "dict", "ldap", "smb", "telnet" };

  for (guint i = 0; i < G_N_ELEMENTS (schemes); i++)
    {
      g_autofree char *url = g_strconcat (schemes[i], "://127.0.0.1/", NULL);
      g_auto (Outcome) outcome = call (inside, "127.0.0.1", url, NULL);

      g_assert_cmpint (outcome.code, ==, CURLE_UNSUPPORTED_PROTOCOL);
    }
  g_assert_cmpint (g_atomic_int_get (&inside->connections), ==, 0);
}

static curl_socket_t
open_anything_cb (void *data G_GNUC_UNUSED, curlsocktype purpose G_GNUC_UNUSED,
                  struct curl_sockaddr *peer)
{
  return socket (peer->family, peer->socktype, peer->protocol);
}

static void
open_anything (CURL *curl)
{
  curl_easy_setopt (curl, CURLOPT_OPENSOCKETFUNCTION, open_anything_cb);
}

/* Everybody counts as public here, but nobody as allowed. */
static void
test_no_encryption (Inside *inside, gconstpointer data G_GNUC_UNUSED)
{
  g_autofree char *url = g_strdup_printf ("http://127.0.0.1:%u/", inside->port);
  g_auto (Outcome) outcome = call (inside, NULL, url, open_anything);

  g_assert_cmpint (outcome.code, ==, CURLE_ABORTED_BY_CALLBACK);
  g_assert_cmpuint (outcome.body->len, ==, 0);
  g_assert_nonnull (strstr (outcome.reason, "only spoken to by https"));
}

static void
test_long_answer (Inside *inside, gconstpointer data G_GNUC_UNUSED)
{
  g_autofree char *url = g_strdup_printf ("http://127.0.0.1:%u/long", inside->port);
  g_auto (Outcome) outcome = call (inside, "127.0.0.1", url, NULL);

  g_assert_cmpint (outcome.code, ==, CURLE_WRITE_ERROR);
  g_assert_cmpuint (outcome.body->len, <=, OUTSIDE_ANSWER_MAX);
}

/* What the environment says of proxies would take the choice of the address from us. */
static void
test_proxy (Inside *inside, gconstpointer data G_GNUC_UNUSED)
{
  g_autofree char *proxy = g_strdup_printf ("http://127.0.0.1:%u", inside->port);
  g_auto (Outcome) outcome = { 0 };

  g_setenv ("http_proxy", proxy, TRUE);
  outcome = call (inside, "127.0.0.1", "http://127.0.0.2:1/", NULL);
  g_unsetenv ("http_proxy");
  g_assert_cmpint (outcome.code, ==, CURLE_COULDNT_CONNECT);
  g_assert_cmpint (g_atomic_int_get (&inside->connections), ==, 0);
}

static void
set_up (Inside *inside, gconstpointer data G_GNUC_UNUSED)
{
  inside->listener = g_socket_listener_new ();
  listen_on (inside, "127.0.0.1");
  listen_on (inside, "127.0.0.2");
  inside->thread = g_thread_new ("inside", serve_all, inside);
}

/* A last connection wakes the thread that waits for one. */
static void
tear_down (Inside *inside, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnection) last = NULL;

  g_atomic_int_set (&inside->stopping, 1);
  g_socket_client_set_enable_proxy (client, FALSE);
  last = g_socket_client_connect_to_host (client, "127.0.0.1", inside->port, NULL, NULL);
  g_assert_nonnull (last);
  g_thread_join (inside->thread);
  g_object_unref (inside->listener);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *path;
    void (*run) (Inside *, gconstpointer);
  } calls[] = {
    { "/outside/call/spellings", test_spellings },
    { "/outside/call/allowed", test_allowed_call },
    { "/outside/call/reason", test_reason },
    { "/outside/call/names", test_names },
    { "/outside/call/redirects", test_redirects },
    { "/outside/call/protocols", test_protocols },
    { "/outside/call/no-encryption", test_no_encryption },
    { "/outside/call/long-answer", test_long_answer },
    { "/outside/call/proxy", test_proxy },
  };

  setlocale (LC_ALL, "C.UTF-8"); /* or curl does not see what letters a host is written in */
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/outside/public", test_public);
  g_test_add_func ("/outside/not-public", test_not_public);
  g_test_add_func ("/outside/allowed-networks", test_allowed_networks);
  g_test_add_func ("/outside/what-is-no-network", test_what_is_no_network);
  for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
    g_test_add (calls[i].path, Inside, NULL, set_up, calls[i].run, tear_down);
  return g_test_run ();
}
