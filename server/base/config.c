/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Where a setting comes from: command line, environment, key file, default. */
#include "base/config-private.h"

#include "base/log.h"
#include "base/networks.h"
#include "base/outside.h"
#include "base/problem.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

#define FILE_NAME "deskbell.conf"
#define FILE_GROUP "server"
#define WORKERS_DEFAULT 8
#define WORKERS_MAX 64
#define GRACE_DEFAULT_S 60
#define GRACE_MAX_S 86400

char *
config_setting (GKeyFile *file, const char *variable, const char *key)
{
  const char *value = g_getenv (variable);

  if (value != NULL && *value != '\0')
    return g_strdup (value);
  return g_key_file_get_string (file, FILE_GROUP, key, NULL);
}

char *
config_without_slash (char *url)
{
  for (gsize end = url != NULL ? strlen (url) : 0; end > 0 && url[end - 1] == '/'; end--)
    url[end - 1] = '\0';
  return url;
}

/* Next to the account's other data; root's home is closed to the unprivileged PostgreSQL, so root
 * uses /var/lib. */
static char *
default_data_dir (void)
{
  if (geteuid () == 0)
    return g_strdup ("/var/lib/deskbell");
  return g_build_filename (g_get_user_data_dir (), "deskbell", NULL);
}

/* A whole number from @low to @high, @otherwise where nothing is said. */
static gboolean
read_number (GKeyFile *file, const char *variable, const char *key, guint low, guint high,
             guint otherwise, guint *number, GError **error)
{
  g_autofree char *text = config_setting (file, variable, key);
  guint64 value = otherwise;

  if (text != NULL && !g_ascii_string_to_unsigned (text, 10, low, high, &value, NULL))
    {
      problem_set (error, PROBLEM_INTERNAL,
                   _ ("“%s” is not possible: %s is a number from %u to %u."), text, variable, low,
                   high);
      return FALSE;
    }
  *number = (guint) value;
  return TRUE;
}

/* What stands before the port: a name, an address, or in brackets one with colons. Returns:
 * (transfer full): NULL when it is none of these. */
static char *
read_host (const char *text, gsize length)
{
  if (length > 2 && text[0] == '[' && text[length - 1] == ']')
    return g_strndup (text + 1, length - 2);
  if (length == 0 || memchr (text, ':', length) != NULL || memchr (text, '[', length) != NULL)
    return NULL;
  return g_strndup (text, length);
}

static gboolean
read_listen (Config *config, const char *listen, GError **error)
{
  const char *colon = strrchr (listen, ':');
  g_autofree char *host = NULL;
  guint64 port;

  if (colon != NULL)
    host = read_host (listen, (gsize) (colon - listen));
  if (host == NULL || !g_ascii_string_to_unsigned (colon + 1, 10, 0, 65535, &port, NULL))
    {
      problem_set (error, PROBLEM_INTERNAL,
                   _ ("“%s” is no address to listen on. Write it as 127.0.0.1:8484."), listen);
      return FALSE;
    }
  g_free (config->host);
  config->host = g_steal_pointer (&host);
  config->port = (guint16) port;
  return TRUE;
}

static gboolean
is_loopback (const char *host)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (host);

  return g_strcmp0 (host, "localhost") == 0
         || (address != NULL && g_inet_address_get_is_loopback (address));
}

static gboolean
check_proxies (char *const *proxies, GError **error)
{
  g_autoptr (Networks) networks = networks_new (proxies, error);

  if (networks == NULL)
    g_prefix_error (error, "DESKBELL_TRUSTED_PROXIES: ");
  return networks != NULL;
}

/* What would be dangerous is refused at the start, with the reason. */
static gboolean
check (const Config *config, GError **error)
{
  if (config->demo && !is_loopback (config->host))
    {
      problem_set (error, PROBLEM_INTERNAL,
                   _ ("Demo data has known passwords, so it is served on loopback only. Listen on "
                      "127.0.0.1, or leave --demo out."));
      return FALSE;
    }
  if (!is_loopback (config->host) && config->trusted_proxies == NULL)
    {
      problem_set (
          error, PROBLEM_INTERNAL,
          _ ("The server does not face the internet by itself. Name the proxy in front of it "
             "with --behind-proxy, or listen on 127.0.0.1."));
      return FALSE;
    }
  if (config->log_level != NULL && !log_level_exists (config->log_level))
    {
      problem_set (error, PROBLEM_INTERNAL,
                   _ ("“%s” is no level of the log. DESKBELL_LOG is debug, info or warning."),
                   config->log_level);
      return FALSE;
    }
  return check_proxies (config->trusted_proxies, error);
}

/* Takes @list over. Returns: (transfer full): without what is empty, NULL when that is all. */
static char **
tidy_list (char **list)
{
  guint kept = 0;

  for (guint i = 0; list != NULL && list[i] != NULL; i++)
    {
      char *entry = g_strstrip (g_steal_pointer (&list[i]));

      if (*entry != '\0')
        list[kept++] = entry;
      else
        g_free (entry);
    }
  if (kept == 0)
    g_clear_pointer (&list, g_strfreev);
  return list;
}

/* Returns: (transfer full): what stands between the commas; NULL when nothing does. */
static char **
read_list (GKeyFile *file, const char *variable, const char *key)
{
  g_autofree char *list = config_setting (file, variable, key);

  return list != NULL ? tidy_list (g_strsplit (list, ",", -1)) : NULL;
}

static gboolean
read_outside (Config *config, GKeyFile *file, GError **error)
{
  g_auto (GStrv) allowed
      = read_list (file, "DESKBELL_ALLOW_PRIVATE_ADDRESSES", "allow_private_addresses");

  config->outside = outside_new (allowed, error);
  if (config->outside == NULL)
    g_prefix_error (error, "DESKBELL_ALLOW_PRIVATE_ADDRESSES: ");
  return config->outside != NULL;
}

/* Takes over what the command line said. */
static void
apply_overrides (Config *config, const Config *overrides)
{
  if (overrides->trusted_proxies != NULL)
    {
      g_strfreev (config->trusted_proxies);
      config->trusted_proxies = tidy_list (g_strdupv (overrides->trusted_proxies));
    }
  if (overrides->host != NULL)
    {
      g_free (config->host);
      config->host = g_strdup (overrides->host);
      config->port = overrides->port;
    }
  config->demo = config->demo || overrides->demo;
}

static char *
find_data_dir (const Config *overrides)
{
  const char *variable = g_getenv ("DESKBELL_DATA_DIR");

  if (overrides != NULL && overrides->data_dir != NULL)
    return g_strdup (overrides->data_dir);
  if (variable != NULL && *variable != '\0')
    return g_strdup (variable);
  return default_data_dir ();
}

static gboolean
load_file (GKeyFile *file, const char *data_dir, GError **error)
{
  g_autofree char *path = g_build_filename (data_dir, FILE_NAME, NULL);

  if (!g_file_test (path, G_FILE_TEST_EXISTS)
      || g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, error))
    return TRUE;
  g_prefix_error (error, "%s: ", path);
  return FALSE;
}

Config *
config_load (const Config *overrides, GError **error)
{
  g_autoptr (Config) config = g_new0 (Config, 1);
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *listen = NULL;
  g_autofree char *rate_limit = NULL;

  config->data_dir = find_data_dir (overrides);
  if (!load_file (file, config->data_dir, error))
    return NULL;
  config->database_url = config_setting (file, "DESKBELL_DATABASE_URL", "database_url");
  config->public_url
      = config_without_slash (config_setting (file, "DESKBELL_PUBLIC_URL", "public_url"));
  config->log_level = config_setting (file, "DESKBELL_LOG", "log");
  config->trusted_proxies = read_list (file, "DESKBELL_TRUSTED_PROXIES", "trusted_proxies");
  rate_limit = config_setting (file, "DESKBELL_RATE_LIMIT", "rate_limit");
  config->rate_limit = g_strcmp0 (rate_limit, "off") != 0;
  listen = config_setting (file, "DESKBELL_LISTEN", "listen");
  if (!read_listen (config, listen != NULL ? listen : "127.0.0.1:8484", error)
      || !read_number (file, "DESKBELL_WORKERS", "workers", 1, WORKERS_MAX, WORKERS_DEFAULT,
                       &config->workers, error)
      || !read_number (file, "DESKBELL_GRACE_SECONDS", "grace_seconds", 0, GRACE_MAX_S,
                       GRACE_DEFAULT_S, &config->grace_seconds, error))
    return NULL;

  if (overrides != NULL)
    apply_overrides (config, overrides);
  if (!read_outside (config, file, error) || !config_read_storage (config, file, error)
      || !check (config, error))
    return NULL;
  return g_steal_pointer (&config);
}

gboolean
config_set_listen (Config *config, const char *listen, GError **error)
{
  return read_listen (config, listen, error);
}

void
config_free (Config *config)
{
  if (config == NULL)
    return;
  g_free (config->data_dir);
  g_free (config->database_url);
  g_free (config->host);
  g_free (config->public_url);
  g_strfreev (config->trusted_proxies);
  outside_free (config->outside);
  g_clear_pointer (&config->s3, config_s3_free);
  g_free (config->clamd);
  g_free (config->master_key_file);
  g_free (config->log_level);
  g_free (config);
}
