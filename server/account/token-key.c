/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The signing key and its file. It comes and goes whole: a server that stops half-way through its
 * first start leaves no short key behind. */
#include "account/token-private.h"

#include "base/problem.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <sodium.h>

#define FOLDER "secrets"
#define FILE_NAME "token.key"

static TokenKey *
key_new (const guint8 *bytes)
{
  TokenKey *key = g_new0 (TokenKey, 1);

  key->jwk = cjose_jwk_create_oct_spec (bytes, TOKEN_KEY_BYTES, NULL);
  g_assert (key->jwk != NULL);
  return key;
}

void
token_key_free (TokenKey *key)
{
  cjose_jwk_release (key->jwk);
  g_free (key);
}

static TokenKey *
make_key (const char *path, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  guint8 bytes[TOKEN_KEY_BYTES];
  TokenKey *key = NULL;

  if (g_mkdir_with_parents (folder, 0700) != 0)
    {
      problem_set (error, PROBLEM_INTERNAL, _ ("The folder %s cannot be made: %s"), folder,
                   g_strerror (errno));
      return NULL;
    }
  randombytes_buf (bytes, sizeof bytes);
  if (g_file_set_contents_full (path, (const char *) bytes, sizeof bytes,
                                G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600,
                                error))
    key = key_new (bytes);
  sodium_memzero (bytes, sizeof bytes);
  return key;
}

/* Whoever can read the key can be anybody. */
static gboolean
check_private (const char *path, GError **error)
{
  GStatBuf status;

  if (g_stat (path, &status) == 0 && (status.st_mode & 077) == 0)
    return TRUE;
  problem_set (error, PROBLEM_INTERNAL,
               _ ("Others may read the signing key %s. Give it mode 0600, or delete it: then "
                  "everybody signs in again."),
               path);
  return FALSE;
}

TokenKey *
token_key_open (const char *data_dir, GError **error)
{
  g_autofree char *path = g_build_filename (data_dir, FOLDER, FILE_NAME, NULL);
  g_autofree char *bytes = NULL;
  g_autoptr (GError) problem = NULL;
  TokenKey *key;
  gsize length;

  if (!g_file_get_contents (path, &bytes, &length, &problem))
    {
      if (g_error_matches (problem, G_FILE_ERROR, G_FILE_ERROR_NOENT))
        return make_key (path, error);
      g_propagate_error (error, g_steal_pointer (&problem));
      return NULL;
    }
  if (length != TOKEN_KEY_BYTES)
    {
      problem_set (
          error, PROBLEM_INTERNAL,
          _ ("The signing key %s is damaged. Restore it, or delete it: then everybody signs "
             "in again."),
          path);
      return NULL;
    }
  key = check_private (path, error) ? key_new ((const guint8 *) bytes) : NULL;
  sodium_memzero (bytes, length);
  return key;
}
