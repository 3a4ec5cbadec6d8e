/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The files that customers load, out of the program itself. */
#pragma once

#include "http/route.h"

/* RouteHandler, ROUTE_NO_DATABASE: the file of the resource /deskbell/site at the request's path,
 * `index.html` where the path ends with a slash. A folder without its slash is sent there. Answers
 * 304 to the ETag it gave before; `not_found` when there is no such file. */
Reply *asset_get (Db *db, const Request *request, GError **error);
