/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * The address of a server, as people type it.
 */

#include "desk-session.h"

static gboolean
is_this_machine (const char *host)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (host);

  return g_strcmp0 (host, "localhost") == 0
         || (address != NULL && g_inet_address_get_is_loopback (address));
}

char *
desk_session_normalize_server (const char *text)
{
  g_autofree char *stripped = g_strstrip (g_strdup (text));
  g_autofree char *full = NULL;
  g_autoptr (GUri) uri = NULL;
  const char *scheme;
  int port;

  if (*stripped == '\0' || strpbrk (stripped, " \t\n") != NULL)
    return NULL;

  full = strstr (stripped, "://") != NULL ? g_strdup (stripped)
                                          : g_strconcat ("https://", stripped, NULL);
  uri = g_uri_parse (full, SOUP_HTTP_URI_FLAGS, NULL);
  if (uri == NULL || g_uri_get_host (uri) == NULL || *g_uri_get_host (uri) == '\0')
    return NULL;

  scheme = g_uri_get_scheme (uri);
  if (g_strcmp0 (scheme, "http") != 0 && g_strcmp0 (scheme, "https") != 0)
    return NULL;
  if (strstr (stripped, "://") == NULL && is_this_machine (g_uri_get_host (uri)))
    scheme = "http";

  port = g_uri_get_port (uri);
  if (port == (g_strcmp0 (g_uri_get_scheme (uri), "https") == 0 ? 443 : 80))
    port = -1;

  return g_uri_join (G_URI_FLAGS_NONE, scheme, NULL, g_uri_get_host (uri), port, "", NULL, NULL);
}
