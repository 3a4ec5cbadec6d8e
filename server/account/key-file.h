/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Keys of the server in files of their own below DATA/secrets, which nobody else may read. */
#pragma once

#include <glib.h>

/* Reads the key of @length bytes from @data_dir/secrets/@name into @key, or makes it when there is
 * none. A file comes whole: a server that stops half-way through its first start leaves no short
 * key behind. @loss is a translated sentence about what happens when the file is deleted.
 * Returns: FALSE with a message for a person. */
gboolean key_file_read (const char *data_dir, const char *name, const char *loss, guint8 *key,
                        gsize length, GError **error);
