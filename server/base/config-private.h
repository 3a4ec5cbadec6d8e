/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * What the files that read settings share. */
#pragma once

#include "base/config.h"

/* The environment's value of @variable, else the one of @key in the key file.
 * Returns: (transfer full): or NULL. */
char *config_setting (GKeyFile *file, const char *variable, const char *key);

/* Addresses are made by adding a path. Takes @url over, which may be NULL.
 * Returns: (transfer full): @url without slashes at its end. */
char *config_without_slash (char *url);

/* Reads what attachments need; config.c has found the data folder, and where calls may go. FALSE
 * with an error that says how to write what is wrong. */
gboolean config_read_storage (Config *config, GKeyFile *file, GError **error);
void config_s3_free (ConfigS3 *s3);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ConfigS3, config_s3_free)
