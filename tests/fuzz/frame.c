/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The frames that a client sends on its socket. What is heard must not depend on how the network
 * cut them. The text in them is the business of message.c. */
#include "fuzz.h"

#include "live/decoder.h"

/* Writes down what the live room would hear. */
static gboolean
heard_cb (guint8 opcode, const guint8 *data, gsize length, gpointer user_data)
{
  GString *heard = user_data;

  g_assert_cmpuint (length, <=, DECODER_MESSAGE_MAX);
  g_string_append_printf (heard, "%u %d %zu ", opcode, data != NULL, length);
  if (data != NULL)
    g_string_append_len (heard, (const char *) data, (gssize) length);
  return TRUE;
}

static guint16
decode (const FuzzInput *stream, gsize step, GString *heard)
{
  g_autoptr (Decoder) decoder = decoder_new ();
  guint16 code = 0;

  for (gsize at = 0; code == 0 && at < stream->size; at += step)
    code
        = decoder_read (decoder, stream->data + at, MIN (step, stream->size - at), heard_cb, heard);
  return code;
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  FuzzInput input = { data, size };
  gsize step = 1 + fuzz_byte (&input) % 32;
  g_autoptr (GString) at_once = g_string_new (NULL);
  g_autoptr (GString) in_steps = g_string_new (NULL);

  g_assert_cmpuint (decode (&input, MAX (input.size, 1), at_once), ==,
                    decode (&input, step, in_steps));
  g_assert_true (g_string_equal (at_once, in_steps));
  return 0;
}
