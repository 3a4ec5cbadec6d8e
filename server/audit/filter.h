/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Which entries are asked for, and behind which one to go on. */
#pragma once

#include "http/request.h"

/* Reads the filters in the address of @request.
 * Returns: (transfer full): JSON as the schema's audit_filter takes it; NULL with `bad_request`. */
char *audit_filter_read (const Request *request, GError **error);

/* Where a page begins: behind this entry. */
typedef struct
{
  gint64 at; /* microseconds since 1970; 0 for the newest one */
  gint64 id;
} AuditPlace;

/* Reads the query parameter `after`. FALSE with `bad_request`. */
gboolean audit_place_read (const Request *request, AuditPlace *place, GError **error);

/* Runs @statement, which takes and answers what `audit_page` does, for @most entries behind
 * @place. */
DbResult *audit_run (Db *db, const char *statement, const char *filter, const AuditPlace *place,
                     guint most, GError **error);
