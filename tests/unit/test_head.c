/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Which request heads libsoup gets to read. */
#include "http/head.h"

#include <string.h>

static HeadVerdict
judge (const char *head)
{
  gsize end;

  return head_check (head, strlen (head), &end);
}

static void
test_good (void)
{
  static const char *const heads[] = {
    "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
    "\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n",
    "DELETE / HTTP/1.1\nHost: x\n\n",
    "POST / HTTP/1.1\r\ncontent-length:  12 \r\n\r\n",
    "POST / HTTP/1.1\r\nTransfer-Encoding: Chunked\r\n\r\n",
    "GET /Content-Length:x HTTP/1.1\r\nX-Content-Length: x\r\n\r\n",
  };

  for (guint i = 0; i < G_N_ELEMENTS (heads); i++)
    {
      if (judge (heads[i]) != HEAD_GOOD)
        g_error ("not good: %s", heads[i]);
    }
}

static void
test_bad (void)
{
  static const char *const heads[] = {
    "NONSENSE\r\n\r\n",
    "get / HTTP/1.1\r\n\r\n",
    "PROPFIND / HTTP/1.1\r\n\r\n",
    "GETTING / HTTP/1.1\r\n\r\n",
    "POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n",
    "POST / HTTP/1.1\r\nContent-Length:\r\n\r\n",
    "POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
    "POST / HTTP/1.1\r\nContent-Length: 1, 1\r\n\r\n",
    "POST / HTTP/1.1\r\nContent-Length: 1234567890123456789\r\n\r\n",
    "POST / HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
  };
  static const char zero[] = "GET /\0 HTTP/1.1\r\n\r\n";
  gsize end;

  for (guint i = 0; i < G_N_ELEMENTS (heads); i++)
    {
      if (judge (heads[i]) != HEAD_BAD)
        g_error ("not bad: %s", heads[i]);
    }
  g_assert_cmpint (head_check (zero, sizeof zero - 1, &end), ==, HEAD_BAD);
}

/* A head is partial up to its last byte, and what follows does not count to it. */
static void
test_end (void)
{
  static const char head[] = "POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabcGET /";
  gsize whole = strlen (head) - strlen ("abcGET /");
  gsize end;

  for (gsize length = 0; length < whole; length++)
    {
      g_autofree char *part = g_memdup2 (head, MAX (length, 1));

      g_assert_cmpint (head_check (part, length, &end), ==, HEAD_PARTIAL);
    }
  g_assert_cmpint (head_check (head, strlen (head), &end), ==, HEAD_GOOD);
  g_assert_cmpuint (end, ==, whole);
}

static void
test_size (void)
{
  g_autofree char *filling = g_strnfill (HEAD_MAX, 'x');
  g_autofree char *endless = g_strconcat ("GET /", filling, NULL);
  g_autofree char *large = g_strconcat ("GET /", filling, " HTTP/1.1\r\n\r\n", NULL);

  g_assert_cmpint (judge (endless), ==, HEAD_BAD);
  g_assert_cmpint (judge (large), ==, HEAD_BAD);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/head/good", test_good);
  g_test_add_func ("/head/bad", test_bad);
  g_test_add_func ("/head/end", test_end);
  g_test_add_func ("/head/size", test_size);
  return g_test_run ();
}
