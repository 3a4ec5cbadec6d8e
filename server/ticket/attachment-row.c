/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Reading seals from rows. */
#include "ticket/attachment-row.h"

StorageSeal
attachment_row_seal (const DbResult *rows, guint row)
{
  StorageSeal seal = { .size = (guint64) db_result_int (rows, row, "size") };

  g_strlcpy (seal.key, db_result_text (rows, row, "seal_key"), sizeof seal.key);
  g_strlcpy (seal.master, db_result_text (rows, row, "seal_master"), sizeof seal.master);
  g_strlcpy (seal.sha256, db_result_text (rows, row, "sha256"), sizeof seal.sha256);
  return seal;
}
