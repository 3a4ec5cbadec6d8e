/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * A file in a multipart/form-data body. What is read must not depend on how the network cut it. The
 * first line is the Content-Type, the rest the body. */
#include "fuzz.h"

#include "http/form.h"

typedef struct
{
  gboolean whole;
  GString *file;
  char *name;
  char *type;
} Reading;

static gboolean
write_cb (const char *bytes, gsize length, gpointer data, GError **error G_GNUC_UNUSED)
{
  g_string_append_len (data, bytes, (gssize) length);
  return TRUE;
}

static void
read_in_steps (const char *content_type, const FuzzInput *body, gsize step, Reading *reading)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Form) form = NULL;
  const char *bytes = (const char *) body->data;
  gboolean fits = TRUE;

  reading->file = g_string_new (NULL);
  form = form_new (content_type, write_cb, reading->file, &error);
  if (form == NULL)
    {
      g_assert_nonnull (error);
      return;
    }
  for (gsize at = 0; fits && at < body->size; at += step)
    fits = form_feed (form, bytes + at, MIN (step, body->size - at), &error);
  reading->whole = fits && form_end (form, &error);
  g_assert_true (reading->whole == (error == NULL));
  reading->name = g_strdup (form_name (form));
  reading->type = g_strdup (form_type (form));
}

static void
reading_clear (Reading *reading)
{
  g_string_free (reading->file, TRUE);
  g_free (reading->name);
  g_free (reading->type);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Reading, reading_clear)

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  FuzzInput input = { data, size };
  gsize step = 1 + fuzz_byte (&input) % 64;
  g_autofree char *content_type = fuzz_line (&input, 256);
  g_auto (Reading) at_once = { 0 };
  g_auto (Reading) in_steps = { 0 };

  form_is_form (content_type);
  read_in_steps (content_type, &input, MAX (input.size, 1), &at_once);
  read_in_steps (content_type, &input, step, &in_steps);
  g_assert_true (at_once.whole == in_steps.whole);
  if (!at_once.whole)
    return 0;
  g_assert_true (g_string_equal (at_once.file, in_steps.file));
  g_assert_cmpstr (at_once.name, ==, in_steps.name);
  g_assert_cmpstr (at_once.type, ==, in_steps.type);
  return 0;
}
