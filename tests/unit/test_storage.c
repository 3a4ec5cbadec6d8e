/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Stored files: what goes in comes out, any part of it, and nothing else ever does, whatever
 * happens to the files on the disk or to their seals. */
#include "base/problem.h"
#include "storage/segment.h"
#include "storage/storage.h"

#include <fcntl.h>
#include <ftw.h>
#include <glib/gstdio.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct
{
  char *folder;
  Config config;
  Storage *storage;
} Fixture;

static Storage *
open_storage (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  Storage *storage = storage_new (&fixture->config, &error);

  g_assert_no_error (error);
  return storage;
}

static void
set_up (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  fixture->folder = g_dir_make_tmp ("deskbell-storage-XXXXXX", NULL);
  fixture->config.data_dir = fixture->folder;
  fixture->config.master_key_file = g_build_filename (fixture->folder, "keys", "master.key", NULL);
  fixture->storage = open_storage (fixture);
}

static int
remove_cb (const char *path, const struct stat *status G_GNUC_UNUSED, int type G_GNUC_UNUSED,
           struct FTW *place G_GNUC_UNUSED)
{
  return g_remove (path);
}

static void
tear_down (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  storage_free (fixture->storage);
  nftw (fixture->folder, remove_cb, 8, FTW_DEPTH | FTW_PHYS);
  g_free (fixture->config.master_key_file);
  g_free (fixture->folder);
}

/* Bytes that differ everywhere, so that none can stand in for others. */
static guint8 *
make_bytes (gsize size)
{
  static const guint8 seed[randombytes_SEEDBYTES] = { 7 };
  guint8 *bytes = g_malloc (size + 1);

  randombytes_buf_deterministic (bytes, size, seed);
  return bytes;
}

static char *
put (Fixture *fixture, const guint8 *bytes, gsize size, StorageSeal *seal)
{
  g_autoptr (GError) error = NULL;
  char *object = storage_name ();
  int fd = storage_spool (fixture->storage, &error);

  g_assert_no_error (error);
  g_assert_cmpint (write (fd, bytes, size), ==, (gssize) size);
  storage_put (fixture->storage, object, fd, seal, &error);
  g_assert_no_error (error);
  close (fd);
  return object;
}

/* Reads a part in steps of an odd size. NULL with an error. */
static guint8 *
get (Fixture *fixture, const char *object, const StorageSeal *seal, guint64 from, guint64 to,
     GError **error)
{
  g_autoptr (StorageReader) reader = storage_open (fixture->storage, object, seal, from, to, error);
  g_autofree guint8 *bytes = g_malloc (to - from + 1);
  gsize done = 0;
  gssize step = -1;

  while (reader != NULL && (step = storage_read (reader, bytes + done, 30011, error)) > 0)
    done += (gsize) step;
  if (step < 0)
    return NULL;
  g_assert_cmpuint (done, ==, to - from);
  return g_steal_pointer (&bytes);
}

static void
assert_same (Fixture *fixture, const char *object, const StorageSeal *seal, const guint8 *bytes,
             guint64 from, guint64 to)
{
  g_autoptr (GError) error = NULL;
  g_autofree guint8 *got = get (fixture, object, seal, from, to, &error);

  g_assert_no_error (error);
  g_assert_cmpmem (got, to - from, bytes + from, to - from);
}

static void
assert_refused (Fixture *fixture, const char *object, const StorageSeal *seal, guint64 from,
                guint64 to, ProblemCode code)
{
  g_autoptr (GError) error = NULL;
  g_autofree guint8 *got = NULL;

  got = get (fixture, object, seal, from, to, &error);
  g_assert_error (error, PROBLEM, (gint) code);
  g_assert_null (got);
}

static char *
path_of (const Fixture *fixture, const char *object)
{
  g_autofree char *letters = g_strndup (object, 2);

  return g_build_filename (fixture->folder, "attachments", letters, object, NULL);
}

static void
test_whole (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  static const gsize sizes[]
      = { 0, 1, SEGMENT_PLAIN - 1, SEGMENT_PLAIN, SEGMENT_PLAIN + 1, 3 * SEGMENT_PLAIN + 17 };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      StorageSeal seal = { 0 };
      g_autofree guint8 *bytes = make_bytes (sizes[i]);
      g_autofree char *object = put (fixture, bytes, sizes[i], &seal);
      g_autofree char *sha256 = g_compute_checksum_for_data (G_CHECKSUM_SHA256, bytes, sizes[i]);

      g_assert_cmpuint (seal.size, ==, sizes[i]);
      g_assert_cmpstr (seal.sha256, ==, sha256);
      assert_same (fixture, object, &seal, bytes, 0, sizes[i]);
    }
}

static void
test_ranges (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  const guint64 size = 3 * SEGMENT_PLAIN + 17;
  const guint64 edges[] = { 0,
                            1,
                            SEGMENT_PLAIN - 1,
                            SEGMENT_PLAIN,
                            SEGMENT_PLAIN + 1,
                            2 * SEGMENT_PLAIN + 5,
                            3 * SEGMENT_PLAIN,
                            size - 1,
                            size };
  StorageSeal seal;
  g_autofree guint8 *bytes = make_bytes (size);
  g_autofree char *object = put (fixture, bytes, size, &seal);

  for (guint from = 0; from < G_N_ELEMENTS (edges); from++)
    {
      for (guint to = from; to < G_N_ELEMENTS (edges); to++)
        assert_same (fixture, object, &seal, bytes, edges[from], edges[to]);
    }
}

static void
test_encrypted (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  static const char secret[] = "The parcel is under the third flower pot.";
  StorageSeal seal;
  g_autofree char *object = put (fixture, (const guint8 *) secret, strlen (secret), &seal);
  g_autofree char *path = path_of (fixture, object);
  g_autofree char *bytes = NULL;
  gsize length;
  GStatBuf status;

  g_assert_true (g_file_get_contents (path, &bytes, &length, NULL));
  g_assert_cmpuint (length, ==, strlen (secret) + SEGMENT_OVERHEAD);
  g_assert_null (memmem (bytes, length, "parcel", 6));
  g_assert_cmpint (g_stat (path, &status), ==, 0);
  g_assert_cmpuint (status.st_mode & 077, ==, 0);
}

/* Also when what is read lies before the damage that a shorter file is. */
static void
test_cut_off (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  const guint64 size = 2 * SEGMENT_PLAIN + 100;
  StorageSeal seal;
  StorageSeal shorter;
  g_autofree guint8 *bytes = make_bytes (size);
  g_autofree char *object = put (fixture, bytes, size, &seal);
  g_autofree char *path = path_of (fixture, object);

  g_assert_cmpint (truncate (path, 2 * SEGMENT_SEALED), ==, 0);
  assert_same (fixture, object, &seal, bytes, 0, 2 * SEGMENT_PLAIN);
  assert_refused (fixture, object, &seal, 0, size, PROBLEM_INTERNAL);
  /* Even a seal that says so does not make it whole: its last segment is none. */
  shorter = seal;
  shorter.size = 2 * SEGMENT_PLAIN;
  assert_refused (fixture, object, &shorter, 0, shorter.size, PROBLEM_INTERNAL);
  g_assert_cmpint (truncate (path, 2 * SEGMENT_SEALED + 50), ==, 0);
  assert_refused (fixture, object, &seal, size - 1, size, PROBLEM_INTERNAL);
}

/* Writes @length bytes of the stored file at @from over those at @to. */
static void
copy_within (const char *path, gsize from, gsize to, gsize length)
{
  g_autofree char *bytes = NULL;
  gsize whole;

  g_assert_true (g_file_get_contents (path, &bytes, &whole, NULL));
  memcpy (bytes + to, bytes + from, length);
  g_assert_true (g_file_set_contents (path, bytes, (gssize) whole, NULL));
}

static void
test_swapped (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  const guint64 size = 3 * SEGMENT_PLAIN;
  StorageSeal seal;
  g_autofree guint8 *bytes = make_bytes (size);
  g_autofree char *object = put (fixture, bytes, size, &seal);
  g_autofree char *path = path_of (fixture, object);

  copy_within (path, 0, SEGMENT_SEALED, SEGMENT_SEALED);
  assert_same (fixture, object, &seal, bytes, 0, SEGMENT_PLAIN);
  assert_refused (fixture, object, &seal, SEGMENT_PLAIN, SEGMENT_PLAIN + 1, PROBLEM_INTERNAL);
  assert_same (fixture, object, &seal, bytes, 2 * SEGMENT_PLAIN, size);
}

static void
test_changed (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  StorageSeal seal;
  g_autofree guint8 *bytes = make_bytes (100);
  g_autofree char *object = put (fixture, bytes, 100, &seal);
  g_autofree char *path = path_of (fixture, object);
  g_autofree char *stored = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (path, &stored, &length, NULL));
  for (gsize i = 0; i < length; i++)
    {
      stored[i] ^= 1;
      g_assert_true (g_file_set_contents (path, stored, (gssize) length, NULL));
      assert_refused (fixture, object, &seal, 0, 100, PROBLEM_INTERNAL);
      stored[i] ^= 1;
    }
}

static void
test_other_seal (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  StorageSeal one_seal, other_seal;
  g_autofree guint8 *bytes = make_bytes (10);
  g_autofree char *one = put (fixture, bytes, 10, &one_seal);
  g_autofree char *other = put (fixture, bytes, 10, &other_seal);
  StorageSeal damaged = one_seal;

  assert_refused (fixture, one, &other_seal, 0, 10, PROBLEM_INTERNAL);
  damaged.key[3] = damaged.key[3] == '0' ? '1' : '0';
  assert_refused (fixture, one, &damaged, 0, 10, PROBLEM_INTERNAL);
  damaged.key[0] = '\0';
  assert_refused (fixture, one, &damaged, 0, 10, PROBLEM_INTERNAL);
}

static void
test_other_master (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  StorageSeal seal;
  g_autofree guint8 *bytes = make_bytes (10);
  g_autofree char *object = put (fixture, bytes, 10, &seal);
  g_autofree char *other = g_strnfill (64, 'a');

  g_assert_true (g_file_set_contents_full (fixture->config.master_key_file, other, -1,
                                           G_FILE_SET_CONTENTS_CONSISTENT, 0600, NULL));
  assert_refused (fixture, object, &seal, 0, 10, PROBLEM_INTERNAL);
}

static void
test_removed (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GError) error = NULL;
  StorageSeal seal;
  g_autofree guint8 *bytes = make_bytes (10);
  g_autofree char *object = put (fixture, bytes, 10, &seal);
  g_autofree guint8 *got = NULL;

  for (guint i = 0; i < 2; i++)
    {
      g_assert_true (storage_remove (fixture->storage, object, &error));
      g_assert_no_error (error);
    }
  got = get (fixture, object, &seal, 0, 10, &error);
  g_assert_error (error, PROBLEM, PROBLEM_NOT_FOUND);
  g_assert_null (got);
}

/* As a server that was killed while it stored would leave it. */
static void
test_half_removed (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  StorageSeal seal;
  g_autofree guint8 *bytes = make_bytes (10);
  g_autofree char *object = put (fixture, bytes, 10, &seal);
  g_autofree char *path = path_of (fixture, object);
  g_autofree char *part = g_strconcat (path, ".part", NULL);

  g_assert_cmpint (g_rename (path, part), ==, 0);
  g_assert_true (storage_remove (fixture->storage, object, NULL));
  g_assert_false (g_file_test (part, G_FILE_TEST_EXISTS));
}

static void
test_names (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  static const char *const unfit[]
      = { "", "short", "../../../../etc/passwd", "abcdefghijklmnop/qrst", "abcdefghijklmnop.part" };

  for (guint i = 0; i < G_N_ELEMENTS (unfit); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (storage_remove (fixture->storage, unfit[i], &error));
      g_assert_error (error, PROBLEM, PROBLEM_INTERNAL);
    }
}

static void
test_full (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GError) error = NULL;
  g_autofree guint8 *bytes = make_bytes (10);
  g_autofree char *object = storage_name ();
  g_autofree char *letters = g_strndup (object, 2);
  g_autofree char *place = g_build_filename (fixture->folder, "attachments", letters, NULL);
  int fd = storage_spool (fixture->storage, NULL);
  StorageSeal seal;

  g_assert_cmpint (write (fd, bytes, 10), ==, 10);
  g_assert_true (g_file_set_contents (place, "in the way", -1, NULL));
  g_assert_false (storage_put (fixture->storage, object, fd, &seal, &error));
  g_assert_error (error, PROBLEM, PROBLEM_UNAVAILABLE);
  close (fd);
}

static void
test_rotation (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GError) error = NULL;
  StorageSeal seal, new_seal;
  g_autofree guint8 *bytes = make_bytes (10);
  g_autofree char *object = put (fixture, bytes, 10, &seal);
  g_autofree char *old_master = g_strdup (seal.master);
  g_autofree char *master = NULL;
  Storage *beside = open_storage (fixture);

  /* Another process does it, and the running server knows. */
  g_assert_true (storage_rotate (beside, &error));
  g_assert_no_error (error);
  master = storage_master (fixture->storage);
  g_assert_cmpstr (master, !=, old_master);
  assert_same (fixture, object, &seal, bytes, 0, 10);

  new_seal = seal;
  g_assert_true (storage_reseal (beside, object, &new_seal, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (new_seal.master, ==, master);
  g_assert_cmpstr (new_seal.sha256, ==, seal.sha256);
  assert_same (fixture, object, &new_seal, bytes, 0, 10);
  storage_free (beside);
}

/* Once all is resealed the old keys may go; who kept an old seal has nothing. */
static void
test_old_key_gone (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  StorageSeal seal, new_seal;
  g_autofree guint8 *bytes = make_bytes (10);
  g_autofree char *object = put (fixture, bytes, 10, &seal);
  g_autofree char *text = NULL;
  char *last_line;

  g_assert_true (storage_rotate (fixture->storage, NULL));
  new_seal = seal;
  g_assert_true (storage_reseal (fixture->storage, object, &new_seal, NULL));
  g_assert_true (g_file_get_contents (fixture->config.master_key_file, &text, NULL, NULL));
  g_strchomp (text);
  last_line = strrchr (text, '\n');
  last_line[1] = '\0';
  g_assert_true (g_file_set_contents_full (fixture->config.master_key_file, text, -1,
                                           G_FILE_SET_CONTENTS_CONSISTENT, 0600, NULL));
  assert_same (fixture, object, &new_seal, bytes, 0, 10);
  assert_refused (fixture, object, &seal, 0, 10, PROBLEM_INTERNAL);
}

/* A new key would only hide that the old one is lost. */
static void
test_key_lost (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_remove (fixture->config.master_key_file), ==, 0);
  g_assert_null (storage_new (&fixture->config, &error));
  g_assert_error (error, PROBLEM, PROBLEM_INTERNAL);
  g_assert_nonnull (strstr (error->message, fixture->config.master_key_file));
}

static void
test_key_file (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  static const char *const unfit[] = { "", "# nothing\n", "abc\n", "zz\n" };

  for (guint i = 0; i < G_N_ELEMENTS (unfit); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_true (g_file_set_contents_full (fixture->config.master_key_file, unfit[i], -1,
                                               G_FILE_SET_CONTENTS_CONSISTENT, 0600, NULL));
      g_assert_null (storage_new (&fixture->config, &error));
      g_assert_error (error, PROBLEM, PROBLEM_INTERNAL);
    }
}

static void
test_key_open_to_others (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autoptr (GError) error = NULL;
  GStatBuf status;

  g_assert_cmpint (g_stat (fixture->config.master_key_file, &status), ==, 0);
  g_assert_cmpuint (status.st_mode & 0777, ==, 0600);
  g_assert_cmpint (g_chmod (fixture->config.master_key_file, 0644), ==, 0);
  g_assert_null (storage_new (&fixture->config, &error));
  g_assert_error (error, PROBLEM, PROBLEM_INTERNAL);
}

static void
test_spool (Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
  g_autofree char *folder = g_build_filename (fixture->folder, "attachments", NULL);
  int fd = storage_spool (fixture->storage, NULL);
  g_autoptr (GDir) listing = g_dir_open (folder, 0, NULL);

  g_assert_cmpint (fd, >=, 0);
  g_assert_null (g_dir_read_name (listing));
  close (fd);
}

static void
add (const char *path, void (*test) (Fixture *fixture, gconstpointer data))
{
  g_test_add (path, Fixture, NULL, set_up, test, tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  /* What is wrong with a file is a warning in the log. */
  g_log_set_always_fatal (G_LOG_FATAL_MASK | G_LOG_LEVEL_CRITICAL);
  g_assert_cmpint (sodium_init (), >=, 0);
  add ("/storage/gives-back-what-it-got", test_whole);
  add ("/storage/gives-back-any-part", test_ranges);
  add ("/storage/keeps-nothing-in-the-clear", test_encrypted);
  add ("/storage/notices-a-file-cut-off", test_cut_off);
  add ("/storage/notices-segments-that-were-swapped", test_swapped);
  add ("/storage/notices-every-bit-that-changed", test_changed);
  add ("/storage/opens-nothing-with-another-seal", test_other_seal);
  add ("/storage/opens-nothing-with-another-master-key", test_other_master);
  add ("/storage/removes-for-good-and-twice", test_removed);
  add ("/storage/removes-what-a-kill-left", test_half_removed);
  add ("/storage/takes-no-name-that-is-a-path", test_names);
  add ("/storage/says-when-the-disk-refuses", test_full);
  add ("/storage/spools-without-a-name", test_spool);
  add ("/master/rotates-beside-a-running-server", test_rotation);
  add ("/master/old-keys-may-go-after-resealing", test_old_key_gone);
  add ("/master/is-not-made-anew-when-lost", test_key_lost);
  add ("/master/damaged-file-is-refused", test_key_file);
  add ("/master/open-to-others-is-refused", test_key_open_to_others);
  return g_test_run ();
}
