/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Brings a database to this program's schema: the files of schema/ in order, each once, each in its
 * own transaction. */
#pragma once

#include <glib.h>

/* Applies what is missing. Two servers that start at once wait for each other. Checks that the
 * database's locale sorts and folds text beyond ASCII. @applied (nullable) gets the number of
 * files. FALSE with an error that names the file, or when the database was made by another version
 * of a file. */
gboolean migrate (const char *conninfo, guint *applied, GError **error);
