/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Encryption of a file's segments. */
#include "storage/segment.h"

#include <sodium.h>

#define HEADER_BYTES crypto_secretstream_xchacha20poly1305_HEADERBYTES

G_STATIC_ASSERT (SEGMENT_KEY_BYTES == crypto_kdf_KEYBYTES);
G_STATIC_ASSERT (SEGMENT_OVERHEAD == HEADER_BYTES + crypto_secretstream_xchacha20poly1305_ABYTES);

guint64
segment_count (guint64 size)
{
  return size == 0 ? 1 : (size - 1) / SEGMENT_PLAIN + 1;
}

gsize
segment_length (guint64 size, guint64 index)
{
  return (gsize) MIN (size - index * SEGMENT_PLAIN, (guint64) SEGMENT_PLAIN);
}

static guint8
choose_tag (gboolean is_last)
{
  return is_last ? crypto_secretstream_xchacha20poly1305_TAG_FINAL
                 : crypto_secretstream_xchacha20poly1305_TAG_MESSAGE;
}

static void
derive_key (const guint8 *file_key, guint64 index, guint8 *key)
{
  crypto_kdf_derive_from_key (key, crypto_secretstream_xchacha20poly1305_KEYBYTES, index,
                              "segments", file_key);
}

void
segment_seal (const guint8 *file_key, guint64 index, gboolean is_last, const guint8 *plain,
              gsize length, guint8 *sealed)
{
  crypto_secretstream_xchacha20poly1305_state state;
  guint8 key[crypto_secretstream_xchacha20poly1305_KEYBYTES];

  derive_key (file_key, index, key);
  crypto_secretstream_xchacha20poly1305_init_push (&state, sealed, key);
  crypto_secretstream_xchacha20poly1305_push (&state, sealed + HEADER_BYTES, NULL, plain, length,
                                              NULL, 0, choose_tag (is_last));
  sodium_memzero (key, sizeof key);
  sodium_memzero (&state, sizeof state);
}

gboolean
segment_open (const guint8 *file_key, guint64 index, gboolean is_last, const guint8 *sealed,
              gsize length, guint8 *plain)
{
  crypto_secretstream_xchacha20poly1305_state state;
  guint8 key[crypto_secretstream_xchacha20poly1305_KEYBYTES];
  guint8 tag = 0;
  gboolean opened;

  if (length < SEGMENT_OVERHEAD)
    return FALSE;
  derive_key (file_key, index, key);
  opened = crypto_secretstream_xchacha20poly1305_init_pull (&state, sealed, key) == 0
           && crypto_secretstream_xchacha20poly1305_pull (&state, plain, NULL, &tag,
                                                          sealed + HEADER_BYTES,
                                                          length - HEADER_BYTES, NULL, 0)
                  == 0
           && tag == choose_tag (is_last);
  sodium_memzero (key, sizeof key);
  sodium_memzero (&state, sizeof state);
  return opened;
}
