/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Types by content, and lists of what is allowed. */
#include "base/problem.h"
#include "storage/sniff.h"

#include <glib/gstdio.h>
#include <unistd.h>

typedef struct
{
  const char *bytes;
  gsize length;
  const char *type;
} Sample;

static const Sample samples[] = {
  { "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\10\2\0\0\0", 29, "image/png" },
  { "\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0", 20, "image/jpeg" },
  { "GIF89a\1\0\1\0\x80\0\0", 13, "image/gif" },
  { "%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", 15, "application/pdf" },
  { "Hello, where is my parcel?\n", 27, "text/plain" },
  { "<!DOCTYPE html><html><script>alert(1)</script></html>", 53, "text/html" },
  { "PK\5\6\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 22, "application/zip" },
  { "\1\2\3\4\xfe\xfd", 6, "application/octet-stream" },
  { "", 0, "application/x-empty" },
};

static void
test_types (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (samples); i++)
    {
      g_autofree char *path = NULL;
      g_autoptr (GError) error = NULL;
      g_autofree char *type = NULL;
      int fd = g_file_open_tmp ("deskbell-sniff-XXXXXX", &path, NULL);

      g_unlink (path);
      g_assert_cmpint (write (fd, samples[i].bytes, samples[i].length), ==,
                       (gssize) samples[i].length);
      type = sniff_type (fd, &error);
      g_assert_no_error (error);
      g_assert_cmpstr (type, ==, samples[i].type);
      close (fd);
    }
}

/* Puts @script in the place of the program that looks, and asks for the type of something.
 * Returns: (transfer full): what sniff_type() says. */
static char *
sniff_by (const char *script, GError **error)
{
  g_autofree char *folder = g_dir_make_tmp ("deskbell-sniff-XXXXXX", NULL);
  g_autofree char *program = g_build_filename (folder, "deskbell-sniff", NULL);
  g_autofree char *before = g_strdup (g_getenv ("DESKBELL_LIBEXEC_DIR"));
  char *type;

  if (script != NULL)
    g_assert_true (g_file_set_contents_full (program, script, -1, 0, 0700, NULL));
  g_setenv ("DESKBELL_LIBEXEC_DIR", folder, TRUE);
  type = sniff_type (STDIN_FILENO, error);
  g_setenv ("DESKBELL_LIBEXEC_DIR", before, TRUE);
  g_unlink (program);
  g_rmdir (folder);
  return type;
}

/* Nobody vouches for a child that was taken over, or brought down. */
static void
test_child_is_not_believed (void)
{
  static const char *const scripts[] = {
    "#!/bin/sh\n",
    "#!/bin/sh\nprintf 'image/*'\n",
    "#!/bin/sh\nprintf 'image/png\\r\\nX: y'\n",
    "#!/bin/sh\nprintf 'image/png'; exit 1\n",
    "#!/bin/sh\nprintf 'image/png'; kill -SYS $$\n",
    "#!/bin/sh\nprintf 'image/%0500d' 7\n",
  };
  g_autoptr (GError) missing = NULL;
  g_autoptr (GError) unsafe = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (scripts); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *type = sniff_by (scripts[i], &error);

      g_assert_no_error (error);
      g_assert_cmpstr (type, ==, "application/octet-stream");
    }
  g_assert_null (sniff_by (NULL, &missing));
  g_assert_error (missing, PROBLEM, PROBLEM_INTERNAL);
  g_assert_null (sniff_by ("#!/bin/sh\nexit 71\n", &unsafe));
  g_assert_error (unsafe, PROBLEM, PROBLEM_INTERNAL);
}

static void
test_allows (void)
{
  const char *const allowed[] = { "image/*", "application/pdf", NULL };
  const char *const nothing[] = { NULL };

  g_assert_true (sniff_allows (allowed, "image/png"));
  g_assert_true (sniff_allows (allowed, "application/pdf"));
  g_assert_false (sniff_allows (allowed, "application/pdfx"));
  g_assert_false (sniff_allows (allowed, "application/zip"));
  g_assert_false (sniff_allows (allowed, "imagery/png"));
  g_assert_false (sniff_allows (nothing, "image/png"));
}

static void
test_entries (void)
{
  static const char *const fit[]
      = { "image/png", "image/*", "application/vnd.oasis.opendocument.text", "image/svg+xml" };
  static const char *const unfit[]
      = { "", "*", "*/*", "image", "image/", "/png", "image/p*", "image/png; q=1", "image/*/x" };

  for (guint i = 0; i < G_N_ELEMENTS (fit); i++)
    g_assert_true (sniff_entry_is_fit (fit[i]));
  for (guint i = 0; i < G_N_ELEMENTS (unfit); i++)
    {
      g_test_message ("%s", unfit[i]);
      g_assert_false (sniff_entry_is_fit (unfit[i]));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  /* A missing program is a warning in the log. */
  g_log_set_always_fatal (G_LOG_FATAL_MASK | G_LOG_LEVEL_CRITICAL);
  g_test_add_func ("/sniff/types-by-content", test_types);
  g_test_add_func ("/sniff/child-is-not-believed", test_child_is_not_believed);
  g_test_add_func ("/sniff/lists-of-what-is-allowed", test_allows);
  g_test_add_func ("/sniff/entries-of-such-a-list", test_entries);
  return g_test_run ();
}
