/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Settings of the process: command line over environment over key file over defaults. What a
 * running business changes lives in the database instead. */
#pragma once

#include <glib.h>

/* A bucket of Amazon's, or of a server that speaks as Amazon's do. */
typedef struct
{
  char *endpoint; /* http:// or https:// with the host, without a slash at the end */
  char *bucket;
  char *region;
  char *access_key;
  char *secret_key;
  const struct Outside *outside; /* (transfer none): that of the whole Config */
} ConfigS3;

typedef struct Config
{
  char *data_dir;
  char *database_url; /* NULL: the embedded PostgreSQL */
  char *host;
  guint16 port;
  char *public_url; /* without a slash at the end; NULL: where it listens */
  char **trusted_proxies; /* addresses; NULL: none, then only loopback may be listened on */
  struct Outside *outside; /* where calls to addresses may go that a setting names */
  gboolean demo;
  guint workers; /* HTTP worker threads, each with a connection */
  gboolean rate_limit;
  guint grace_seconds; /* how long an agent's lost socket still counts as there */
  ConfigS3 *s3; /* NULL: files lie below the data folder */
  char *clamd; /* unix:/PATH or HOST:PORT of the virus scanner; NULL: none */
  char *master_key_file; /* what files are encrypted under */
  char *log_level; /* debug, info or warning; NULL: info */
} Config;

/* Reads the key file DATA/deskbell.conf if there is one, then the environment (DESKBELL_*), then
 * what main's options left in @overrides (a Config with only the given fields set; may be NULL).
 * Returns: (transfer full): NULL with an error that names the setting. */
Config *config_load (const Config *overrides, GError **error);

/* Reads `ADDRESS:PORT` or `[ADDRESS]:PORT` into @config; FALSE with an error that shows how to
 * write it. */
gboolean config_set_listen (Config *config, const char *listen, GError **error);
void config_free (Config *config);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Config, config_free)
