/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The named statements of all rooms, read from the .sql files that are built into the program. In
 * such a file every statement stands below a line `-- name: NAME` and ends with `;` at a line's
 * end. */
#pragma once

#include <glib.h>

typedef struct
{
  char *name;
  char *sql;
} Query;

/* Reads the statements of one file, for @path in messages.
 * Returns: (transfer full) (element-type Query): NULL with an error when a statement has no name or
 * a name comes twice. */
GPtrArray *queries_parse (const char *text, const char *path, GError **error);

/* Every statement of the rooms under the resource folder @folder (`/deskbell/sql`).
 * Returns: (transfer full) (element-type Query). */
GPtrArray *queries_load (const char *folder, GError **error);
