/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The master keys. The file is looked at again whenever it has changed, so that a key made by
 * `rotate-key` beside a running server is used by it from then on. */
#include "storage/master.h"

#include "base/problem.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <sodium.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define KEY_BYTES crypto_aead_xchacha20poly1305_ietf_KEYBYTES
#define NONCE_BYTES crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define ID_BYTES (MASTER_ID_LETTERS / 2)
#define ID_HASH_BYTES crypto_generichash_BYTES_MIN

static const char head[]
    = "# Deskbell's master keys. Without them no attachment can be read: keep a copy of this file\n"
      "# in a safe place, apart from the attachments. New files get the first key. One below it "
      "may\n"
      "# go when `deskbell-server rotate-key` has said that no file is under it any more, and no\n"
      "# backup of the database needs it.\n";

G_STATIC_ASSERT (MASTER_WRAPPED_BYTES
                 == NONCE_BYTES + MASTER_FILE_KEY_BYTES
                        + crypto_aead_xchacha20poly1305_ietf_ABYTES);

typedef struct
{
  guint8 bytes[KEY_BYTES];
  char id[MASTER_ID_LETTERS + 1];
} Key;

struct Master
{
  GMutex lock;
  char *path;
  GArray *keys; /* of Key, the one for new files first */
  GStatBuf seen; /* the file as it was read */
};

/* The id says which key it is and nothing about it. */
static Key
make_key (const guint8 *bytes)
{
  Key key;
  guint8 hash[ID_HASH_BYTES];

  memcpy (key.bytes, bytes, KEY_BYTES);
  crypto_generichash (hash, sizeof hash, bytes, KEY_BYTES, NULL, 0);
  sodium_bin2hex (key.id, sizeof key.id, hash, ID_BYTES);
  return key;
}

static void
clear_key (gpointer key)
{
  sodium_memzero (key, sizeof (Key));
}

static GArray *
keys_new (void)
{
  GArray *keys = g_array_new (FALSE, TRUE, sizeof (Key));

  g_array_set_clear_func (keys, clear_key);
  return keys;
}

/* Returns: (transfer full): NULL when a line is neither a key nor a remark, or there is no key. */
static GArray *
parse_keys (const char *text)
{
  g_autoptr (GArray) keys = keys_new ();
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  gboolean is_fit = TRUE;

  for (guint i = 0; lines[i] != NULL; i++)
    {
      const char *line = g_strstrip (lines[i]);
      guint8 bytes[KEY_BYTES];
      gsize length;

      if (*line == '\0' || *line == '#')
        continue;
      is_fit
          = is_fit && strlen (line) == 2 * KEY_BYTES
            && sodium_hex2bin (bytes, sizeof bytes, line, strlen (line), NULL, &length, NULL) == 0
            && length == KEY_BYTES;
      if (is_fit)
        {
          Key key = make_key (bytes);

          g_array_append_val (keys, key);
          sodium_memzero (&key, sizeof key);
        }
      sodium_memzero (bytes, sizeof bytes);
      sodium_memzero (lines[i], strlen (lines[i]));
    }
  return is_fit && keys->len > 0 ? g_steal_pointer (&keys) : NULL;
}

static gboolean
write_keys (const char *path, const GArray *keys, GError **error)
{
  gsize room = strlen (head) + keys->len * (2 * KEY_BYTES + 1) + 1;
  char *text = g_malloc0 (room);
  gboolean done;

  g_strlcpy (text, head, room);
  for (guint i = 0; i < keys->len; i++)
    {
      gsize length = strlen (text);

      sodium_bin2hex (text + length, room - length, g_array_index (keys, Key, i).bytes, KEY_BYTES);
      g_strlcat (text, "\n", room);
    }
  done = g_file_set_contents_full (path, text, (gssize) strlen (text),
                                   G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE,
                                   0600, error);
  sodium_memzero (text, room);
  g_free (text);
  return done;
}

/* Reads the file anew. Keeps the keys it has when that fails. */
static gboolean
read_file (Master *master, GError **error)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) problem = NULL;
  GArray *keys = NULL;
  GStatBuf status = { 0 };

  g_stat (master->path, &status);
  if (!g_file_get_contents (master->path, &text, NULL, &problem))
    {
      problem_set (error, PROBLEM_INTERNAL,
                   _ ("The master key cannot be read: %s. Attachments are encrypted under it: put "
                      "the copy of it back."),
                   problem->message);
      return FALSE;
    }
  if ((status.st_mode & 077) == 0)
    keys = parse_keys (text);
  sodium_memzero (text, strlen (text));
  if (keys == NULL)
    {
      problem_set (error, PROBLEM_INTERNAL,
                   (status.st_mode & 077) != 0
                       ? _ ("Others may read the master key %s. Give it mode 0600.")
                       : _ ("The master key %s is damaged. Put the copy of it back."),
                   master->path);
      return FALSE;
    }
  g_clear_pointer (&master->keys, g_array_unref);
  master->keys = keys;
  master->seen = status;
  return TRUE;
}

static gboolean
is_unchanged (const GStatBuf *one, const GStatBuf *other)
{
  return one->st_ino == other->st_ino && one->st_size == other->st_size
         && one->st_mtim.tv_sec == other->st_mtim.tv_sec
         && one->st_mtim.tv_nsec == other->st_mtim.tv_nsec;
}

/* A file that cannot be read for the moment does no harm: the keys are known. */
static void
refresh (Master *master)
{
  g_autoptr (GError) problem = NULL;
  GStatBuf status;

  if (g_stat (master->path, &status) == 0 && is_unchanged (&status, &master->seen))
    return;
  if (!read_file (master, &problem))
    g_warning ("%s", problem->message);
}

static gboolean
add_key (Master *master, GError **error)
{
  g_autoptr (GArray) keys = keys_new ();
  guint8 bytes[KEY_BYTES];
  Key key;

  randombytes_buf (bytes, sizeof bytes);
  key = make_key (bytes);
  sodium_memzero (bytes, sizeof bytes);
  g_array_append_val (keys, key);
  sodium_memzero (&key, sizeof key);
  if (master->keys != NULL)
    g_array_append_vals (keys, master->keys->data, master->keys->len);
  return write_keys (master->path, keys, error) && read_file (master, error);
}

static gboolean
make_file (Master *master, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (master->path);

  if (g_mkdir_with_parents (folder, 0700) != 0)
    {
      problem_set (error, PROBLEM_INTERNAL, _ ("The folder %s cannot be made: %s"), folder,
                   g_strerror (errno));
      return FALSE;
    }
  return add_key (master, error);
}

Master *
master_open (const char *path, gboolean may_make, GError **error)
{
  g_autoptr (Master) master = g_new0 (Master, 1);
  gboolean is_there = g_file_test (path, G_FILE_TEST_EXISTS);

  g_mutex_init (&master->lock);
  master->path = g_strdup (path);
  if (is_there || !may_make ? !read_file (master, error) : !make_file (master, error))
    return NULL;
  return g_steal_pointer (&master);
}

void
master_free (Master *master)
{
  g_clear_pointer (&master->keys, g_array_unref);
  g_mutex_clear (&master->lock);
  g_free (master->path);
  g_free (master);
}

/* Copies the key @id, or the first one when it is NULL, so that nobody waits while it is used. */
static gboolean
copy_key (Master *master, const char *id, Key *key)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&master->lock);

  refresh (master);
  for (guint i = 0; i < master->keys->len; i++)
    {
      *key = g_array_index (master->keys, Key, i);
      if (id == NULL || strcmp (key->id, id) == 0)
        return TRUE;
    }
  sodium_memzero (key, sizeof *key);
  return FALSE;
}

char *
master_id (Master *master)
{
  Key key;
  char *id;

  copy_key (master, NULL, &key);
  id = g_strdup (key.id);
  sodium_memzero (&key, sizeof key);
  return id;
}

void
master_wrap (Master *master, const char *object, const guint8 *file_key, guint8 *wrapped, char *id)
{
  Key key;

  copy_key (master, NULL, &key);
  randombytes_buf (wrapped, NONCE_BYTES);
  crypto_aead_xchacha20poly1305_ietf_encrypt (wrapped + NONCE_BYTES, NULL, file_key,
                                              MASTER_FILE_KEY_BYTES, (const guint8 *) object,
                                              strlen (object), NULL, wrapped, key.bytes);
  memcpy (id, key.id, sizeof key.id);
  sodium_memzero (&key, sizeof key);
}

gboolean
master_unwrap (Master *master, const char *object, const guint8 *wrapped, const char *id,
               guint8 *file_key, GError **error)
{
  Key key;
  gboolean opened;

  if (!copy_key (master, id, &key))
    {
      g_warning ("the file %s is encrypted under the master key %s, which is not in %s", object, id,
                 master->path);
      problem_set (error, PROBLEM_INTERNAL, _ ("The key of this file is missing."));
      return FALSE;
    }
  opened = crypto_aead_xchacha20poly1305_ietf_decrypt (file_key, NULL, NULL, wrapped + NONCE_BYTES,
                                                       MASTER_WRAPPED_BYTES - NONCE_BYTES,
                                                       (const guint8 *) object, strlen (object),
                                                       wrapped, key.bytes)
           == 0;
  sodium_memzero (&key, sizeof key);
  if (!opened)
    {
      g_warning ("the seal of the file %s is damaged, or of another file", object);
      problem_set (error, PROBLEM_INTERNAL, _ ("This file is damaged."));
    }
  return opened;
}

/* Keeps other processes from changing the file until it is closed: a key that was written and lost
 * again would take with it what was encrypted meanwhile. Returns a descriptor, or -1. */
static int
lock_file (const Master *master)
{
  g_autofree char *folder = g_path_get_dirname (master->path);
  int fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  if (fd >= 0)
    flock (fd, LOCK_EX);
  return fd;
}

gboolean
master_rotate (Master *master, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&master->lock);
  int lock = lock_file (master);
  gboolean done = read_file (master, error) && add_key (master, error);

  if (lock >= 0)
    close (lock);
  return done;
}
