/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Reading X-Forwarded-For from the right. */
#include "http/proxies.h"

#include <string.h>

struct Proxies
{
  GPtrArray *masks; /* GInetAddressMask */
};

Proxies *
proxies_new (char *const *addresses, GError **error)
{
  g_autoptr (Proxies) proxies = g_new0 (Proxies, 1);

  proxies->masks = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; addresses != NULL && addresses[i] != NULL; i++)
    {
      GInetAddressMask *mask = g_inet_address_mask_new_from_string (addresses[i], error);

      if (mask == NULL)
        {
          g_prefix_error (error, "trusted proxies: ");
          return NULL;
        }
      g_ptr_array_add (proxies->masks, mask);
    }
  return g_steal_pointer (&proxies);
}

void
proxies_free (Proxies *proxies)
{
  if (proxies == NULL)
    return;
  g_ptr_array_unref (proxies->masks);
  g_free (proxies);
}

/* Returns: (transfer full): @address, out of the IPv6 clothes that a socket for both gives to
 * IPv4. */
static GInetAddress *
unmap (GInetAddress *address)
{
  static const guint8 mapped[12] = { [10] = 0xFF, [11] = 0xFF };
  const guint8 *bytes = g_inet_address_to_bytes (address);

  if (g_inet_address_get_family (address) == G_SOCKET_FAMILY_IPV6
      && memcmp (bytes, mapped, sizeof mapped) == 0)
    return g_inet_address_new_from_bytes (bytes + sizeof mapped, G_SOCKET_FAMILY_IPV4);
  return g_object_ref (address);
}

gboolean
proxies_trust (const Proxies *proxies, GInetAddress *address)
{
  g_autoptr (GInetAddress) plain = unmap (address);

  for (guint i = 0; i < proxies->masks->len; i++)
    {
      if (g_inet_address_mask_matches (g_ptr_array_index (proxies->masks, i), plain))
        return TRUE;
    }
  return FALSE;
}

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
proxies_client (const Proxies *proxies, GInetAddress *peer, const char *forwarded_for)
{
  g_autoptr (GInetAddress) client = unmap (peer);
  g_auto (GStrv) entries = g_strsplit (forwarded_for != NULL ? forwarded_for : "", ",", -1);

  for (guint i = g_strv_length (entries); i > 0 && proxies_trust (proxies, client); i--)
    {
      g_autoptr (GInetAddress) before = read_entry (entries[i - 1]);

      if (before == NULL)
        break;
      g_set_object (&client, before);
    }
  return g_inet_address_to_string (client);
}
