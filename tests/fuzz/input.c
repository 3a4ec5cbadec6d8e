/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Taking an input apart. */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

static void
fail_cb (const char *domain G_GNUC_UNUSED, GLogLevelFlags level, const char *message,
         gpointer data G_GNUC_UNUSED)
{
  g_printerr ("%s\n", message);
  if ((level & (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL)) != 0)
    abort ();
}

int
LLVMFuzzerInitialize (int *argc G_GNUC_UNUSED, char ***argv G_GNUC_UNUSED)
{
  g_log_set_default_handler (fail_cb, NULL);
  return 0;
}

guint8
fuzz_byte (FuzzInput *input)
{
  if (input->size == 0)
    return 0;
  input->size--;
  return *input->data++;
}

char *
fuzz_line (FuzzInput *input, gsize max)
{
  const guint8 *end = input->size > 0 ? memchr (input->data, '\n', input->size) : NULL;
  gsize length = end != NULL ? (gsize) (end - input->data) : input->size;
  char *line = g_strndup ((const char *) input->data, MIN (length, max));
  gsize taken = end != NULL ? length + 1 : length;

  input->data += taken;
  input->size -= taken;
  return line;
}

char *
fuzz_rest (FuzzInput *input)
{
  char *rest = g_strndup ((const char *) input->data, input->size);

  input->data += input->size;
  input->size = 0;
  return rest;
}

char *
fuzz_text (FuzzInput *input)
{
  g_autofree char *rest = fuzz_rest (input);

  return g_utf8_make_valid (rest, -1);
}
