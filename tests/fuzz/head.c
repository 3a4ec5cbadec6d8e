/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The head of a request: what head_check() says, and what libsoup makes of a head that was let
 * through. */
#include "fuzz.h"

#include "http/head.h"

#include <libsoup/soup.h>

/* The verdict does not depend on how the network cut the head, and what comes behind it does not
 * count. */
static void
check_pieces (const char *bytes, gsize length, gsize end)
{
  gsize ignored;

  for (gsize i = 1; i < MIN (length, 64); i++)
    g_assert_cmpint (head_check (bytes, end - MIN (i, end), &ignored), !=, HEAD_GOOD);
  g_assert_cmpint (head_check (bytes, end, &ignored), ==, HEAD_GOOD);
  g_assert_cmpuint (ignored, ==, end);
}

static void
parse (const char *bytes, gsize length)
{
  SoupMessageHeaders *headers = soup_message_headers_new (SOUP_MESSAGE_HEADERS_REQUEST);
  g_autofree char *method = NULL;
  g_autofree char *path = NULL;
  SoupHTTPVersion version;

  if (soup_headers_parse_request (bytes, (int) length, headers, &method, &path, &version) == 200)
    g_assert_nonnull (path);
  soup_message_headers_unref (headers);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  const char *bytes = (const char *) data;
  gsize end = 0;

  if (head_check (bytes, size, &end) != HEAD_GOOD)
    return 0;
  g_assert_cmpuint (end, <=, MIN (size, HEAD_MAX));
  check_pieces (bytes, size, end);
  parse (bytes, end);
  return 0;
}
