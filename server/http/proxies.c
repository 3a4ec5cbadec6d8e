/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Reading X-Forwarded-For from the right. */
#include "http/proxies.h"

#include <string.h>

/* Reads one entry: an address, with or without port and brackets. */
static GInetAddress *
read_entry (const char *entry)
{
  g_autofree char *text = g_strstrip (g_strdup (entry));
  char *colon = strchr (text, ':');
  char *address = text;

  if (*text == '[')
    {
      address = text + 1;
      address[strcspn (address, "]")] = '\0';
    }
  else if (colon != NULL && strchr (colon + 1, ':') == NULL)
    *colon = '\0';
  return g_inet_address_new_from_string (address);
}

char *
proxies_client (const Networks *proxies, GInetAddress *peer, const char *forwarded_for)
{
  g_autoptr (GInetAddress) client = networks_unmap (peer);
  g_auto (GStrv) entries = g_strsplit (forwarded_for != NULL ? forwarded_for : "", ",", -1);

  for (guint i = g_strv_length (entries); i > 0 && networks_contain (proxies, client); i--)
    {
      g_autoptr (GInetAddress) before = read_entry (entries[i - 1]);

      if (before == NULL)
        break;
      g_set_object (&client, before);
    }
  return g_inet_address_to_string (client);
}
