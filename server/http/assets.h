/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The files that customers load, out of the program itself. */
#pragma once

#include "http/route.h"

typedef struct Assets Assets;

/* Reads the files of the resource /deskbell/site and compresses those that get much smaller;
 * the demo shop only @with_demo.
 * Returns: (transfer full): free with assets_free(). */
Assets *assets_new (gboolean with_demo);
void assets_free (Assets *assets);

/* RouteHandler, ROUTE_NO_DATABASE: the file at the request's path, `index.html` where the path ends
 * with a slash; gzip for a client that takes it. A folder without its slash is sent there. Answers
 * 304 to the ETag it gave before for the same encoding; `not_found` when there is no such file. */
Reply *asset_get (Db *db, const Request *request, GError **error);

/* RouteHandler, ROUTE_NO_DATABASE: leads to the demo shop; `not_found` where it is not served. */
Reply *asset_home (Db *db, const Request *request, GError **error);
