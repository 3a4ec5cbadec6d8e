/* SPDX-License-Identifier: AGPL-3.0-or-later
 *
 * Which addresses a list of networks holds. */
#include "base/networks.h"

#include "base/problem.h"

#include <glib/gi18n.h>
#include <string.h>

struct Networks
{
  GPtrArray *masks; /* GInetAddressMask */
};

/* GLib 2.74 takes a length beyond the address's own for 0, which would be every address there is.
 * Returns: (transfer full): NULL when @text is no network. */
static GInetAddressMask *
read_network (const char *text)
{
  const char *slash = strchr (text, '/');
  guint64 most = strchr (text, ':') != NULL ? 128 : 32;

  if (slash != NULL && !g_ascii_string_to_unsigned (slash + 1, 10, 0, most, NULL, NULL))
    return NULL;
  return g_inet_address_mask_new_from_string (text, NULL);
}

Networks *
networks_new (char *const *list, GError **error)
{
  g_autoptr (Networks) networks = g_new0 (Networks, 1);

  networks->masks = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; list != NULL && list[i] != NULL; i++)
    {
      GInetAddressMask *mask = read_network (list[i]);

      if (mask == NULL)
        {
          problem_set (error, PROBLEM_INTERNAL,
                       _ ("“%s” is no address and no network. Write it as 10.0.0.5 or "
                          "10.0.0.0/24."),
                       list[i]);
          return NULL;
        }
      g_ptr_array_add (networks->masks, mask);
    }
  return g_steal_pointer (&networks);
}

GInetAddress *
networks_unmap (GInetAddress *address)
{
  static const guint8 mapped[12] = { [10] = 0xFF, [11] = 0xFF };
  const guint8 *bytes = g_inet_address_to_bytes (address);

  if (g_inet_address_get_family (address) == G_SOCKET_FAMILY_IPV6
      && memcmp (bytes, mapped, sizeof mapped) == 0)
    return g_inet_address_new_from_bytes (bytes + sizeof mapped, G_SOCKET_FAMILY_IPV4);
  return g_object_ref (address);
}

gboolean
networks_contain (const Networks *networks, GInetAddress *address)
{
  g_autoptr (GInetAddress) plain = networks_unmap (address);

  for (guint i = 0; i < networks->masks->len; i++)
    {
      if (g_inet_address_mask_matches (g_ptr_array_index (networks->masks, i), plain))
        return TRUE;
    }
  return FALSE;
}

void
networks_free (Networks *networks)
{
  if (networks == NULL)
    return;
  g_ptr_array_unref (networks->masks);
  g_free (networks);
}
