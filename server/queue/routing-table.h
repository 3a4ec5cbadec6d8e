/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * A file of labelled texts: CSV as RFC 4180 has it, in UTF-8, whose first line names the columns
 * `text` and `label`. Strict: a file that is not quite right is refused with the number of the
 * line, rather than learnt from. Pure. */
#pragma once

#include <glib.h>

typedef struct
{
  GPtrArray *texts; /* of char * */
  GPtrArray *labels; /* of char *, as many */
} RoutingTable;

/* Reads @length bytes of CSV.
 * Returns: (transfer full): NULL with a problem that names the line. */
RoutingTable *routing_table_parse (const char *csv, gsize length, GError **error);

/* The same of the file @path. */
RoutingTable *routing_table_read (const char *path, GError **error);

void routing_table_free (RoutingTable *table);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RoutingTable, routing_table_free)
