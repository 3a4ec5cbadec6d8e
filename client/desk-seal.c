/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * A sealed text is its nonce and the ciphertext. The first byte says which way it was sealed, for
 * the day when there is a second one.
 */

#include "desk-seal.h"

#include <sodium.h>
#include <string.h>

#define WAY 1
#define KEY_SIZE crypto_aead_xchacha20poly1305_ietf_KEYBYTES
#define NONCE_SIZE crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG_SIZE crypto_aead_xchacha20poly1305_ietf_ABYTES
#define HEAD_SIZE (1 + NONCE_SIZE)

char *
desk_seal_make_key (void)
{
  guint8 key[KEY_SIZE];
  char *text;

  g_return_val_if_fail (sodium_init () >= 0, NULL);

  crypto_aead_xchacha20poly1305_ietf_keygen (key);
  text = g_base64_encode (key, sizeof key);
  sodium_memzero (key, sizeof key);

  return text;
}

static gboolean
read_key (const char *text, guint8 *key)
{
  gsize size = 0;
  guint8 *decoded = g_base64_decode (text, &size);
  gboolean good = size == KEY_SIZE && sodium_init () >= 0;

  if (good)
    memcpy (key, decoded, KEY_SIZE);
  sodium_memzero (decoded, size);
  g_free (decoded);

  return good;
}

GBytes *
desk_seal_text (const char *key_text, const char *owner, const char *text)
{
  gsize size = strlen (text);
  guint8 key[KEY_SIZE];
  guint8 *sealed;

  if (!read_key (key_text, key))
    return NULL;

  sealed = g_malloc (HEAD_SIZE + size + TAG_SIZE);
  sealed[0] = WAY;
  randombytes_buf (sealed + 1, NONCE_SIZE);
  crypto_aead_xchacha20poly1305_ietf_encrypt (sealed + HEAD_SIZE, NULL, (const guint8 *) text, size,
                                              (const guint8 *) owner, strlen (owner), NULL,
                                              sealed + 1, key);
  sodium_memzero (key, sizeof key);

  return g_bytes_new_take (sealed, HEAD_SIZE + size + TAG_SIZE);
}

char *
desk_seal_open (const char *key_text, const char *owner, GBytes *sealed)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (sealed, &size);
  g_autofree char *text = NULL;
  guint8 key[KEY_SIZE];
  gboolean good;

  if (size < HEAD_SIZE + TAG_SIZE || data[0] != WAY || !read_key (key_text, key))
    return NULL;

  text = g_malloc0 (size - HEAD_SIZE - TAG_SIZE + 1);
  good = crypto_aead_xchacha20poly1305_ietf_decrypt ((guint8 *) text, NULL, NULL, data + HEAD_SIZE,
                                                     size - HEAD_SIZE, (const guint8 *) owner,
                                                     strlen (owner), data + 1, key)
         == 0;
  sodium_memzero (key, sizeof key);

  return good ? g_steal_pointer (&text) : NULL;
}
