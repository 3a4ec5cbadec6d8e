/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Values of headers that we read, and those that we write of what a stranger sent: a line of the
 * input each. */
#include "fuzz.h"

#include "http/disposition.h"
#include "http/proxies.h"
#include "http/range.h"
#include "ticket/attachment-name.h"

#include <string.h>

static void
check_range (const char *header, guint64 size)
{
  guint64 from = 0, to = 0;
  RangeVerdict verdict = range_read (header, size, &from, &to);

  if (verdict == RANGE_UNSATISFIABLE)
    return;
  g_assert_cmpuint (from, <=, to);
  g_assert_cmpuint (to, <=, size);
  if (verdict == RANGE_WHOLE)
    g_assert_cmpuint (to - from, ==, size);
  else
    g_assert_cmpuint (from, <, to);
}

static void
check_forwarded (const char *header)
{
  static char *const trusted[] = { (char *) "10.0.0.0/8", (char *) "::1", NULL };
  g_autoptr (Networks) proxies = networks_new (trusted, NULL);
  g_autoptr (GInetAddress) peer = g_inet_address_new_from_string ("10.0.0.1");
  g_autofree char *client = proxies_client (proxies, peer, header);
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (client);

  g_assert_nonnull (address);
}

/* A name never leaves its quotes, its line or its folder. */
static void
check_name (const char *sent, const char *type)
{
  g_autofree char *name = attachment_name (sent);
  g_autofree char *again = attachment_name (name);
  g_autofree char *header = disposition_write (name, type);

  g_assert_true (g_utf8_validate (name, -1, NULL) && *name != '\0' && *name != '.');
  g_assert_cmpint (g_utf8_strlen (name, -1), <=, ATTACHMENT_NAME_MAX);
  g_assert_null (strpbrk (name, "/\\\r\n\""));
  g_assert_cmpstr (again, ==, name);
  for (const char *at = header; *at != '\0'; at++)
    g_assert_true (*at >= 0x20 && *at < 0x7F);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  FuzzInput input = { data, size };
  guint64 file_size = (guint64) fuzz_byte (&input) << fuzz_byte (&input) % 56;
  g_autofree char *range = fuzz_line (&input, 1024);
  g_autofree char *forwarded = fuzz_line (&input, 1024);
  g_autofree char *type = fuzz_line (&input, 1024);
  g_autofree char *name = fuzz_rest (&input);

  check_range (range, file_size);
  check_forwarded (forwarded);
  check_name (name, type);
  return 0;
}
