/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * A sealed text is the id of its master key, its own key under that one, and the text under its own
 * key: three parts in hex with dots between them. A new master key changes the first two. */
#include "storage/sealed.h"

#include "storage/store.h"

#include <sodium.h>
#include <string.h>

#define KEY_BYTES STORAGE_KEY_BYTES
#define BOX_BYTES_MAX (crypto_secretbox_MACBYTES + SEALED_TEXT_MAX)

G_STATIC_ASSERT (KEY_BYTES == crypto_secretbox_KEYBYTES);

/* A key seals one text and never another, so that its nonce may always be the same. */
static const guint8 nonce[crypto_secretbox_NONCEBYTES];

char *
sealed_make (Storage *storage, const char *object, const char *text)
{
  gsize length = strlen (text);
  guint8 key[KEY_BYTES];
  guint8 box[BOX_BYTES_MAX];
  char hex[2 * BOX_BYTES_MAX + 1];
  StorageSeal seal = { 0 };

  g_return_val_if_fail (length <= SEALED_TEXT_MAX, NULL);
  randombytes_buf (key, sizeof key);
  crypto_secretbox_easy (box, (const guint8 *) text, length, nonce, key);
  storage_seal_key (storage, object, key, &seal);
  sodium_memzero (key, sizeof key);
  sodium_bin2hex (hex, sizeof hex, box, crypto_secretbox_MACBYTES + length);
  return g_strdup_printf ("%s.%s.%s", seal.master, seal.key, hex);
}

/* Takes @sealed apart: fills @seal, and returns the text's part.
 * Returns: (transfer full): NULL with an error. */
static char *
take_apart (const char *object, const char *sealed, StorageSeal *seal, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (sealed, ".", 4);

  if (g_strv_length (parts) != 3
      || g_strlcpy (seal->master, parts[0], sizeof seal->master) >= sizeof seal->master
      || g_strlcpy (seal->key, parts[1], sizeof seal->key) >= sizeof seal->key)
    {
      store_set_damaged (error, object);
      return NULL;
    }
  return g_strdup (parts[2]);
}

/* Returns: (transfer full): the text in the box @hex; NULL when @key does not open it. */
static char *
open_box (const char *hex, const guint8 *key)
{
  guint8 box[BOX_BYTES_MAX];
  gsize length = 0;
  char *text;

  if (sodium_hex2bin (box, sizeof box, hex, strlen (hex), NULL, &length, NULL) != 0
      || length < crypto_secretbox_MACBYTES)
    return NULL;
  text = g_malloc0 (length - crypto_secretbox_MACBYTES + 1);
  if (crypto_secretbox_open_easy ((guint8 *) text, box, length, nonce, key) == 0)
    return text;
  g_free (text);
  return NULL;
}

char *
sealed_open (Storage *storage, const char *object, const char *sealed, GError **error)
{
  StorageSeal seal = { 0 };
  guint8 key[KEY_BYTES];
  g_autofree char *hex = take_apart (object, sealed, &seal, error);
  char *text;

  if (hex == NULL || !storage_open_key (storage, object, &seal, key, error))
    return NULL;
  text = open_box (hex, key);
  sodium_memzero (key, sizeof key);
  if (text == NULL)
    store_set_damaged (error, object);
  return text;
}

char *
sealed_renew (Storage *storage, const char *object, const char *sealed, GError **error)
{
  StorageSeal seal = { 0 };
  g_autofree char *hex = take_apart (object, sealed, &seal, error);

  if (hex == NULL || !storage_reseal (storage, object, &seal, error))
    return NULL;
  return g_strdup_printf ("%s.%s.%s", seal.master, seal.key, hex);
}

void
sealed_forget (char *text)
{
  if (text == NULL)
    return;
  sodium_memzero (text, strlen (text));
  g_free (text);
}
