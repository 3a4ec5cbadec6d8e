/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Forms, cut into pieces in every way: what is read does not depend on how the network cut it. */
#include "http/form.h"

#include "base/problem.h"

#include <string.h>

#define TYPE "multipart/form-data; boundary=\"b\""
#define HEAD "Content-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n"

static gboolean
write_cb (const char *bytes, gsize length, gpointer data, GError **error G_GNUC_UNUSED)
{
  g_string_append_len (data, bytes, (gssize) length);
  return TRUE;
}

/* Reads @body in pieces of @step bytes. Returns: (transfer full): the file, or NULL. */
static char *
read_form (const char *body, gsize step, char **name)
{
  g_autoptr (GString) file = g_string_new (NULL);
  g_autoptr (Form) form = form_new (TYPE, write_cb, file, NULL);
  gsize length = strlen (body);

  for (gsize at = 0; at < length; at += step)
    {
      if (!form_feed (form, body + at, MIN (step, length - at), NULL))
        return NULL;
    }
  if (!form_end (form, NULL))
    return NULL;
  if (name != NULL)
    *name = g_strdup (form_name (form));
  return g_strdup (file->str);
}

static void
test_cut_anywhere (void)
{
  static const char *const files[]
      = { "", "x", "\r\n", "\r\n--", "-b--b", "\r\n--\r\n--c\r\n\r\n-", "line\r\n\r\n--line\r" };

  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *body
          = g_strconcat ("preamble\r\n--b \t\r\nContent-Disposition: form-data; name=\"other\"\r\n"
                         "\r\nfile\r\n--b\r\n" HEAD "Content-Type: text/plain\r\n\r\n",
                         files[i], "\r\n--b--\r\nepilogue\r\n--b\r\n", NULL);

      for (gsize step = 1; step <= strlen (body); step++)
        {
          g_autofree char *name = NULL;
          g_autofree char *file = read_form (body, step, &name);

          g_assert_cmpstr (file, ==, files[i]);
          g_assert_cmpstr (name, ==, "a.txt");
        }
    }
}

static void
test_refused (void)
{
  static const char *const bodies[] = {
    "",
    "--b--",
    "--b\r\n" HEAD "\r\nx",
    "--b\r\n" HEAD "\r\nx\r\n--b",
    "--b\r\n" HEAD "\r\nx\r\n--b\r\n" HEAD "\r\nx\r\n--b--",
    "--b\r\n\r\nx\r\n--b--",
    "--bx\r\n" HEAD "\r\nx\r\n--b--",
    "--b\r\nContent-Disposition: inline; name=\"file\"\r\n\r\nx\r\n--b--",
    "--b\r\nContent-Type: text/plain\r\n\r\nx\r\n--b--",
    "--b\r\nContent-Disposition: ; name=\"file\"\r\n\r\nx\r\n--b--",
    "--b\r\nContent-Disposition:\r\n\r\nx\r\n--b--",
  };

  for (guint i = 0; i < G_N_ELEMENTS (bodies); i++)
    {
      for (gsize step = 1; step < 70; step += 7)
        {
          g_autofree char *file = read_form (bodies[i], step, NULL);

          g_assert_null (file);
        }
    }
}

static void
test_boundaries (void)
{
  static const char *const types[]
      = { "multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; x=y" };

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (form_new (types[i], write_cb, NULL, &error));
      g_assert_error (error, PROBLEM, PROBLEM_BAD_REQUEST);
    }
  g_assert_true (form_is_form ("Multipart/Form-Data; boundary=x"));
  g_assert_false (form_is_form ("application/json"));
  g_assert_false (form_is_form (NULL));
}

static void
test_nonsense (void)
{
  static const char letters[] = "\r\n-b:; \"=aC";

  for (guint round = 0; round < 20000; round++)
    {
      g_autoptr (GString) body = g_string_new ("--b\r\n");

      for (guint i = 0; i < 60; i++)
        g_string_append_c (body, letters[g_random_int_range (0, sizeof letters - 1)]);
      g_free (read_form (body->str, 1 + round % 13, NULL));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/form/cut-anywhere", test_cut_anywhere);
  g_test_add_func ("/form/refused", test_refused);
  g_test_add_func ("/form/boundaries", test_boundaries);
  g_test_add_func ("/form/nonsense", test_nonsense);
  return g_test_run ();
}
