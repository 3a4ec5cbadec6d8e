/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Settings of attachments: where they lie, the key they are encrypted under, who looks at them. */
#include "base/config-private.h"

#include "base/problem.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <string.h>

/* Reads the first line of the file that a setting names into @secret, and leaves it where there is
 * no such setting: a secret stands neither in an environment nor in the key file. */
static gboolean
read_secret (GKeyFile *file, const char *variable, const char *key, char **secret, GError **error)
{
  g_autofree char *path = config_setting (file, variable, key);

  if (path == NULL)
    return TRUE;
  if (!g_file_get_contents (path, secret, NULL, error))
    {
      g_prefix_error (error, "%s: ", variable);
      return FALSE;
    }
  (*secret)[strcspn (*secret, "\r\n")] = '\0';
  return TRUE;
}

void
config_s3_free (ConfigS3 *s3)
{
  g_free (s3->endpoint);
  g_free (s3->bucket);
  g_free (s3->region);
  g_free (s3->access_key);
  g_free (s3->secret_key);
  g_free (s3);
}

/* http:// or https://, a host, and nothing behind it. */
static gboolean
is_endpoint (const char *url)
{
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_NONE, NULL);

  return uri != NULL
         && (strcmp (g_uri_get_scheme (uri), "http") == 0
             || strcmp (g_uri_get_scheme (uri), "https") == 0)
         && g_uri_get_host (uri) != NULL && *g_uri_get_host (uri) != '\0'
         && *g_uri_get_path (uri) == '\0' && g_uri_get_query (uri) == NULL
         && g_uri_get_userinfo (uri) == NULL && g_uri_get_fragment (uri) == NULL;
}

/* The bucket's name becomes part of a path. */
static gboolean
is_bucket (const char *name)
{
  gsize length = strspn (name, "abcdefghijklmnopqrstuvwxyz0123456789.-");

  return length >= 3 && length <= 63 && name[length] == '\0' && g_ascii_isalnum (name[0]);
}

static gboolean
check_s3 (const ConfigS3 *s3, GError **error)
{
  if (s3->endpoint == NULL || s3->bucket == NULL || s3->access_key == NULL
      || s3->secret_key == NULL)
    problem_set (error, PROBLEM_INTERNAL,
                 _ ("For files in S3 all of DESKBELL_S3_ENDPOINT, DESKBELL_S3_BUCKET, "
                    "DESKBELL_S3_ACCESS_KEY_FILE and DESKBELL_S3_SECRET_KEY_FILE are needed."));
  else if (!is_endpoint (s3->endpoint))
    problem_set (error, PROBLEM_INTERNAL,
                 _ ("“%s” is no address of S3. Write it as https://s3.eu-central-1.amazonaws.com."),
                 s3->endpoint);
  else if (!is_bucket (s3->bucket))
    problem_set (error, PROBLEM_INTERNAL, _ ("“%s” is no name of a bucket."), s3->bucket);
  else
    return TRUE;
  return FALSE;
}

/* Leaves NULL where nothing speaks of S3. */
static gboolean
read_s3 (Config *config, GKeyFile *file, GError **error)
{
  g_autoptr (ConfigS3) s3 = g_new0 (ConfigS3, 1);

  s3->endpoint
      = config_without_slash (config_setting (file, "DESKBELL_S3_ENDPOINT", "s3_endpoint"));
  s3->bucket = config_setting (file, "DESKBELL_S3_BUCKET", "s3_bucket");
  s3->region = config_setting (file, "DESKBELL_S3_REGION", "s3_region");
  if (!read_secret (file, "DESKBELL_S3_ACCESS_KEY_FILE", "s3_access_key_file", &s3->access_key,
                    error)
      || !read_secret (file, "DESKBELL_S3_SECRET_KEY_FILE", "s3_secret_key_file", &s3->secret_key,
                       error))
    return FALSE;
  if (s3->endpoint == NULL && s3->bucket == NULL && s3->access_key == NULL
      && s3->secret_key == NULL)
    return TRUE;
  if (!check_s3 (s3, error))
    return FALSE;
  if (s3->region == NULL)
    s3->region = g_strdup ("us-east-1");
  s3->outside = config->outside;
  config->s3 = g_steal_pointer (&s3);
  return TRUE;
}

/* unix:/PATH or HOST:PORT. */
static gboolean
check_scanner (const char *address, GError **error)
{
  const char *colon = address != NULL ? strrchr (address, ':') : NULL;
  guint64 port;

  if (address == NULL || g_str_has_prefix (address, "unix:/")
      || (colon != NULL && colon != address
          && g_ascii_string_to_unsigned (colon + 1, 10, 1, 65535, &port, NULL)))
    return TRUE;
  problem_set (error, PROBLEM_INTERNAL,
               _ ("“%s” is no address of a virus scanner. Write it as "
                  "unix:/run/clamav/clamd.ctl or 127.0.0.1:3310."),
               address);
  return FALSE;
}

gboolean
config_read_storage (Config *config, GKeyFile *file, GError **error)
{
  config->clamd = config_setting (file, "DESKBELL_CLAMD", "clamd");
  config->master_key_file = config_setting (file, "DESKBELL_MASTER_KEY_FILE", "master_key_file");
  if (config->master_key_file == NULL)
    config->master_key_file = g_build_filename (config->data_dir, "secrets", "master.key", NULL);
  return check_scanner (config->clamd, error) && read_s3 (config, file, error);
}
