/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * A stored file as the database holds it. */
#pragma once

#include "db/db.h"
#include "storage/storage.h"

/* The seal in row @row, which has the columns `seal_key`, `seal_master`, `size` and `sha256`. */
StorageSeal attachment_row_seal (const DbResult *rows, guint row);
