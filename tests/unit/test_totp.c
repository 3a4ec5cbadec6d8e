/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * One-time codes: the vectors of RFC 6238, the window, and what an app is told. */
#include "account/qr.h"
#include "account/totp.h"

#include <string.h>

/* Appendix B of RFC 6238, SHA-1: its eight digits, of which six are the last ones. */
static const guint8 rfc_secret[TOTP_SECRET_BYTES + 1] = "12345678901234567890";

static const struct
{
  gint64 at;
  const char *code;
  gint64 step;
} vectors[] = {
  { 59, "287082", 0x1 },
  { 1111111109, "081804", 0x23523EC },
  { 1111111111, "050471", 0x23523ED },
  { 1234567890, "005924", 0x273EF07 },
  { 2000000000, "279037", 0x3F940AA },
  { 20000000000, "353130", 0x27BC86AA },
};

static void
test_vectors (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (vectors); i++)
    g_assert_cmpint (totp_match (rfc_secret, vectors[i].code, vectors[i].at), ==, vectors[i].step);
}

/* Clocks differ: a step early or late is the same step, two are none. */
static void
test_window (void)
{
  for (gint64 at = 1234567860; at < 1234567950; at += 30)
    g_assert_cmpint (totp_match (rfc_secret, "005924", at), ==, 0x273EF07);
  g_assert_cmpint (totp_match (rfc_secret, "005924", 1234567830), ==, -1);
  g_assert_cmpint (totp_match (rfc_secret, "005924", 1234567950), ==, -1);
}

static void
test_not_a_code (void)
{
  static const char *const texts[]
      = { "", "00592", "0059240", "005925", "+05924", " 05924", "00592\n", "abcdef", "٠٠٥٩٢٤" };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    g_assert_cmpint (totp_match (rfc_secret, texts[i], 1234567890), ==, -1);
}

static void
test_uri (void)
{
  g_autofree char *uri = totp_uri (rfc_secret, "Books & More", "ada+1@example.com");

  g_assert_cmpstr (uri, ==,
                   "otpauth://totp/Books%20%26%20More:ada%2B1@example.com"
                   "?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Books%20%26%20More"
                   "&algorithm=SHA1&digits=6&period=30");
}

/* Whether it can be read is the matter of tests/server/test_totp.py. */
static void
test_qr (void)
{
  g_autofree char *svg = qr_to_svg ("HELLO");

  g_assert_true (g_str_has_prefix (svg, "<svg xmlns=\"http://www.w3.org/2000/svg\" "
                                        "viewBox=\"0 0 29 29\""));
  g_assert_nonnull (strstr (svg, "M4 4h7v1h-7z"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/totp/the-vectors-of-rfc-6238", test_vectors);
  g_test_add_func ("/totp/clocks-may-differ-by-a-step", test_window);
  g_test_add_func ("/totp/other-texts-are-no-codes", test_not_a_code);
  g_test_add_func ("/totp/apps-are-told-by-an-address", test_uri);
  g_test_add_func ("/qr/has-its-quiet-zone-and-corners", test_qr);
  return g_test_run ();
}
