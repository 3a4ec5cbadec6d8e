/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Pages: what a line of the table with ROUTE_PAGE is to a browser. There a cookie says who asks,
 * which counts for pages and for what their own forms send, and for nothing else: the API knows
 * bearer tokens only. */
#pragma once

#include "http/request.h"

/* The name of the cookie. It holds a session's token. */
#define PAGE_COOKIE "deskbell_page"

/* Whether @request, to a line with ROUTE_PAGE, is a browser's: it would rather have HTML than JSON,
 * or sends a form. */
gboolean page_is_wanted (const Request *request);

/* The value of the cookie @name.
 * Returns: (transfer full): NULL when there is none. */
char *page_cookie (const Request *request, const char *name);

/* The token of the cookie.
 * Returns: (transfer full): NULL when there is none. */
char *page_token (const Request *request);

/* Whether @origin, as a browser names it, is this server as @request came to it. */
gboolean page_is_ours (const Request *request, const char *origin);

/* Whether a form may do what it wants: the page that it stands in has to be ours. FALSE with
 * `forbidden` for one of another origin, or of none that the browser would name. */
gboolean page_check_origin (const Request *request, GError **error);
