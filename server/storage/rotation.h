/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Changing the master key: a new one is made, and the seals of all files and sealed texts are
 * made anew under it. The files stay as they are, and so does a server that runs meanwhile. */
#pragma once

#include "db/db.h"
#include "storage/storage.h"

typedef struct
{
  guint resealed; /* files that are under the new key now */
  guint failed; /* files and texts whose seal does not open; the log names them */
  guint under_way; /* files that were being stored and may be under the key before */
} Rotation;

/* Makes a new master key and reseals every file. Doing it again does no harm.
 * Returns: FALSE with an error of the key file or the database: what was resealed until then is,
 * and everything stays readable. */
gboolean rotation_run (Storage *storage, Db *db, Rotation *rotation, GError **error);
