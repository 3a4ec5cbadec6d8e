/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * What is pure about files: their names, the links to them, the headers that bring them. */
#include "http/disposition.h"
#include "http/range.h"
#include "ticket/attachment-link.h"
#include "ticket/attachment-name.h"

#include <string.h>

static void
test_names (void)
{
  static const char *const names[][2] = {
    { "photo.png", "photo.png" },
    { "/etc/passwd", "passwd" },
    { "..\\..\\boot.ini", "boot.ini" },
    { "...", "file" },
    { "", "file" },
    { " .hidden. ", "hidden" },
    { "a\x01\x7f\n\tb", "a  b" },
    { "evil\xe2\x80\xae"
      "gpj.exe",
      "evilgpj.exe" },
    { "zwj\xe2\x80\x8d", "zwj\xe2\x80\x8d" },
    { "e\xe2\x80\x8b\xcc\x81.txt", "\xc3\xa9.txt" },
    { "a:b*c?.txt", "a_b_c_.txt" },
    { "\xff\xfe.txt", "\xef\xbf\xbd\xef\xbf\xbd.txt" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *name = attachment_name (names[i][0]);

      g_assert_cmpstr (name, ==, names[i][1]);
    }
}

/* A long name loses its middle; what the cut lays bare is no space at its end. */
static void
test_long_names (void)
{
  g_autofree char *most = g_strnfill (ATTACHMENT_NAME_MAX - 1, 'x');
  g_autofree char *spaced = g_strconcat (most, " and more", NULL);
  g_autofree char *ended = g_strconcat (most, "yz.tar", NULL);
  g_autofree char *cut_at_space = attachment_name (spaced);
  g_autofree char *with_ending = attachment_name (ended);

  g_assert_cmpstr (cut_at_space, ==, most);
  g_assert_cmpint (strlen (with_ending), ==, ATTACHMENT_NAME_MAX);
  g_assert_true (g_str_has_suffix (with_ending, "x.tar"));
}

static void
test_any_bytes_make_a_name (void)
{
  for (guint round = 0; round < 20000; round++)
    {
      char sent[64];
      g_autofree char *name = NULL;

      for (guint i = 0; i < sizeof sent - 1; i++)
        sent[i] = (char) g_random_int_range (1, 256);
      sent[sizeof sent - 1] = '\0';
      name = attachment_name (sent);
      g_assert_true (g_utf8_validate (name, -1, NULL));
      g_assert_cmpint (g_utf8_strlen (name, -1), <=, ATTACHMENT_NAME_MAX);
      g_assert_null (strpbrk (name, "/\\\"\r\n"));
      g_assert_cmpint (strlen (name), >, 0);
    }
}

static void
test_links (void)
{
  static const guint8 key[ATTACHMENT_LINK_KEY_BYTES] = { 1 };
  static const guint8 other_key[ATTACHMENT_LINK_KEY_BYTES] = { 2 };
  const AttachmentLink link = { .attachment = 3, .reader = 17, .expires = 1000 };
  AttachmentLink other = link;
  g_autofree char *url = attachment_link_write (&link, key);
  const char *signature = strstr (url, "signature=") + strlen ("signature=");

  g_assert_true (g_str_has_prefix (url, "/api/v1/attachments/3/content?reader=17&expires=1000&"));
  g_assert_true (attachment_link_is_good (&link, signature, key));
  g_assert_false (attachment_link_is_good (&link, signature, other_key));
  g_assert_false (attachment_link_is_good (&link, "", key));
  g_assert_false (attachment_link_is_good (&link, signature + 1, key));
  other.thumbnail = TRUE;
  g_assert_false (attachment_link_is_good (&other, signature, key));
  other = link;
  other.reader = 18;
  g_assert_false (attachment_link_is_good (&other, signature, key));
  other = link;
  other.expires++;
  g_assert_false (attachment_link_is_good (&other, signature, key));
}

static void
test_ranges (void)
{
  static const struct
  {
    const char *header;
    RangeVerdict verdict;
    guint64 from, to;
  } cases[] = {
    { NULL, RANGE_WHOLE, 0, 100 },
    { "bytes=0-0", RANGE_PART, 0, 1 },
    { "bytes=10-19", RANGE_PART, 10, 20 },
    { "Bytes=90-", RANGE_PART, 90, 100 },
    { "bytes=90-1000", RANGE_PART, 90, 100 },
    { "bytes=-5", RANGE_PART, 95, 100 },
    { "bytes=-500", RANGE_PART, 0, 100 },
    { "bytes=-0", RANGE_UNSATISFIABLE, 100, 100 },
    { "bytes=100-", RANGE_UNSATISFIABLE, 100, 100 },
    { "bytes=9-1", RANGE_WHOLE, 0, 100 },
    { "bytes=1-2,4-5", RANGE_WHOLE, 0, 100 },
    { "bytes=-", RANGE_WHOLE, 0, 100 },
    { "bytes=1", RANGE_WHOLE, 0, 100 },
    { "bytes= 1-2", RANGE_WHOLE, 0, 100 },
    { "bytes=99999999999999999999-", RANGE_WHOLE, 0, 100 },
    { "lines=1-2", RANGE_WHOLE, 0, 100 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      guint64 from, to;

      g_test_message ("%s", cases[i].header);
      g_assert_cmpint (range_read (cases[i].header, 100, &from, &to), ==, cases[i].verdict);
      g_assert_cmpuint (from, ==, cases[i].from);
      g_assert_cmpuint (to, ==, cases[i].to);
    }
}

static void
test_dispositions (void)
{
  g_autofree char *picture = disposition_write ("a b.png", "image/png");
  g_autofree char *page = disposition_write ("\"চ;\\.html", "text/html");

  g_assert_cmpstr (picture, ==, "inline; filename=\"a b.png\"; filename*=UTF-8''a%20b.png");
  g_assert_cmpstr (page, ==,
                   "attachment; filename=\"____.html\"; "
                   "filename*=UTF-8''%22%E0%A6%9A%3B%5C.html");
  g_assert_false (disposition_shows ("image/svg+xml"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/attachment/names", test_names);
  g_test_add_func ("/attachment/any-bytes-make-a-name", test_any_bytes_make_a_name);
  g_test_add_func ("/attachment/long-names", test_long_names);
  g_test_add_func ("/attachment/links", test_links);
  g_test_add_func ("/attachment/ranges", test_ranges);
  g_test_add_func ("/attachment/dispositions", test_dispositions);
  return g_test_run ();
}
