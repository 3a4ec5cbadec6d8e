/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The parent's side of thumbnails: it gets a picture and a size from a child that works, and an
 * error from one that does not. What the child does with bombs is in tests/server. */
#include "base/problem.h"
#include "storage/thumbnail.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

/* 3 × 2 pixels in two colours. */
static const char gif[]
    = "GIF89a\3\0\2\0\x80\0\0\xff\0\0\0\0\xff,\0\0\0\0\3\0\2\0\0\2\3\x84\x6f\5\0;";

static int
open_file (const char *bytes, gsize length)
{
  g_autofree char *path = NULL;
  int fd = g_file_open_tmp ("deskbell-thumbnail-XXXXXX", &path, NULL);

  g_unlink (path);
  g_assert_cmpint (write (fd, bytes, length), ==, (gssize) length);
  return fd;
}

static void
test_made (void)
{
  g_autoptr (GError) error = NULL;
  ThumbnailSize size = { 0 };
  int source = open_file (gif, sizeof gif - 1);
  int target = open_file ("", 0);
  guint8 head[3];

  g_assert_true (thumbnail_make (source, target, 64, &size, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (size.width, ==, 3);
  g_assert_cmpuint (size.height, ==, 2);
  g_assert_cmpint (pread (target, head, sizeof head, 0), ==, 3);
  g_assert_cmpmem (head, 3, "\xff\xd8\xff", 3);
  close (source);
  close (target);
}

static void
test_no_picture (void)
{
  g_autoptr (GError) error = NULL;
  ThumbnailSize size;
  int source = open_file ("no picture at all", 17);
  int target = open_file ("", 0);

  g_assert_false (thumbnail_make (source, target, 64, &size, &error));
  g_assert_error (error, PROBLEM, PROBLEM_VALIDATION_FAILED);
  close (source);
  close (target);
}

static void
test_no_program (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_strdup (g_getenv ("DESKBELL_LIBEXEC_DIR"));
  ThumbnailSize size;
  int source = open_file (gif, sizeof gif - 1);
  int target = open_file ("", 0);

  g_setenv ("DESKBELL_LIBEXEC_DIR", "/nowhere", TRUE);
  g_assert_false (thumbnail_make (source, target, 64, &size, &error));
  g_assert_error (error, PROBLEM, PROBLEM_INTERNAL);
  g_setenv ("DESKBELL_LIBEXEC_DIR", folder, TRUE);
  close (source);
  close (target);
}

static void
test_fits (void)
{
  g_assert_true (thumbnail_fits ("image/png"));
  g_assert_false (thumbnail_fits ("image/svg+xml"));
  g_assert_false (thumbnail_fits ("application/pdf"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  /* A missing program is a warning in the log. */
  g_log_set_always_fatal (G_LOG_FATAL_MASK | G_LOG_LEVEL_CRITICAL);
  g_test_add_func ("/thumbnail/comes-with-the-size", test_made);
  g_test_add_func ("/thumbnail/none-of-what-is-no-picture", test_no_picture);
  g_test_add_func ("/thumbnail/none-without-the-program", test_no_program);
  g_test_add_func ("/thumbnail/types-it-can-be-made-of", test_fits);
  return g_test_run ();
}
