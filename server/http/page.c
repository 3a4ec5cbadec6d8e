/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Telling browsers from programs, and our own forms from other people's. */
#include "http/page.h"

#include "base/config.h"
#include "base/problem.h"
#include "http/request-private.h"

#include <glib/gi18n.h>
#include <string.h>

#define HTML_TYPE "text/html"
#define JSON_TYPE "application/json"
#define FORM_TYPE "application/x-www-form-urlencoded"

static gboolean
is_form (const Request *request)
{
  const char *type = request->headers[REQUEST_CONTENT_TYPE];

  return strcmp (request->method, "POST") == 0 && type != NULL
         && g_ascii_strncasecmp (type, FORM_TYPE, strlen (FORM_TYPE)) == 0;
}

gboolean
page_is_wanted (const Request *request)
{
  const char *accept = request->headers[REQUEST_ACCEPT];
  const char *html = accept != NULL ? strstr (accept, HTML_TYPE) : NULL;
  const char *json = accept != NULL ? strstr (accept, JSON_TYPE) : NULL;

  if ((request->match.route->flags & ROUTE_PAGE) == 0)
    return FALSE;
  return is_form (request) || (html != NULL && (json == NULL || html < json));
}

char *
page_cookie (const Request *request, const char *name)
{
  const char *header = request->headers[REQUEST_COOKIE];
  g_auto (GStrv) cookies = header != NULL ? g_strsplit (header, ";", -1) : NULL;
  gsize length = strlen (name);

  for (guint i = 0; cookies != NULL && cookies[i] != NULL; i++)
    {
      const char *cookie = g_strstrip (cookies[i]);

      if (strncmp (cookie, name, length) == 0 && cookie[length] == '=')
        return g_strdup (cookie + length + 1);
    }
  return NULL;
}

char *
page_token (const Request *request)
{
  return page_cookie (request, PAGE_COOKIE);
}

gboolean
page_is_ours (const Request *request, const char *origin)
{
  const char *ours = request->services->config->public_url;
  const char *host = strstr (origin, "://");

  if (g_strcmp0 (origin, ours) == 0)
    return TRUE;
  /* What came in the clear may be anybody's who stands between. */
  if (request_is_secure (request) && !g_str_has_prefix (origin, "https://"))
    return FALSE;
  return host != NULL && g_strcmp0 (host + strlen ("://"), request->headers[REQUEST_HOST]) == 0;
}

/* What a browser says of where a request comes from (Fetch Metadata), if it says it. */
static gboolean
is_said_to_be_ours (const Request *request)
{
  const char *site = request->headers[REQUEST_SEC_FETCH_SITE];

  return site == NULL || strcmp (site, "same-origin") == 0;
}

gboolean
page_check_origin (const Request *request, GError **error)
{
  const char *origin = request->headers[REQUEST_ORIGIN];

  if (origin != NULL && page_is_ours (request, origin) && is_said_to_be_ours (request))
    return TRUE;
  problem_set (error, PROBLEM_FORBIDDEN, _ ("This form does not stand in a page of this server."));
  return FALSE;
}
