/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Markdown of a message as a tree of spans: it is JSON that a reader takes, and no link in it leads
 * to anything but the web and mail. */
#include "fuzz.h"

#include "base/json.h"
#include "base/spans.h"

#include <string.h>

static void
check_links (const char *spans)
{
  static const char member[] = "\"href\":\"";

  for (const char *at = strstr (spans, member); at != NULL; at = strstr (at, member))
    {
      at += strlen (member);
      g_assert_true (g_ascii_strncasecmp (at, "http://", 7) == 0
                     || g_ascii_strncasecmp (at, "https://", 8) == 0
                     || g_ascii_strncasecmp (at, "mailto:", 7) == 0);
    }
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  FuzzInput input = { data, size };
  g_autofree char *markdown = fuzz_text (&input);
  g_autofree char *spans = spans_from_markdown (markdown);

  g_assert_true (*spans == '[' && json_check (spans, strlen (spans), NULL));
  check_links (spans);
  return 0;
}
