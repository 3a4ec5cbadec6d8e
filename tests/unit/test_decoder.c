/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Frames in, messages out, however the bytes are cut. */
#include "live/decoder.h"

#include <string.h>
#include <wslay/wslay.h>

#define ROUNDS 300

/* What a client would send, and what should be heard of it. */
typedef struct
{
  GByteArray *bytes;
  GString *expected;
  GString *heard;
} Talk;

static void
talk_init (Talk *talk)
{
  talk->bytes = g_byte_array_new ();
  talk->expected = g_string_new (NULL);
  talk->heard = g_string_new (NULL);
}

static void
talk_clear (Talk *talk)
{
  g_byte_array_unref (talk->bytes);
  g_string_free (talk->expected, TRUE);
  g_string_free (talk->heard, TRUE);
}

static void
add_frame (Talk *talk, guint8 first, const char *payload, gsize length)
{
  const guint8 key[4] = { 0x11, 0xe2, 0x53, 0x84 };
  guint8 header[14] = { first, 0x80 };
  gsize size = 2;

  if (length < 126)
    header[1] |= (guint8) length;
  else
    {
      header[1] |= 126;
      header[2] = (guint8) (length >> 8);
      header[3] = (guint8) length;
      size = 4;
    }
  memcpy (header + size, key, sizeof key);
  g_byte_array_append (talk->bytes, header, (guint) (size + sizeof key));
  for (gsize i = 0; i < length; i++)
    {
      guint8 masked = (guint8) payload[i] ^ key[i % 4];

      g_byte_array_append (talk->bytes, &masked, 1);
    }
}

/* A message in a random number of fragments, with pings among them. */
static void
add_message (Talk *talk)
{
  gsize length = (gsize) g_test_rand_int_range (0, 6000);
  g_autofree char *text = g_malloc (length + 1);
  guint8 opcode = WSLAY_TEXT_FRAME;
  gsize at = 0;

  memset (text, 'a' + g_test_rand_int_range (0, 26), length);
  while (g_test_rand_bit ())
    {
      gsize part = (gsize) g_test_rand_int_range (0, (gint32) (length - at) + 1);

      add_frame (talk, opcode, text + at, part);
      at += part;
      opcode = WSLAY_CONTINUATION_FRAME;
      if (g_test_rand_bit ())
        {
          add_frame (talk, 0x80 | WSLAY_PING, "ping", 4);
          g_string_append (talk->expected, "<9 ping>");
        }
    }
  add_frame (talk, 0x80 | opcode, text + at, length - at);
  text[length] = '\0';
  g_string_append_printf (talk->expected, "<1 %s>", text);
}

static gboolean
note_cb (guint8 opcode, const guint8 *data, gsize length, gpointer user_data)
{
  Talk *talk = user_data;

  if (data != NULL)
    {
      g_string_append_printf (talk->heard, "<%u ", opcode);
      g_string_append_len (talk->heard, (const char *) data, (gssize) length);
      g_string_append_c (talk->heard, '>');
    }
  return TRUE;
}

static void
test_any_cut_gives_the_same_messages (void)
{
  for (guint round = 0; round < ROUNDS; round++)
    {
      g_autoptr (Decoder) decoder = decoder_new ();
      Talk talk;

      talk_init (&talk);
      for (guint i = 0; i < 4; i++)
        add_message (&talk);
      for (guint at = 0; at < talk.bytes->len;)
        {
          guint cut = (guint) g_test_rand_int_range (1, 5000);
          guint part = MIN (talk.bytes->len - at, cut);

          g_assert_cmpuint (decoder_read (decoder, talk.bytes->data + at, part, note_cb, &talk), ==,
                            0);
          at += part;
        }
      g_assert_cmpstr (talk.heard->str, ==, talk.expected->str);
      g_assert_true (decoder_is_idle (decoder));
      talk_clear (&talk);
    }
}

static void
test_idle_only_between_messages (void)
{
  g_autoptr (Decoder) decoder = decoder_new ();
  Talk talk;

  talk_init (&talk);
  add_frame (&talk, WSLAY_TEXT_FRAME, "one", 3);
  add_frame (&talk, 0x80 | WSLAY_CONTINUATION_FRAME, "two", 3);
  g_assert_true (decoder_is_idle (decoder));
  for (guint at = 0; at < talk.bytes->len; at++)
    {
      decoder_read (decoder, talk.bytes->data + at, 1, note_cb, &talk);
      g_assert_true (decoder_is_idle (decoder) == (at + 1 == talk.bytes->len));
    }
  g_assert_cmpstr (talk.heard->str, ==, "<1 onetwo>");
  talk_clear (&talk);
}

static guint16
read_code (Talk *talk)
{
  g_autoptr (Decoder) decoder = decoder_new ();

  return decoder_read (decoder, talk->bytes->data, talk->bytes->len, note_cb, talk);
}

static void
test_a_message_is_bounded_over_its_fragments (void)
{
  g_autofree char *half = g_strnfill (DECODER_MESSAGE_MAX / 2, ' ');
  Talk talk;

  talk_init (&talk);
  add_frame (&talk, WSLAY_TEXT_FRAME, half, DECODER_MESSAGE_MAX / 2);
  add_frame (&talk, 0x80 | WSLAY_CONTINUATION_FRAME, half, DECODER_MESSAGE_MAX / 2);
  g_assert_cmpuint (read_code (&talk), ==, 0);
  g_assert_cmpuint (talk.heard->len, ==, DECODER_MESSAGE_MAX + strlen ("<1 >"));
  talk_clear (&talk);

  talk_init (&talk);
  add_frame (&talk, WSLAY_TEXT_FRAME, half, DECODER_MESSAGE_MAX / 2);
  add_frame (&talk, WSLAY_CONTINUATION_FRAME, half, DECODER_MESSAGE_MAX / 2);
  add_frame (&talk, 0x80 | WSLAY_CONTINUATION_FRAME, " ", 1);
  g_assert_cmpuint (read_code (&talk), ==, CLOSE_TOO_BIG);
  g_assert_cmpstr (talk.heard->str, ==, "");
  talk_clear (&talk);
}

static void
test_what_is_not_permitted_has_its_code (void)
{
  static const struct
  {
    guint8 first;
    guint16 code;
  } cases[] = {
    { 0x80 | WSLAY_BINARY_FRAME, CLOSE_BINARY },
    { 0x80 | WSLAY_CONTINUATION_FRAME, CLOSE_PROTOCOL },
    { 0xc0 | WSLAY_TEXT_FRAME, CLOSE_PROTOCOL }, /* RSV1: compressed */
    { 0x80 | 0x3, CLOSE_PROTOCOL },
    { 0x80 | 0xb, CLOSE_PROTOCOL },
    { WSLAY_PING, CLOSE_PROTOCOL }, /* a fragment */
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      Talk talk;

      talk_init (&talk);
      add_frame (&talk, cases[i].first, "x", 1);
      g_assert_cmpuint (read_code (&talk), ==, cases[i].code);
      g_assert_cmpstr (talk.heard->str, ==, "");
      talk_clear (&talk);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/decoder/any-cut", test_any_cut_gives_the_same_messages);
  g_test_add_func ("/decoder/idle", test_idle_only_between_messages);
  g_test_add_func ("/decoder/bounded", test_a_message_is_bounded_over_its_fragments);
  g_test_add_func ("/decoder/codes", test_what_is_not_permitted_has_its_code);
  return g_test_run ();
}
